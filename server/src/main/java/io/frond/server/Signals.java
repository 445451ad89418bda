package io.frond.server;

import io.frond.config.ConfigException;
import io.frond.config.Configuration;
import io.frond.config.Flags;
import io.frond.logging.Log;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What signals do to a server that was started from the command line, as with nats-server: TERM
/// and INT stop it, HUP reloads the configuration, USR1 opens the log file again, USR2 enters lame
/// duck mode. Each signal is handled on a thread that the JVM makes for it.
final class Signals {
  private final FrondServer server;
  private final Flags flags;

  private Signals(FrondServer server, Flags flags) {
    this.server = server;
    this.flags = flags;
  }

  static void install(FrondServer server, Flags flags) {
    var signals = new Signals(server, flags);
    server.core().reloading(signals::load);
    signals.on("TERM", () -> signals.stopOn("terminated"));
    signals.on("INT", () -> signals.stopOn("interrupt"));
    signals.on("HUP", signals::reload);
    signals.on("USR2", signals::lameDuck);
    signals.on("USR1", signals::reopen);
  }

  private void on(String name, Runnable action) {
    try {
      sun.misc.Signal.handle(new sun.misc.Signal(name), signal -> action.run());
    } catch (IllegalArgumentException e) { // this platform has no such signal, or the JVM uses it
      server.core().log().debug("signal " + name + ": " + e.getMessage());
    }
  }

  private Log log() {
    return server.core().log();
  }

  private void trapped(String signal) {
    log().info("Trapped \"" + signal + "\" signal");
  }

  private void stop() {
    log().info("Initiating Shutdown...");
    server.close();
    Runtime.getRuntime().halt(0); // all is closed; nothing is left to wait for
  }

  private void reload() {
    trapped("hangup");
    load();
  }

  /// Says what is wrong, null for nothing.
  private synchronized @Nullable String load() {
    try {
      var loaded = Configuration.load(flags);
      server.reload(loaded.options(), loaded::digest);
      loaded.warnings().forEach(log()::warn);
      return null;
    } catch (ConfigException | IOException e) {
      log().error("Failed to reload server configuration: " + e.getMessage());
      return String.valueOf(e.getMessage());
    }
  }

  private void stopOn(String signal) {
    trapped(signal);
    stop();
  }

  private void lameDuck() {
    trapped("user defined signal 2");
    try {
      server.lameDuck();
    } catch (InterruptedException e) {
      log().warn("Lame duck mode was cut short");
    }
    stop();
  }

  private void reopen() {
    trapped("user defined signal 1");
    try {
      log().reopen();
    } catch (IOException e) {
      log().error("Re-opening the log: " + e.getMessage());
    }
  }
}

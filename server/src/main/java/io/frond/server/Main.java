package io.frond.server;

import io.frond.config.ConfigException;
import io.frond.config.Configuration;
import io.frond.config.Flags;
import io.frond.config.SignalSender;
import io.frond.logging.Log;
import io.frond.options.ServerOptions;
import io.frond.options.Version;
import java.io.IOException;
import java.util.List;

/// The command line: a thin shell over [FrondServer] with nats-server's flags.
public final class Main {
  private Main() {}

  static void main(String[] args) {
    try {
      if (args.length == 1 && args[0].equals("demo")) {
        Demo.run(System.out);
        return;
      }
      if (args.length > 0 && args[0].equals("leaf")) {
        LeafStatus.run(List.of(args).subList(1, args.length), System.out);
        return;
      }
      var flags = flags(args);
      switch (flags.action()) {
        case VERSION -> System.out.println(versionLine());
        case HELP -> System.out.print(Flags.usage());
        case TLS_HELP -> System.out.print(Flags.tlsUsage());
        case TEST -> test(flags);
        case SIGNAL -> SignalSender.send(flags.signal());
        case RUN -> run(flags);
      }
    } catch (ConfigException | IOException | InterruptedException e) {
      if (!(e instanceof Told)) {
        System.err.println("frond: " + e.getMessage());
      }
      System.exit(1);
    }
  }

  /// What the command line says; where it cannot be read the usage comes before the reason.
  private static Flags flags(String[] args) throws ConfigException {
    try {
      return Flags.parse(args);
    } catch (ConfigException e) {
      System.out.print(Flags.usage());
      System.out.flush();
      throw e;
    }
  }

  private static String versionLine() {
    return "frond: v" + Version.FROND + " (nats-server v" + Version.NATS + " compatible)";
  }

  private static void test(Flags flags) throws ConfigException, IOException {
    var loaded = Configuration.load(flags);
    TlsCheck.run(loaded.options());
    loaded.warnings().forEach(warning -> System.err.println("frond: " + warning));
    System.err.println(
        "frond: configuration file "
            + loaded.options().configFile()
            + " is valid ("
            + loaded.digest()
            + ")");
  }

  private static void run(Flags flags) throws ConfigException, IOException {
    var server = start(flags);
    Signals.install(server, flags);
    try {
      server.awaitEnd();
    } catch (InterruptedException e) {
      server.close();
    }
  }

  static FrondServer start(Flags flags) throws ConfigException, IOException {
    var loaded = Configuration.load(flags);
    var log = new Log(loaded.options().log());
    NettyLog.install(log);
    var server = start(loaded.options(), log);
    server.core().configDigest(loaded::digest);
    loaded.warnings().forEach(log::warn);
    return server;
  }

  /// Why a server does not start stands in its log, and also on the terminal where that is
  /// elsewhere.
  private static FrondServer start(ServerOptions options, Log log) throws IOException {
    try {
      return FrondServer.start(options, log);
    } catch (IOException e) {
      var reason = Causes.of(e);
      var elsewhere = options.log().file() != null || options.log().syslog() != null;
      throw elsewhere ? new IOException(reason, e) : new Told(reason, e);
    }
  }

  /// A failure that people have read of.
  private static final class Told extends IOException {
    private static final long serialVersionUID = 1;

    Told(String reason, IOException cause) {
      super(reason, cause);
    }
  }
}

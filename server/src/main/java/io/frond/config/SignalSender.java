package io.frond.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `--signal COMMAND[=PID]`: tells running servers to stop, reload and so on, by the operating
/// system's signals as nats-server does. Blocks for the moment that it takes.
public final class SignalSender {
  private static final long KILL_SECONDS_MAX = 10;

  /// Where the main class stands in the argument list of a server's process.
  private static final String MAIN_CLASS = "io.frond.server.Main";

  private SignalSender() {}

  /// @param signal `COMMAND`, `COMMAND=PID`, `COMMAND=PREFIX*` for every server whose pid begins
  ///   so, or `COMMAND=FILE` with a file that holds a pid
  /// @throws ConfigException when the command is unknown, no server runs, or several do and none
  ///   was named
  public static void send(String signal) throws ConfigException {
    var parts = signal.split("=", -1);
    if (parts.length > 2) {
      throw new ConfigException("invalid signal parameters: " + signal);
    }
    var name = signalName(parts[0]);
    var failures = new ArrayList<String>();
    for (var pid : pids(parts.length == 2 ? pidOf(parts[1]) : "")) {
      var failure = kill(name, pid);
      if (!failure.isEmpty()) {
        failures.add("signal \"" + parts[0] + "\" " + pid + ": " + failure);
      }
    }
    if (!failures.isEmpty()) {
      throw new ConfigException(failures);
    }
  }

  static String signalName(String command) throws ConfigException {
    return switch (command) {
      case "stop" -> "KILL";
      case "quit" -> "INT";
      case "term" -> "TERM";
      case "reopen" -> "USR1";
      case "reload" -> "HUP";
      case "ldm" -> "USR2";
      default -> throw new ConfigException("unknown signal \"" + command + '"');
    };
  }

  /// What a pid file holds, or the text itself when there is no such file.
  static String pidOf(String text) {
    try {
      var file = Path.of(text);
      return Files.isRegularFile(file) ? Files.readString(file).strip() : text;
    } catch (IOException | InvalidPathException e) {
      return text;
    }
  }

  private static List<Long> pids(String expression) throws ConfigException {
    var glob = expression.endsWith("*");
    var prefix = glob ? expression.substring(0, expression.length() - 1) : expression;
    var number = Texts.whole(prefix);
    if (!prefix.isEmpty() && (number == null || number <= 0)) {
      throw new ConfigException("invalid pid: " + prefix);
    }
    if (number != null && !glob) {
      return List.of(number);
    }
    var running = running();
    running.removeIf(pid -> !String.valueOf(pid).startsWith(prefix));
    if (running.isEmpty()) {
      throw new ConfigException("no frond processes running");
    }
    if (running.size() > 1 && !glob) {
      var lines = new ArrayList<String>();
      lines.add("multiple frond processes running:");
      running.forEach(pid -> lines.add(String.valueOf(pid)));
      throw new ConfigException(lines);
    }
    return running;
  }

  /// This user's servers, this process not among them.
  static List<Long> running() {
    var me = ProcessHandle.current();
    var user = me.info().user();
    var pids = new ArrayList<Long>();
    ProcessHandle.allProcesses()
        .filter(process -> process.pid() != me.pid())
        .filter(process -> process.info().user().equals(user))
        .filter(process -> isServer(process.info().arguments().orElse(new String[0])))
        .forEach(process -> pids.add(process.pid()));
    return pids;
  }

  private static boolean isServer(String[] arguments) {
    for (var argument : arguments) {
      if (argument.equals(MAIN_CLASS)) {
        return true;
      }
    }
    return false;
  }

  /// Why it did not work, empty when it did.
  private static String kill(String name, long pid) {
    try {
      var process =
          new ProcessBuilder("kill", "-" + name, String.valueOf(pid))
              .redirectErrorStream(true)
              .start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(KILL_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "kill does not end";
      }
      return process.exitValue() == 0 ? "" : output.strip() + " (" + process.exitValue() + ")";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }
}

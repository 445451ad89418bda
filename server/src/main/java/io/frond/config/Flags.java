package io.frond.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The command line, read as Go's flags are: one dash or two, `-flag value` or `-flag=value`; a
/// switch takes its value only after `=`. What it says wins over the configuration file.
public final class Flags {
  /// What the program is asked to do.
  public enum Action {
    /// Start the server.
    RUN,
    /// Read the configuration, say whether it can be used, and end.
    TEST,
    VERSION,
    HELP,
    /// List what `tls {}` may hold.
    TLS_HELP,
    /// Send a signal to a running server, see [SignalSender].
    SIGNAL
  }

  private final Map<String, String> values;

  private Flags(Map<String, String> values) {
    this.values = values;
  }

  /// No flags at all, for embedding programs.
  public static Flags none() {
    return new Flags(Map.of());
  }

  /// @throws ConfigException with one line for the user; print [#usage], too
  public static Flags parse(String[] args) throws ConfigException {
    var index = FlagTable.index();
    var values = new HashMap<String, String>();
    var i = 0;
    while (i < args.length && args[i].length() > 1 && args[i].charAt(0) == '-') {
      var arg = args[i++];
      if (arg.equals("--")) {
        break;
      }
      var name = arg.substring(arg.startsWith("--") ? 2 : 1);
      var equals = name.indexOf('=');
      String value = null;
      if (equals >= 0) {
        value = name.substring(equals + 1);
        name = name.substring(0, equals);
      }
      var flag = index.get(name);
      if (flag == null) {
        throw new ConfigException(FlagTable.unknown(arg, name));
      }
      if (value == null && flag.kind() == FlagTable.Kind.SWITCH) {
        value = "true";
      } else if (value == null && i < args.length) {
        value = args[i++];
      } else if (value == null) {
        throw new ConfigException("flag needs a value: -" + name);
      }
      values.put(flag.name(), checked(flag, name, value));
    }
    if (i < args.length) {
      command(args[i], values);
    }
    var flags = new Flags(Map.copyOf(values));
    if (flags.action() == Action.TEST && flags.text("config") == null) {
      throw new ConfigException("-t needs a configuration file: -t -c FILE");
    }
    return flags;
  }

  /// `version` and `help` work without dashes too.
  private static void command(String word, Map<String, String> values) throws ConfigException {
    switch (word.toLowerCase(Locale.ROOT)) {
      case "version" -> values.put("version", "true");
      case "help" -> values.put("help", "true");
      default -> throw new ConfigException("unrecognized command: \"" + word + '"');
    }
  }

  private static String checked(FlagTable.Flag flag, String name, String value)
      throws ConfigException {
    var result =
        switch (flag.kind()) {
          case SWITCH ->
              switch (value) {
                case "1", "t", "T", "true", "TRUE", "True" -> "true";
                case "0", "f", "F", "false", "FALSE", "False" -> "false";
                default ->
                    throw new ConfigException(
                        "invalid value \"" + value + "\" for flag -" + name + ": true or false?");
              };
          case NUMBER -> {
            if (Texts.whole(value) == null) {
              throw new ConfigException(
                  "invalid value \"" + value + "\" for flag -" + name + ": expected a number");
            }
            yield value;
          }
          case TEXT -> value;
        };
    if (flag.later() && !result.equals("false") && !result.equals("0") && !result.isEmpty()) {
      throw new ConfigException("not supported yet: -" + name);
    }
    return result;
  }

  public Action action() {
    if (is("version")) {
      return Action.VERSION;
    }
    if (is("help")) {
      return Action.HELP;
    }
    if (is("help_tls")) {
      return Action.TLS_HELP;
    }
    if (text("signal") != null) {
      return Action.SIGNAL;
    }
    return is("t") ? Action.TEST : Action.RUN;
  }

  /// The configuration file, null for none.
  public @Nullable Path configFile() throws ConfigException {
    var file = text("config");
    try {
      return file == null ? null : Path.of(file);
    } catch (InvalidPathException e) {
      throw new ConfigException("no name of a file: " + file);
    }
  }

  /// `--signal`'s value, `COMMAND` or `COMMAND=PID`; empty when it was not given.
  public String signal() {
    var signal = text("signal");
    return signal == null ? "" : signal;
  }

  /// What `--help` prints.
  public static String usage() {
    return FlagTable.usage();
  }

  /// What `--help_tls` prints.
  public static String tlsUsage() {
    return TlsReader.usage();
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /// The value of a flag, null when it is absent or empty.
  @Nullable String text(String name) {
    var value = values.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /// Whether a switch is given and on.
  boolean is(String name) {
    return "true".equals(values.get(name));
  }

  /// A switch, or what the file says.
  boolean is(String name, boolean absent) {
    var value = values.get(name);
    return value == null ? absent : value.equals("true");
  }

  /// A number within bounds, or what the file says.
  int number(String name, int min, int max, int absent, Problems problems) {
    var value = values.get(name);
    if (value == null) {
      return absent;
    }
    var number = Texts.whole(value);
    if (number == null || number < min || number > max) {
      problems.error(
          "invalid value \"" + value + "\" for flag -" + name + ": expected " + min + " to " + max);
      return absent;
    }
    return number.intValue();
  }
}

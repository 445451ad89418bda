package io.frond.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Every flag of the command line: nats-server's, with the same names.
final class FlagTable {
  enum Kind {
    SWITCH,
    NUMBER,
    TEXT
  }

  /// @param names the first one is what the code uses
  /// @param value what the usage calls the value, empty for a switch
  /// @param later refused as not supported yet
  record Flag(List<String> names, Kind kind, String value, String text, boolean later) {
    String name() {
      return names.getFirst();
    }
  }

  /// A line is kind, names, value's name and text, parted by `|`; `!` marks a flag of a later
  /// capability; a line without `|` is a heading.
  private static final String TABLE =
      """
      Server
      text|addr a net|HOST|address to listen on (default 0.0.0.0)
      number|port p|PORT|port for clients (default 4222, -1 for any free one)
      text|server_name n name|NAME|the server's name (default: its id)
      text|config c|FILE|configuration file
      switch|t||check the configuration file and end
      text|pid P|FILE|write the process id there
      number|http_port m|PORT|monitoring over HTTP
      number|https_port ms|PORT|monitoring over HTTPS
      text|signal sl|SIGNAL[=PID]|stop, quit, term, reopen, reload or ldm a running server; PID or its file
      text|client_advertise|HOST[:PORT]|what clients are told to dial
      text|ports_file_dir|DIR|write the ports there, into PROGRAM_PID.ports
      Logging
      text|log l|FILE|log there instead of standard error
      switch|logtime T||date and time in each line (default true)
      switch|logtime_utc||in UTC
      switch|debug D||more about connections
      switch|trace V||every operation
      switch|VV||every operation, the system account's too
      switch|DV||debug and trace
      switch|DVV||debug and trace, the system account's too
      number|log_size_limit|BYTES|begin a new log file at this size
      number|max_traced_msg_len|BYTES|how much of a payload is traced
      switch|syslog s||log to the system log
      text|remote_syslog r|URL|log to a system log elsewhere (udp://127.0.0.1:514)
      JetStream
      switch|jetstream js||enable JetStream
      text|store_dir sd|DIR|where it stores
      Authorization
      text|user|NAME|user that clients must name
      text|pass|PASSWORD|and its password
      text|auth|TOKEN|token that clients must show
      TLS
      switch|tls||TLS for clients
      text|tlscert|FILE|the server's certificate
      text|tlskey|FILE|and its private key
      switch|tlsverify||clients must show a certificate
      text|tlscacert|FILE|authorities that sign clients' certificates
      Cluster
      text|routes|URL,URL|servers to connect to
      text|cluster_listen cluster|URL|where other servers connect
      text|cluster_name|NAME|the cluster's name (default: made up by its members)
      switch|no_advertise||tell clients of no other server
      text|cluster_advertise|HOST[:PORT]|what other servers are told to dial
      number|connect_retries|COUNT|attempts for a server that others named
      Other
      !number|profile|PORT|profiling over HTTP
      switch|help h||this text
      switch|help_tls||what tls {} in a configuration file may hold
      switch|version v||the version
      """;

  private FlagTable() {}

  static List<Flag> flags() {
    var flags = new ArrayList<Flag>();
    var start = 0;
    while (start < TABLE.length()) {
      var end = TABLE.indexOf('\n', start);
      if (TABLE.indexOf('|', start) >= 0 && TABLE.indexOf('|', start) < end) {
        flags.add(flag(start, end));
      }
      start = end + 1;
    }
    return flags;
  }

  private static Flag flag(int start, int end) {
    var later = TABLE.charAt(start) == '!';
    var one = TABLE.indexOf('|', start);
    var two = TABLE.indexOf('|', one + 1);
    var three = TABLE.indexOf('|', two + 1);
    var names = new ArrayList<String>(3);
    for (var from = one + 1; from < two; ) {
      var blank = TABLE.indexOf(' ', from);
      var to = blank < 0 || blank > two ? two : blank;
      names.add(TABLE.substring(from, to));
      from = to + 1;
    }
    var kind =
        switch (TABLE.substring(later ? start + 1 : start, one)) {
          case "switch" -> Kind.SWITCH;
          case "number" -> Kind.NUMBER;
          default -> Kind.TEXT;
        };
    return new Flag(
        names, kind, TABLE.substring(two + 1, three), TABLE.substring(three + 1, end), later);
  }

  static Map<String, Flag> index() {
    var index = new HashMap<String, Flag>();
    for (var flag : flags()) {
      for (var name : flag.names()) {
        index.put(name, flag);
      }
    }
    return index;
  }

  static String unknown(String arg, String name) {
    String nearest = null;
    var best = 3;
    for (var known : index().keySet()) {
      var distance = Texts.distance(name, known);
      if (known.length() > 2 && distance < best) {
        best = distance;
        nearest = known;
      }
    }
    return "flag provided but not defined: "
        + arg
        + (nearest == null ? "" : ", did you mean --" + nearest + "?");
  }

  static String usage() {
    var usage = new StringBuilder("Usage: frond [flags]\n");
    var flags = flags().iterator();
    for (var line : TABLE.split("\n", -1)) {
      if (line.indexOf('|') < 0) {
        usage.append(line.isEmpty() ? "" : "\n" + line + "\n");
        continue;
      }
      var flag = flags.next();
      if (!flag.later()) {
        usage.append(line(flag));
      }
    }
    return usage.toString();
  }

  private static String line(Flag flag) {
    var names = new StringBuilder();
    for (var i = flag.names().size() - 1; i >= 0; i--) {
      var name = flag.names().get(i);
      names
          .append(name.length() <= 2 || name.equals("DVV") ? "-" : "--")
          .append(name)
          .append(i > 0 ? ", " : "");
    }
    if (!flag.value().isEmpty()) {
      names.append(' ').append(flag.value());
    }
    var padding = Math.max(1, 38 - names.length());
    return "  " + names + " ".repeat(padding) + flag.text() + "\n";
  }
}

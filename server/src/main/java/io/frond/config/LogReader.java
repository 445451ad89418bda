package io.frond.config;

import io.frond.options.LogOptions;
import io.frond.options.SyslogAddress;
import org.jspecify.annotations.Nullable;

/// Reads the keys and flags of logging.
final class LogReader {
  private LogReader() {}

  static LogOptions read(Section server, Flags flags) {
    var defaults = LogOptions.DEFAULT;
    var problems = server.problems();
    var verbose = server.flag("trace_verbose", false);
    var headers = server.flag("trace_headers", false);
    var trace = server.flag("trace", verbose || headers);
    var debug = server.flag("debug", false);
    trace = flags.is("DV", flags.is("trace", trace));
    debug = flags.is("DV", flags.is("debug", debug));
    if (flags.has("VV")) {
      trace = flags.is("VV");
      verbose = trace;
    }
    if (flags.has("DVV")) {
      debug = flags.is("DVV");
      trace = debug;
      verbose = debug;
    }
    var file = flags.text("log") == null ? server.name("log_file") : flags.text("log");
    var syslog = syslog(server, flags);
    return new LogOptions(
        file,
        flags.number("log_size_limit", 0, Integer.MAX_VALUE, 0, problems) > 0
            ? flags.number("log_size_limit", 0, Integer.MAX_VALUE, 0, problems)
            : server.whole("log_size_limit", 0, Long.MAX_VALUE, defaults.fileSizeLimit()),
        Math.max(
            0,
            server.number(
                "log_max_num", Integer.MIN_VALUE, Integer.MAX_VALUE, defaults.fileMaxNum())),
        debug,
        trace,
        verbose,
        headers,
        flags.number(
            "max_traced_msg_len",
            0,
            Integer.MAX_VALUE,
            server.number("max_traced_msg_len", 0, Integer.MAX_VALUE, defaults.maxTracedMessage()),
            problems),
        flags.is("logtime", server.flag("logtime", defaults.time())),
        flags.is("logtime_utc", server.flag("logtime_utc", defaults.utc())),
        server.numberOrDefault(
            "connect_error_reports", Integer.MAX_VALUE, defaults.connectErrorReports()),
        server.numberOrDefault(
            "reconnect_error_reports", Integer.MAX_VALUE, defaults.reconnectErrorReports()),
        file == null ? syslog : null);
  }

  /// As in nats-server a file comes before a system log, and one elsewhere before this machine's.
  private static @Nullable SyslogAddress syslog(Section server, Flags flags) {
    var inFile = server.name("remote_syslog");
    var inFlag = flags.text("remote_syslog");
    var remote = inFlag == null ? inFile : inFlag;
    var here = flags.is("syslog", server.flag("syslog", false));
    if (remote == null) {
      return here ? SyslogAddress.OF_THE_MACHINE : null;
    }
    var address = SyslogAddress.parse(remote);
    if (address == null) {
      var expected = "expected udp://host:port, tcp://host:port or unix:///path";
      if (inFlag == null) {
        server.invalid("remote_syslog", expected);
      } else {
        server
            .problems()
            .error("invalid value \"" + remote + "\" for flag -remote_syslog: " + expected);
      }
    }
    return address;
  }
}

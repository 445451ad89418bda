package io.frond.config;

import io.frond.options.LogOptions;

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
    var file = flags.text("log");
    return new LogOptions(
        file == null ? server.name("log_file") : file,
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
            "reconnect_error_reports", Integer.MAX_VALUE, defaults.reconnectErrorReports()));
  }
}

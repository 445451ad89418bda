package io.frond.link;

import io.frond.logging.Log;
import io.frond.wire.ControlOp;
import io.frond.wire.MessageFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;
import java.util.stream.Collectors;

/// What comes (`<<-`) and goes (`->>`) on links, in the log as nats-server writes it, when that is
/// asked for (`trace`, `-V`). Any thread.
final class ProtocolLog {
  private static final String IN = "<<-";
  private static final String OUT = "->>";

  /// Values in a CONNECT that nobody else is to read.
  private static final String SECRETS =
      "(\"(?:pass|auth_token|sig|jwt)\"\\s*:\\s*\")(?:[^\"\\\\]|\\\\.)*\"";

  private static final int HEADER_END = 4;

  private final Log log;

  ProtocolLog(Log log) {
    this.log = log;
  }

  /// An operation came; here are those that handlers do not tell of.
  void in(LinkHandler by, ControlOp op) {
    if (op instanceof ControlOp.ConnectOp(var json) && log.tracing()) {
      line(by, IN, redacted(json));
    } else if (op == ControlOp.Bare.PING && log.tracing()) {
      line(by, IN, "PING");
    }
  }

  private static String redacted(byte[] json) {
    var text = new String(json, StandardCharsets.UTF_8);
    return "CONNECT " + text.replaceAll(SECRETS, "$1[REDACTED]\"");
  }

  /// A message came.
  void in(LinkHandler by, MessageFrame frame) {
    if (log.tracing()) {
      line(by, IN, text(verb(by.kind(), frame), frame));
      payload(by, IN, frame, frame.headerLength(), 0);
    }
  }

  private static String verb(LinkKind kind, MessageFrame frame) {
    var headers = frame.headerLength() > 0;
    var tagged = frame.source() >= 0;
    return switch (kind) {
      case CLIENT -> headers ? "HPUB" : "PUB";
      case LEAF -> (headers ? "H" : "L") + (tagged ? "TAG" : "MSG");
      case ROUTE -> tagged ? "RTAG" : frame.originLength() > 0 ? "LMSG" : headers ? "HMSG" : "RMSG";
    };
  }

  private static String text(String verb, MessageFrame frame) {
    var words = new ArrayList<Object>();
    words.add(verb);
    if (frame.source() >= 0) {
      words.add(frame.source() + ":" + Integer.toUnsignedString((int) frame.sequenceLow()));
    }
    words.add(frame.originLength() > 0 ? frame.origin() : "");
    words.add(frame.account());
    words.add(frame.subject());
    words.add(frame.queueCount() == 0 ? "" : frame.replyLength() > 0 ? "+" : "|");
    words.add(frame.reply());
    for (var i = 0; i < frame.queueCount(); i++) {
      words.add(frame.queue(i));
    }
    words.add(frame.headerLength() > 0 ? frame.headerLength() : "");
    words.add(frame.size());
    return words.stream()
        .map(it -> it instanceof byte[] b ? new String(b, StandardCharsets.UTF_8) : it.toString())
        .filter(it -> !it.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /// An operation goes out; CONNECT and INFO are nobody's business.
  void out(LinkHandler to, byte[] operation) {
    if (log.tracing()) {
      var text = new String(operation, StandardCharsets.UTF_8);
      var line = text.substring(0, Math.max(0, text.indexOf("\r\n")));
      if (line.startsWith("-ERR")) {
        line = line.replace("'", "");
      }
      if (!line.startsWith("CONNECT") && !line.startsWith("INFO")) {
        line(to, OUT, line.startsWith("+") ? line.substring(1) : line);
      }
    }
  }

  /// A message goes out.
  ///
  /// @param from where in `bytes` its line begins, which ends in front of `end` with CR LF
  /// @param skip bytes of the body that are left out at its beginning
  void out(LinkHandler to, byte[] bytes, int from, int end, MessageFrame frame, int skip) {
    if (log.tracing()) {
      line(to, OUT, new String(bytes, from, end - from - 2, StandardCharsets.UTF_8));
      payload(to, OUT, frame, Math.max(0, frame.headerLength() - skip), skip);
    }
  }

  private void line(LinkHandler of, String arrow, String text) {
    log.trace(of.label() + " - " + arrow + " [" + text + "]");
  }

  private void payload(LinkHandler of, String arrow, MessageFrame frame, int headers, int skip) {
    var options = log.options();
    var length = options.traceHeaders() ? headers - HEADER_END : frame.size() - skip;
    if (length <= 0) {
      return;
    }
    var max = options.maxTracedMessage();
    var cut = max > 0 && length > max;
    var bytes = new byte[cut ? max : length];
    frame.buffer().get(frame.bodyAt() + skip, bytes);
    log.trace(
        of.label()
            + " - "
            + arrow
            + " MSG_PAYLOAD: [\""
            + quoted(bytes)
            + (cut ? "..." : "")
            + "\"]");
  }

  /// As Go's `%q` writes bytes; those that are no UTF-8 one by one.
  private static String quoted(byte[] bytes) {
    var utf8 = new String(bytes, StandardCharsets.UTF_8);
    var isUtf8 = utf8.indexOf('\ufffd') < 0;
    var text = new StringBuilder(bytes.length + 16);
    for (var c : (isUtf8 ? utf8 : new String(bytes, StandardCharsets.ISO_8859_1)).toCharArray()) {
      switch (c) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        case '"', '\\' -> text.append('\\').append(c);
        default -> {
          if (c < ' ' || c == 0x7f || (c > 0x7f && !isUtf8)) {
            text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    return text.toString();
  }
}

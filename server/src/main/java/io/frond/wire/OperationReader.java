package io.frond.wire;

import io.frond.wire.ProtocolException.Violation;
import io.frond.wire.ProtocolParser.Dialect;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads whole operations from a stretch of memory (NATS client protocol; for routes and leaves the
/// operations of nats-server's own links). The hot path is a message: its line is scanned once, its
/// tokens are kept as offsets, its body is not touched. One thread.
final class OperationReader {
  /// What an operation's own name and blanks may add to the length of its line.
  static final int LINE_SLACK = 16;

  private static final int PUB = 0x50554220; // "PUB "
  private static final int HPUB = 0x48505542; // "HPUB"
  private static final int RMSG = 0x524d5347;
  private static final int LMSG = 0x4c4d5347;
  private static final int HMSG = 0x484d5347;
  private static final int RTAG = 0x52544147;
  private static final int LTAG = 0x4c544147;
  private static final int HTAG = 0x48544147;
  private static final short CRLF = 0x0d0a;
  private static final int INCOMPLETE = -1;

  /// No such line: the general way has to look at it.
  private static final int OTHER = -2;

  /// How another server sends a message.
  private enum Form {
    RMSG,
    LMSG,
    HMSG
  }

  Dialect dialect;
  int lineMax;
  int payloadMax;
  boolean headers = true;

  /// Whether a route's operations name no account: it is one account's own.
  boolean accountless;

  /// Whether the other server resumes: tags and acknowledgements exist on this link.
  boolean resumes;

  /// Whether the other server names the origin in `LS-` too (`lnocu` of its INFO).
  boolean originOfEnd = true;

  /// After [#read]: length of the operation that is not whole, 0 while its line has not ended.
  int need;

  private final MessageFrame frame = new MessageFrame(ByteBuffer.allocate(0));

  /// The tokens of the line that [#scan] split: where each begins and ends.
  int[] from = new int[8];

  int[] to = new int[8];
  int tokens;
  private final ControlReader controls = new ControlReader(this);

  OperationReader(Dialect dialect, int lineMax, int payloadMax) {
    this.dialect = dialect;
    this.lineMax = lineMax;
    this.payloadMax = payloadMax;
  }

  /// Handles every whole operation in `[start, end)`.
  ///
  /// @return where the first operation begins that is not whole, or `end`
  int read(ByteBuffer memory, int start, int end, ProtocolParser.Sink sink)
      throws ProtocolException {
    frame.buffer = memory;
    var at = start;
    while (at < end && !sink.stopped()) {
      var next = one(memory, at, end, sink);
      if (next == INCOMPLETE) {
        return at;
      }
      at = next;
    }
    need = 0;
    return at;
  }

  private int one(ByteBuffer memory, int at, int end, ProtocolParser.Sink sink)
      throws ProtocolException {
    if (end - at >= 5) {
      var word = memory.getInt(at);
      if (word == PUB && dialect == Dialect.CLIENT) {
        var next = plain(memory, at, end, sink);
        return next != OTHER ? next : publish(memory, at, at + 4, end, false, sink);
      }
      if (isBlank(memory.get(at + 4))) {
        switch (word) {
          case HPUB -> {
            if (dialect == Dialect.CLIENT) {
              return publish(memory, at, at + 5, end, true, sink);
            }
          }
          case RMSG -> {
            if (dialect == Dialect.ROUTE) {
              return routed(memory, at, at + 5, end, Form.RMSG, false, sink);
            }
          }
          case LMSG -> {
            if (dialect != Dialect.CLIENT) {
              return routed(memory, at, at + 5, end, Form.LMSG, false, sink);
            }
          }
          case HMSG -> {
            if (dialect != Dialect.CLIENT) {
              return routed(memory, at, at + 5, end, Form.HMSG, false, sink);
            }
          }
          case LTAG -> {
            if (resumes) {
              return routed(memory, at, at + 5, end, Form.LMSG, true, sink);
            }
          }
          case HTAG -> {
            if (resumes) {
              return routed(memory, at, at + 5, end, Form.HMSG, true, sink);
            }
          }
          case RTAG -> {
            if (resumes && dialect == Dialect.ROUTE) {
              return routed(memory, at, at + 5, end, Form.RMSG, true, sink);
            }
          }
          default -> {}
        }
      }
    }
    return control(memory, at, end, sink);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  /// `PUB subject [reply] size` with one blank before each, as clients write it: the tokens' ends
  /// are found eight bytes at a time.
  ///
  /// @return as [#one], or [#OTHER] for a line that is written otherwise, is at fault, or ends too
  ///   near to the buffer's end to be read in this way
  private int plain(ByteBuffer memory, int at, int end, ProtocolParser.Sink sink)
      throws ProtocolException {
    var begin = at + 4;
    var stop = Token.end(memory, begin, end);
    if (stop <= begin || memory.get(stop) != ' ') {
      return OTHER;
    }
    var first = stop + 1;
    var last = Token.end(memory, first, end);
    var reply = last > first && memory.get(last) == ' ';
    if (reply) {
      first = last + 1;
      last = Token.end(memory, first, end);
    }
    if (last <= first
        || last + 2 > end
        || memory.getShort(last) != CRLF
        || last - begin > lineMax) {
      return OTHER;
    }
    var size = Token.number(memory, first, last);
    if (size < 0) {
      return OTHER;
    }
    var f = frame;
    f.subjectAt = begin;
    f.subjectLength = stop - begin;
    f.replyAt = stop + 1;
    f.replyLength = reply ? first - stop - 2 : 0;
    f.queues = 0;
    return body(memory, at, last + 1, end, 0, size, sink);
  }

  /// Splits the line that begins at `start` into tokens.
  ///
  /// @return the index of the line's LF, or [#INCOMPLETE]
  private int scan(ByteBuffer memory, int start, int end) throws ProtocolException {
    var count = 0;
    var begin = -1;
    for (var i = start; i < end; i++) {
      var b = memory.get(i);
      if (b > ' ' || b < 0) {
        if (begin < 0) {
          begin = i;
        }
        continue;
      }
      if (b == '\n' || isBlank(b)) {
        if (begin >= 0) {
          var stop = b == '\n' && memory.get(i - 1) == '\r' ? i - 1 : i;
          if (stop > begin) {
            count = token(count, begin, stop);
          }
          begin = -1;
        }
        if (b == '\n') {
          if (count > 0 && to[count - 1] - from[0] > lineMax) { // what counts are the arguments
            throw lineTooLong(lineMax);
          }
          tokens = count;
          return i;
        }
      } else if (begin < 0 && b != '\r') {
        begin = i;
      }
    }
    if (end - start > lineMax + LINE_SLACK) {
      throw lineTooLong(lineMax);
    }
    need = 0;
    return INCOMPLETE;
  }

  private int token(int count, int begin, int stop) {
    if (count == from.length) {
      from = Arrays.copyOf(from, 2 * count);
      to = Arrays.copyOf(to, 2 * count);
    }
    from[count] = begin;
    to[count] = stop;
    return count + 1;
  }

  static ProtocolException lineTooLong(int lineMax) {
    return new ProtocolException(
        Violation.CONTROL_LINE,
        ErrorText.MAX_CONTROL_LINE,
        "maximum control line exceeded: over " + lineMax + " bytes");
  }

  static ProtocolException badArguments(String operation, String what) {
    return new ProtocolException(
        Violation.PARSE, ErrorText.UNKNOWN_OPERATION, operation + ": " + what);
  }

  /// `PUB subject [reply] size`, `HPUB subject [reply] header-size size`.
  private int publish(
      ByteBuffer memory, int at, int args, int end, boolean hasHeaders, ProtocolParser.Sink sink)
      throws ProtocolException {
    var newline = scan(memory, args, end);
    if (newline == INCOMPLETE) {
      return INCOMPLETE;
    }
    var sizes = hasHeaders ? 2 : 1;
    if (hasHeaders && !headers) {
      throw new ProtocolException(
          Violation.HEADERS, ErrorText.HEADERS_NOT_SUPPORTED, "message headers not supported");
    }
    if (tokens != sizes + 1 && tokens != sizes + 2) {
      throw badArguments(hasHeaders ? "HPUB" : "PUB", tokens + " arguments");
    }
    var f = frame;
    f.subjectAt = from[0];
    f.subjectLength = to[0] - from[0];
    if (tokens == sizes + 2) {
      f.replyAt = from[1];
      f.replyLength = to[1] - from[1];
    } else {
      f.replyLength = 0;
    }
    f.queues = 0;
    var headerLength = hasHeaders ? number(memory, tokens - 2) : 0;
    return body(memory, at, newline, end, headerLength, number(memory, tokens - 1), sink);
  }

  /// `RMSG account subject …`, `LMSG subject …`, `HMSG …` with `[reply]`, `+ reply queues` or `|
  /// queues` before the sizes; on a route `LMSG origin account subject …`, always with two sizes.
  /// `RTAG`, `LTAG` and `HTAG` are the same behind a tag, `source:sequence`.
  private int routed(
      ByteBuffer memory,
      int at,
      int args,
      int end,
      Form form,
      boolean tagged,
      ProtocolParser.Sink sink)
      throws ProtocolException {
    var newline = scan(memory, args, end);
    if (newline == INCOMPLETE) {
      return INCOMPLETE;
    }
    var f = frame;
    var next = 0;
    var hasOrigin = form == Form.LMSG && dialect == Dialect.ROUTE;
    var hasHeaders = form == Form.HMSG || hasOrigin;
    var hasAccount = dialect == Dialect.ROUTE && !accountless;
    var last = tokens - (hasHeaders ? 2 : 1); // first of the sizes
    if (last <= (hasOrigin ? 1 : 0) + (hasAccount ? 1 : 0) + (tagged ? 1 : 0)) {
      throw badArguments(form.name(), tokens + " arguments");
    }
    f.source = -1;
    if (tagged) {
      tag(memory, from[next], to[next]);
      next++;
    }
    f.originLength = 0;
    if (hasOrigin) {
      f.originAt = from[next];
      f.originLength = to[next] - from[next];
      next++;
    }
    f.accountLength = 0;
    if (hasAccount) {
      f.accountAt = from[next];
      f.accountLength = to[next] - from[next];
      next++;
    }
    f.subjectAt = from[next];
    f.subjectLength = to[next] - from[next];
    next++;
    f.replyLength = 0;
    f.queues = 0;
    if (next < last) {
      var mark = to[next] - from[next] == 1 ? memory.get(from[next]) : 0;
      var directed = mark == '|' || mark == '+';
      if (directed) {
        next++;
      }
      if (mark != '|') {
        if (next >= last) {
          throw badArguments("LMSG", "no reply subject");
        }
        f.replyAt = from[next];
        f.replyLength = to[next] - from[next];
        next++;
      }
      if (next < last && !directed) {
        throw badArguments("LMSG", tokens + " arguments");
      }
      queues(next, last);
    }
    var headerLength = hasHeaders ? number(memory, tokens - 2) : 0;
    return body(memory, at, newline, end, headerLength, number(memory, tokens - 1), sink);
  }

  /// `source:sequence`: the sender's number of the source, in decimal, and the low half of the
  /// message's sequence, in hexadecimal.
  private void tag(ByteBuffer memory, int begin, int stop) throws ProtocolException {
    var source = 0;
    var i = begin;
    while (i < stop && memory.get(i) >= '0' && memory.get(i) <= '9' && i - begin < 5) {
      source = 10 * source + memory.get(i++) - '0';
    }
    var low = 0L;
    var first = i + 1;
    if (i == begin || i == stop || memory.get(i) != ':' || first == stop || stop - first > 8) {
      throw badArguments("tag", "no source and sequence");
    }
    for (i = first; i < stop; i++) {
      var digit = Character.digit((char) (memory.get(i) & 0xff), 16);
      if (digit < 0) {
        throw badArguments("tag", "no sequence");
      }
      low = low << 4 | digit;
    }
    frame.source = source;
    frame.sequenceLow = low;
  }

  private void queues(int next, int last) throws ProtocolException {
    var count = last - next;
    if (count > MessageFrame.QUEUES_MAX) {
      throw badArguments("LMSG", count + " queue groups");
    }
    if (count > frame.queueAt.length) {
      frame.queueAt = new int[2 * count];
      frame.queueLength = new int[2 * count];
    }
    for (var i = 0; i < count; i++) {
      frame.queueAt[i] = from[next + i];
      frame.queueLength[i] = to[next + i] - from[next + i];
    }
    frame.queues = count;
  }

  private int body(
      ByteBuffer memory,
      int at,
      int newline,
      int end,
      int headerLength,
      int size,
      ProtocolParser.Sink sink)
      throws ProtocolException {
    if (size < 0 || headerLength < 0 || headerLength > size) {
      throw badArguments("message", "Bad or Missing Size");
    }
    if (size > payloadMax) {
      throw new ProtocolException(
              Violation.PAYLOAD,
              ErrorText.MAX_PAYLOAD,
              "maximum payload exceeded: " + size + " vs " + payloadMax)
          .of(head(memory, newline + 1, end, headerLength, size));
    }
    var stop = newline + 1 + size;
    if (stop + 2 > end) {
      need = stop + 2 - at;
      return INCOMPLETE;
    }
    if (memory.getShort(stop) != CRLF) {
      throw ProtocolParser.unknown(memory, stop, end);
    }
    frame.headerLength = headerLength;
    frame.bodyAt = newline + 1;
    frame.size = size;
    sink.onMessage(frame);
    return stop + 2;
  }

  private @Nullable MessageFrame head(
      ByteBuffer memory, int from, int end, int headerLength, int size) {
    var came = Math.min(headerLength, end - from);
    if (came <= 0) {
      return null;
    }
    var headers = new byte[came];
    memory.get(from, headers);
    var head = MessageFrame.of(frame.subject(), frame.reply(), came, headers);
    head.size = size;
    return head;
  }

  /// The value of a token of 1 to 9 digits, else -1.
  int number(ByteBuffer memory, int token) {
    return Token.number(memory, from[token], to[token]);
  }

  /// Every operation that has no body; also those above in lower case.
  private int control(ByteBuffer memory, int at, int end, ProtocolParser.Sink sink)
      throws ProtocolException {
    var stop = at;
    while (stop < end && stop - at < 9 && isWord(memory.get(stop))) {
      stop++;
    }
    if (stop == end && end - at < 9) {
      if (!mayBecomeWord(memory, at, end)) {
        throw ProtocolParser.unknown(memory, at, end);
      }
      need = 0;
      return INCOMPLETE;
    }
    var word = upper(memory, at, stop);
    switch (word) {
      case "PUB", "HPUB" -> {
        if (dialect == Dialect.CLIENT) {
          return publish(memory, at, stop, end, word.equals("HPUB"), sink);
        }
      }
      case "RMSG", "LMSG", "HMSG" -> {
        if (dialect == Dialect.ROUTE || (dialect == Dialect.LEAF && !word.equals("RMSG"))) {
          return routed(memory, at, stop, end, Form.valueOf(word), false, sink);
        }
      }
      default -> {}
    }
    if (!controls.knows(word)) {
      throw ProtocolParser.unknown(memory, at, end);
    }
    var newline = scan(memory, stop, end);
    if (newline == INCOMPLETE) {
      return INCOMPLETE;
    }
    sink.onControl(controls.operation(word, memory, stop, newline));
    return newline + 1;
  }

  private static boolean isWord(byte b) {
    return b > ' ';
  }

  private boolean mayBecomeWord(ByteBuffer memory, int at, int end) {
    return "CPUSHIARLF+-".indexOf(Character.toUpperCase((char) memory.get(at))) >= 0 && at < end;
  }

  private static String upper(ByteBuffer memory, int at, int stop) {
    var letters = new char[stop - at];
    for (var i = 0; i < letters.length; i++) {
      letters[i] = Character.toUpperCase((char) (memory.get(at + i) & 0x7f));
    }
    return new String(letters);
  }
}

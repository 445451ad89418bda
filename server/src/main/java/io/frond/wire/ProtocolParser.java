package io.frond.wire;

import io.frond.wire.ProtocolException.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Turns the bytes of one connection into operations, in place: an operation that lies whole in the
/// read buffer is never copied; one that is cut by a buffer's end is collected in `partial`, so
/// each byte is copied at most once. Owned by the connection's event loop.
///
/// Invariant: between calls `partial` is null or holds the beginning of exactly one operation, of
/// which `need` is the whole length in bytes, or 0 while its line has not ended.
public final class ProtocolParser {
  /// What the operations are handed to; all calls come on the parser's thread, during
  /// [ProtocolParser#parse].
  public interface Sink {
    void onMessage(MessageFrame frame) throws ProtocolException;

    void onControl(ControlOp op) throws ProtocolException;

    /// Whether no operation is taken now: the connection ended, or it waits for something. The rest
    /// of the input is left unread.
    boolean stopped();
  }

  /// Who speaks: decides which operations exist.
  public enum Dialect {
    CLIENT,
    ROUTE,
    LEAF
  }

  /// How the log text of an unknown operation begins, before the operation.
  static final String UNKNOWN = "parser ERROR: proto='";

  private static final int PARTIAL_MIN = 256;

  private final OperationReader reader;
  private @Nullable ByteBuf partial;
  private int need;

  /// @param lineMax longest protocol line in bytes
  /// @param payloadMax largest message in bytes
  public ProtocolParser(Dialect dialect, int lineMax, int payloadMax) {
    reader = new OperationReader(dialect, lineMax, payloadMax);
  }

  /// Changes what [#payloadMax] allows, when an account says so.
  public void payloadMax(int bytes) {
    reader.payloadMax = bytes;
  }

  /// Changes how long a line may be.
  public void lineMax(int bytes) {
    reader.lineMax = bytes;
  }

  public int payloadMax() {
    return reader.payloadMax;
  }

  /// Whether HPUB is refused.
  public void headers(boolean allowed) {
    reader.headers = allowed;
  }

  /// Whether a route is one account's own, so that its operations name none.
  public void accountless(boolean own) {
    reader.accountless = own;
  }

  /// Whether the server at the other end of a route names the leaves' cluster in `LS-`, too: those
  /// before nats-server 2.10 do in `LS+` only.
  public void originOfEnd(boolean named) {
    reader.originOfEnd = named;
  }

  /// Whether tags, acknowledgements and fences exist: both servers resume.
  public void resumes(boolean both) {
    reader.resumes = both;
  }

  /// From now on another dialect: a leaf is told from a client by its CONNECT.
  public void dialect(Dialect dialect, int lineMax) {
    reader.dialect = dialect;
    reader.lineMax = lineMax;
  }

  /// Handles all operations that the input completes; reads the input to its end, or to the
  /// operation after which the sink stopped.
  ///
  /// @throws ProtocolException when the peer broke the protocol; the parser is then of no more use
  public void parse(ByteBuf in, Sink sink) throws ProtocolException {
    while (partial != null && in.isReadable() && !sink.stopped()) {
      complete(partial, in, sink);
    }
    if (sink.stopped() || !in.isReadable()) {
      return;
    }
    var readable = in.readableBytes();
    var memory = in.internalNioBuffer(in.readerIndex(), readable);
    var start = memory.position();
    var used = reader.read(memory, start, start + readable, sink) - start;
    in.skipBytes(used);
    if (used < readable && !sink.stopped()) {
      need = reader.need;
      partial = begin(in.alloc(), readable - used);
      partial.writeBytes(in);
    }
  }

  private ByteBuf begin(ByteBufAllocator from, int have) {
    // memory follows the bytes that came, not the size that the peer claims
    return from.directBuffer(Math.max(PARTIAL_MIN, Math.min(need, 2 * have)));
  }

  /// Moves bytes from the input to the cut operation, as many as are known to belong to it, and
  /// handles it when it is whole.
  private void complete(ByteBuf whole, ByteBuf in, Sink sink) throws ProtocolException {
    int missing;
    if (need > 0) {
      missing = Math.min(need - whole.readableBytes(), in.readableBytes());
    } else {
      var newline = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
      missing = newline < 0 ? in.readableBytes() : newline + 1 - in.readerIndex();
      if (whole.readableBytes() + missing > reader.lineMax + OperationReader.LINE_SLACK) {
        throw OperationReader.lineTooLong(reader.lineMax);
      }
    }
    whole.writeBytes(in, missing);
    if (need > 0 && whole.readableBytes() < need) {
      return;
    }
    var length = whole.readableBytes();
    var memory = whole.internalNioBuffer(whole.readerIndex(), length);
    var start = memory.position();
    partial = null;
    var keep = false;
    try {
      var used = reader.read(memory, start, start + length, sink) - start;
      if (used < length && !sink.stopped()) { // the line only: now its message's size is known
        need = reader.need;
        keep = true;
      }
    } finally {
      if (keep) {
        partial = whole;
      } else {
        whole.release();
      }
    }
  }

  /// Bytes held back for an operation that is not whole yet.
  public int pendingBytes() {
    return partial == null ? 0 : partial.capacity();
  }

  /// Gives memory back; the parser is then of no more use.
  public void release() {
    if (partial != null) {
      partial.release();
      partial = null;
    }
  }

  static ProtocolException unknown(ByteBuffer memory, int at, int end) {
    var snippet = new StringBuilder();
    for (var i = at; i < Math.min(end, at + 32); i++) {
      var c = (char) (memory.get(i) & 0xff);
      snippet.append(c >= ' ' && c < 127 ? c : '.');
    }
    return new ProtocolException(
        Violation.PARSE, ErrorText.UNKNOWN_OPERATION, UNKNOWN + snippet + "...'");
  }
}

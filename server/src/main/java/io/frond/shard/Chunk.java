package io.frond.shard;

import io.frond.account.AckReply;
import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.trace.TraceStore;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Messages on their way from an event loop to the shard: one array with all of them, and who each
/// is for. Filled by one thread, handed over, emptied by another.
public final class Chunk implements Runnable {
  /// Takes a message on the shard's thread; the buffer is valid during the call only.
  public interface Target {
    void message(Chunk in, int at);

    /// Whether an event loop may have this message handled itself, because that neither waits nor
    /// takes long. On the event loop.
    default boolean isQuick(Delivery message) {
      return false;
    }

    /// The stream that it stands for; null when it is none.
    default @Nullable String stream() {
      return null;
    }

    /// The subject by which a message asks something of the server itself, as a trace tells it;
    /// null when it is no request.
    default @Nullable String service(String subject) {
      return null;
    }

    /// That of a stream, which is quick.
    static Target ofStream(String name, Target target) {
      return new Target() {
        @Override
        public void message(Chunk in, int at) {
          target.message(in, at);
        }

        @Override
        public boolean isQuick(Delivery message) {
          return true;
        }

        @Override
        public String stream() {
          return name;
        }
      };
    }

    /// A target of requests.
    ///
    /// @param which are quick
    /// @param service see [#service]
    static Target ofService(
        Predicate<Delivery> which, Function<String, @Nullable String> service, Target target) {
      return new Target() {
        @Override
        public void message(Chunk in, int at) {
          target.message(in, at);
        }

        @Override
        public boolean isQuick(Delivery message) {
          return which.test(message);
        }

        @Override
        public @Nullable String service(String subject) {
          return service.apply(subject);
        }
      };
    }
  }

  private static final int HEADER = 24;
  private static final int START = 8 << 10;
  private static final int KEEP = 256 << 10;

  /// What has more, messages or bytes, is not quick.
  private static final int QUICK_MAX = 16;

  private static final int QUICK_BYTES_MAX = 16 << 10;

  private ByteBuffer bytes = ByteBuffer.allocate(START);
  private @Nullable Target[] targets = new Target[32];
  private @Nullable Object[] sources = {};
  private @Nullable Object source;
  private int count;
  private boolean quick = true;

  boolean isEmpty() {
    return count == 0;
  }

  int count() {
    return count;
  }

  int size() {
    return bytes.position();
  }

  /// Whether whoever has it may handle it at once.
  boolean isQuick() {
    return quick && count <= QUICK_MAX && bytes.position() <= QUICK_BYTES_MAX;
  }

  /// Copies a message: subject, reply, headers and payload.
  void add(Target target, Delivery message) {
    var frame = message.frame();
    var from = frame.buffer();
    var subjectAt = frame.subjectAt();
    var subjectLength = frame.subjectLength();
    var replyLength = frame.replyLength();
    var shown = message.shown();
    var split = message.side() == Side.LOCAL ? -1 : AckReply.shownAt(frame);
    if (split >= 0) {
      subjectAt = split + 1;
      subjectLength = frame.replyAt() + replyLength - subjectAt;
      replyLength = split - frame.replyAt();
    } else if (shown != null) {
      subjectLength = shown.length;
    }
    ensure(HEADER + subjectLength + replyLength + frame.size());
    var to = bytes;
    to.putInt(subjectLength).putInt(replyLength).putInt(frame.headerLength()).putInt(frame.size());
    to.putLong(message.tagSequence());
    if (split < 0 && shown != null) {
      to.put(shown);
    } else {
      copy(from, subjectAt, subjectLength);
    }
    copy(from, frame.replyAt(), replyLength);
    copy(from, frame.bodyAt(), frame.size());
    if (count == targets.length) {
      targets = Arrays.copyOf(targets, 2 * count);
    }
    targets[count++] = target;
    quick = quick && target.isQuick(message);
  }

  /// As [#add]; [#source] will tell who sent it.
  void addWithSource(Target target, Delivery message) {
    add(target, message);
    noteSource(message.source());
  }

  /// As [#add]; [#source] will tell of which source its tag is, null when it has none.
  void addWithTag(Target target, Delivery message) {
    add(target, message);
    if (message.tagSource() != null || count <= sources.length) {
      noteSource(message.tagSource());
    }
  }

  /// A message that is traced, and the tag's source.
  private record Traced(TraceStore trace, @Nullable Object source) {}

  /// As [#addWithTag]; [#trace] will tell of the trace.
  void addTraced(Target target, Delivery message, TraceStore trace) {
    add(target, message);
    noteSource(new Traced(trace, message.tagSource()));
  }

  private void noteSource(@Nullable Object of) {
    if (sources.length < targets.length) {
      sources = Arrays.copyOf(sources, targets.length);
    }
    sources[count - 1] = of;
  }

  private void copy(ByteBuffer from, int at, int length) {
    if (length > 0) {
      bytes.put(bytes.position(), from, at, length);
      bytes.position(bytes.position() + length);
    }
  }

  private void ensure(int more) {
    if (bytes.remaining() < more) {
      var size = Math.max(bytes.capacity() * 2, bytes.position() + more);
      var position = bytes.position();
      bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), size)).position(position);
    }
  }

  /// Gives each message to its target, in order.
  @Override
  public void run() {
    var end = bytes.position();
    var at = 0;
    for (var i = 0; at < end; i++) {
      var target = targets[i];
      var length = HEADER + subjectLength(at) + replyLength(at) + bodyLength(at);
      if (target != null) {
        source = i < sources.length ? sources[i] : null;
        target.message(this, at);
      }
      at += length;
    }
  }

  /// Makes it fit for use again; returns whether it is worth keeping.
  boolean reset() {
    Arrays.fill(targets, 0, count, null);
    Arrays.fill(sources, 0, Math.min(count, sources.length), null);
    source = null;
    count = 0;
    quick = true;
    bytes.clear();
    return bytes.capacity() <= KEEP;
  }

  /// Of the message that is being given to a target that asked for it: the link that it came from,
  /// or the source of its tag.
  public @Nullable Object source() {
    return source instanceof Traced traced ? traced.source : source;
  }

  /// Of the message that is being given to a stream: its part of the trace, null for no trace.
  public @Nullable TraceStore trace() {
    return source instanceof Traced traced ? traced.trace : null;
  }

  public ByteBuffer bytes() {
    return bytes;
  }

  /// The sequence of the message's tag.
  public long tagSequence(int at) {
    return bytes.getLong(at + 16);
  }

  public int subjectLength(int at) {
    return bytes.getInt(at);
  }

  public int replyLength(int at) {
    return bytes.getInt(at + 4);
  }

  public int headerLength(int at) {
    return bytes.getInt(at + 8);
  }

  public int bodyLength(int at) {
    return bytes.getInt(at + 12);
  }

  public int subjectAt(int at) {
    return at + HEADER;
  }

  public int replyAt(int at) {
    return at + HEADER + subjectLength(at);
  }

  public int bodyAt(int at) {
    return at + HEADER + subjectLength(at) + replyLength(at);
  }

  public byte[] copyOf(int at, int length) {
    var copy = new byte[length];
    if (length > 0) {
      bytes.get(at, copy);
    }
    return copy;
  }
}

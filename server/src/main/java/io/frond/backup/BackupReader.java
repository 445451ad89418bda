package io.frond.backup;

import io.frond.consumer.ConsumerConfig;
import io.frond.consumer.ConsumerState;
import io.frond.json.JsonException;
import io.frond.json.JsonFields;
import io.frond.json.JsonObject;
import io.frond.json.JsonTime;
import io.frond.stream.StreamConfig;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads a stream's backup, ours or nats-server's, as its bytes come. One thread.
public final class BackupReader {
  private final Content content;
  private final TarReader tar;
  private final S2Reader frames;
  private byte @Nullable [] meta;
  private @Nullable String name;
  private @Nullable OfConsumer consumer;

  private record OfConsumer(String name, long created, ConsumerConfig config) {}

  public BackupReader(Content content) {
    this.content = content;
    tar = new TarReader(this::file);
    frames = new S2Reader(tar);
  }

  /// Takes what the backup holds: the stream, then its messages in order, then its consumers.
  public interface Content {
    /// @param created nanoseconds since the epoch, 0 when it is not known
    void stream(StreamConfig config, long created) throws BackupException;

    /// @param buffer holds headers and payload: `length` bytes from `at` on
    void message(
        long sequence,
        long timestamp,
        byte[] subject,
        ByteBuffer buffer,
        int at,
        int headerLength,
        int length)
        throws BackupException;

    /// The last sequences were there and are gone.
    ///
    /// @param timestamp 0 when it is not known
    void last(long sequence, long timestamp) throws BackupException;

    /// A message that came before was deleted.
    void deleted(long sequence) throws BackupException;

    /// All before a sequence were deleted.
    void deletedBefore(long sequence) throws BackupException;

    /// @param created nanoseconds since the epoch, 0 when it is not known
    void consumer(String name, long created, ConsumerConfig config, @Nullable ConsumerState state)
        throws BackupException;
  }

  /// Takes the next bytes.
  ///
  /// @throws BackupException when the backup is damaged, or the content refuses it
  public void read(byte[] data, int at, int length) throws BackupException {
    frames.read(data, at, length);
  }

  /// There are no more bytes.
  ///
  /// @throws BackupException when some are missing
  public void end() throws BackupException {
    if (!frames.isComplete() || !tar.isComplete() || name == null) {
      throw new BackupException("unexpected EOF");
    }
    consumerEnds(null);
  }

  private void file(String path, byte[] bytes) throws BackupException {
    if (path.equals("meta.inf") || (path.startsWith("obs/") && path.endsWith("/meta.inf"))) {
      consumerEnds(null);
      meta = bytes;
    } else if (path.equals("meta.sum")) {
      stream(bytes);
    } else if (path.startsWith("msgs/") && path.endsWith(".blk")) {
      var block = path.substring(5, path.length() - 4);
      BlockReader.read(bytes, BlockWriter.key(name() + '-' + block), new Messages());
    } else if (path.equals("msgs/index.db")) {
      StreamStateFile.read(bytes, BlockWriter.key(name()), new Messages());
    } else if (path.startsWith("obs/") && path.endsWith("/meta.sum")) {
      consumerBegins(path.substring(4, path.length() - 9), bytes);
    } else if (path.startsWith("obs/") && path.endsWith("/o.dat")) {
      consumerEnds(ConsumerStateFile.decode(bytes));
    } else if (path.startsWith("errors")) {
      throw new BackupException("the backup itself failed");
    }
  }

  private String name() throws BackupException {
    if (name == null) {
      throw new BackupException("the stream's description is missing");
    }
    return name;
  }

  private JsonObject described(String of, byte[] sum) throws BackupException {
    var description = meta;
    meta = null;
    if (description == null) {
      throw new BackupException("a description is missing");
    }
    if (!Arrays.equals(BackupWriter.sum(of, description), sum)) {
      throw new BackupException("a description's checksum is wrong");
    }
    try {
      return JsonObject.parse(description);
    } catch (JsonException e) {
      throw new BackupException("a description is no JSON: " + e.getMessage());
    }
  }

  private static long created(JsonObject from) throws JsonException {
    var time = new JsonFields(from, "FileStreamInfo").time("Created");
    return time == null || time.getEpochSecond() <= JsonTime.ZERO_SECOND ? 0 : JsonTime.nanos(time);
  }

  private void stream(byte[] sum) throws BackupException {
    try {
      var unchecked = meta == null ? null : JsonObject.parse(meta).text("name");
      var described = described(unchecked == null ? "" : unchecked, sum);
      var config = StreamConfig.parse(described);
      name = config.name();
      content.stream(config, created(described));
    } catch (JsonException e) {
      throw new BackupException("the stream's description: " + e.getMessage());
    }
  }

  private void consumerBegins(String of, byte[] sum) throws BackupException {
    var described = described(name() + '/' + of, sum);
    try {
      consumer = new OfConsumer(of, created(described), ConsumerConfig.parse(described));
    } catch (JsonException e) {
      throw new BackupException("a consumer's description: " + e.getMessage());
    }
  }

  private void consumerEnds(@Nullable ConsumerState state) throws BackupException {
    var ended = consumer;
    consumer = null;
    if (ended != null) {
      content.consumer(ended.name, ended.created, ended.config, state);
    }
  }

  private final class Messages implements BlockReader.Messages, StreamStateFile.Gone {
    @Override
    public void message(
        long sequence,
        long timestamp,
        byte[] subject,
        ByteBuffer buffer,
        int at,
        int headerLength,
        int length)
        throws BackupException {
      content.message(sequence, timestamp, subject, buffer, at, headerLength, length);
    }

    @Override
    public void erased(long sequence, long timestamp) throws BackupException {
      content.last(sequence, timestamp);
    }

    @Override
    public void deleted(long sequence, long timestamp) throws BackupException {
      content.deleted(sequence);
    }

    @Override
    public void deleted(long sequence) throws BackupException {
      content.deleted(sequence);
    }

    @Override
    public void last(long sequence) throws BackupException {
      content.last(sequence, 0);
    }

    @Override
    public void before(long sequence) throws BackupException {
      content.deletedBefore(sequence);
    }
  }
}

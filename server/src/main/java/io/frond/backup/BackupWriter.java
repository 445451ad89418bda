package io.frond.backup;

import io.frond.consumer.ConsumerConfig;
import io.frond.consumer.ConsumerState;
import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import io.frond.store.MessageStore;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import io.frond.stream.StreamConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a stream's backup piece by piece. Messages that come after the start are not in it; what
/// is removed meanwhile may be missing. On the owner's thread of the store.
public final class BackupWriter {
  private static final int BLOCK = 1 << 20;
  private static final long SECOND = 1_000_000_000;

  private enum Part {
    HEAD,
    MESSAGES,
    CONSUMERS,
    END,
    NOTHING
  }

  private final StreamConfig config;
  private final long created;
  private final MessageStore store;
  private final Iterator<ConsumerFile> consumers;
  private final long now;
  private final long last;
  private final long lastTime;
  private final StoredMessage message = new StoredMessage();
  private Part part = Part.HEAD;
  private long next = 1;
  private int block = 1;

  /// A consumer with its state.
  ///
  /// @param created nanoseconds since the epoch
  public record ConsumerFile(
      String name, long created, ConsumerConfig config, ConsumerState state) {}

  /// @param created when the stream was, nanoseconds since the epoch
  /// @param now nanoseconds since the epoch
  public BackupWriter(
      StreamConfig config,
      long created,
      MessageStore store,
      List<ConsumerFile> consumers,
      long now) {
    this.config = config;
    this.created = created;
    this.store = store;
    this.consumers = consumers.iterator();
    this.now = now;
    var state = store.state();
    last = state.lastSequence();
    lastTime = state.lastTime();
  }

  /// The next piece, about 1 MiB or what one message needs; null when there is none.
  public byte @Nullable [] next() throws IOException {
    return switch (part) {
      case HEAD -> {
        part = Part.MESSAGES;
        yield head();
      }
      case MESSAGES -> {
        var piece = messages();
        if (next > last) {
          part = Part.CONSUMERS;
        }
        yield piece;
      }
      case CONSUMERS -> {
        if (consumers.hasNext()) {
          yield consumer(consumers.next());
        }
        part = Part.END;
        yield new byte[0];
      }
      case END -> {
        part = Part.NOTHING;
        yield frames(TarWriter.end());
      }
      case NOTHING -> null;
    };
  }

  private static byte[] frames(byte[] data) {
    return S2Writer.frames(data, 0, data.length);
  }

  private byte[] file(String name, byte[] content) {
    return TarWriter.file(name, content, content.length, now / SECOND);
  }

  private byte[] head() {
    var to = JsonWriter.compact().begin().put("Created", JsonTime.of(created));
    var meta = config.write(to).end().bytes();
    var out = new ByteArrayOutputStream();
    out.writeBytes(S2Writer.begin());
    out.writeBytes(frames(file("meta.inf", meta)));
    out.writeBytes(frames(file("meta.sum", sum(config.name(), meta))));
    return out.toByteArray();
  }

  /// The checksum of a description, as text.
  static byte[] sum(String name, byte[] meta) {
    var hash = new HighwayHash(BlockWriter.key(name)).update(meta, 0, meta.length).finish();
    var text = new StringBuilder(Long.toHexString(Long.reverseBytes(hash)));
    return text.insert(0, "0".repeat(16 - text.length()))
        .toString()
        .getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] messages() throws IOException {
    if (next > last) {
      return new byte[0];
    }
    var records = new BlockWriter(config.name(), block, 64 << 10);
    while (next <= last && records.size() < BLOCK) {
      if (store.loadNext(SubjectFilter.ALL, next, message) && message.sequence() <= last) {
        records.add(message);
        next = message.sequence() + 1;
      } else {
        records.addErased(last, lastTime);
        next = last + 1;
      }
    }
    var name = "msgs/" + block++ + ".blk";
    return frames(TarWriter.file(name, records.bytes(), records.size(), now / SECOND));
  }

  private byte[] consumer(ConsumerFile consumer) {
    var folder = "obs/" + consumer.name + '/';
    var to =
        JsonWriter.compact()
            .begin()
            .put("Created", JsonTime.of(consumer.created))
            .put("Name", consumer.name);
    var meta = consumer.config.write(to).end().bytes();
    var out = new ByteArrayOutputStream();
    out.writeBytes(file(folder + "meta.inf", meta));
    out.writeBytes(file(folder + "meta.sum", sum(config.name() + '/' + consumer.name, meta)));
    out.writeBytes(file(folder + "o.dat", ConsumerStateFile.encode(consumer.state, now)));
    return frames(out.toByteArray());
  }
}

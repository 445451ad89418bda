package io.frond.session;

import io.frond.disk.Disk;
import io.frond.json.JsonException;
import io.frond.json.JsonFields;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import io.frond.logging.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// All sessions of a server in one file, written anew some tenths of a second after a change: a
/// line with a checksum, then JSON. Subjects are there as bytes, one character each. Any thread;
/// the monitor guards `asked`, `closed` and `writing`, and is not held while the disk is waited
/// for.
public final class SessionFile implements AutoCloseable {
  private static final String MARK = "frond-sessions 1 ";
  private static final int HEAD_BYTES = MARK.length() + 9;
  private static final long DELAY_MILLIS = 200;

  /// Of the time at most this part goes into writing.
  private static final int PART = 20;

  private static final int BYTES_MAX = 1 << 30;

  private final Disk disk;
  private final Path file;
  private final Executor worker;
  private final ScheduledExecutorService timers;
  private final Log log;
  private final Supplier<List<SessionRecord>> content;
  private boolean asked;
  private boolean closed;
  private boolean writing;
  private long delayMillis = DELAY_MILLIS;

  /// @param worker where the disk may be waited for
  /// @param content what there is to store, when it is asked for
  public SessionFile(
      Disk disk,
      Path file,
      Executor worker,
      ScheduledExecutorService timers,
      Log log,
      Supplier<List<SessionRecord>> content) {
    this.disk = disk;
    this.file = file;
    this.worker = worker;
    this.timers = timers;
    this.log = log;
    this.content = content;
  }

  // ---- reading ----

  /// What was stored. A damaged file is put aside, and nothing comes of it.
  ///
  /// @throws IOException when the disk fails
  public List<SessionRecord> load() throws IOException {
    if (!disk.exists(file)) {
      return List.of();
    }
    byte[] bytes;
    try (var opened = disk.open(file)) {
      var size = opened.size();
      if (size > BYTES_MAX) {
        return aside("too large");
      }
      var buffer = ByteBuffer.allocate((int) size);
      var _ = opened.read(buffer, 0);
      bytes = buffer.array();
    }
    try {
      return parse(bytes);
    } catch (JsonException e) {
      return aside(String.valueOf(e.getMessage()));
    }
  }

  private List<SessionRecord> aside(String why) throws IOException {
    var damaged = file.resolveSibling(file.getFileName() + ".damaged");
    log.error("Leafnode sessions in " + file + " are damaged (" + why + "): kept as " + damaged);
    disk.rename(file, damaged);
    return List.of();
  }

  private static List<SessionRecord> parse(byte[] bytes) throws JsonException {
    if (bytes.length < HEAD_BYTES
        || !new String(bytes, 0, HEAD_BYTES, StandardCharsets.ISO_8859_1)
            .equals(head(bytes, HEAD_BYTES))) {
      throw new JsonException("wrong checksum");
    }
    var json = java.util.Arrays.copyOfRange(bytes, HEAD_BYTES, bytes.length);
    var all = new ArrayList<SessionRecord>();
    for (var each : JsonObject.parse(json).objects("sessions")) {
      all.add(session(each));
    }
    return all;
  }

  private static SessionRecord session(JsonObject from) throws JsonException {
    var fields = new JsonFields(from, "session");
    var interests = new ArrayList<SessionRecord.Kept>();
    for (var each : from.objects("interests")) {
      var queue = each.text("queue");
      interests.add(
          new SessionRecord.Kept(
              bytes(each.text("subject", "")),
              queue == null ? null : bytes(queue),
              (int) each.number("weight", 1)));
    }
    var cluster = fields.text("cluster");
    return new SessionRecord(
        fields.text("account"),
        fields.text("session"),
        fields.text("name"),
        cluster.isEmpty() ? null : cluster,
        fields.number("link"),
        fields.flag("ours"),
        fields.number("away_since"),
        interests);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  // ---- writing ----

  /// Something changed: it is stored soon.
  public void changed() {
    synchronized (this) {
      if (asked || closed) {
        return;
      }
      asked = true;
      if (!writing) {
        later();
      }
    }
  }

  private void later() {
    try {
      var _ =
          timers.schedule(() -> worker.execute(this::write), delayMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("Leafnode sessions: the server ends");
    }
  }

  private void write() {
    synchronized (this) {
      if (!asked || writing) {
        return;
      }
      asked = false;
      writing = true;
    }
    var began = System.nanoTime();
    try {
      store(content.get());
    } catch (IOException e) {
      log.error("Leafnode sessions cannot be stored: " + e.getMessage());
    }
    var tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    synchronized (this) {
      writing = false;
      delayMillis = Math.max(DELAY_MILLIS, PART * tookMillis);
      if (asked && !closed) {
        later();
      }
      notifyAll();
    }
  }

  private void store(List<SessionRecord> records) throws IOException {
    var folder = file.getParent();
    if (folder != null) {
      disk.createDirectories(folder);
    }
    var fresh = file.resolveSibling(file.getFileName() + ".new");
    var json = json(records);
    var head = head(json, 0).getBytes(StandardCharsets.ISO_8859_1);
    try (var opened = disk.open(fresh)) {
      opened.truncate(0);
      opened.write(ByteBuffer.wrap(head), 0);
      opened.write(ByteBuffer.wrap(json), head.length);
      opened.force();
    }
    disk.rename(fresh, file);
    if (folder != null) {
      disk.forceDirectory(folder);
    }
  }

  private static String head(byte[] bytes, int from) {
    var check = new CRC32C();
    check.update(bytes, from, bytes.length - from);
    return MARK + "%08x\n".formatted(check.getValue());
  }

  private static byte[] json(List<SessionRecord> records) {
    var to = JsonWriter.compact().begin().beginArray("sessions");
    for (var each : records) {
      to.begin().put("account", each.account()).put("session", each.session());
      to.put("name", each.name()).putIf("cluster", each.cluster()).put("link", each.link());
      to.putIf("ours", each.ours()).putIf("away_since", each.awaySinceMillis());
      to.beginArray("interests");
      for (var interest : each.interests()) {
        to.begin().put("subject", text(interest.subject()));
        to.putIf("queue", text(interest.queue())).put("weight", interest.weight()).end();
      }
      to.endArray().end();
    }
    return to.endArray().end().bytes();
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /// Stores what changed last; nothing is stored any more. Blocks.
  @Override
  public void close() throws IOException {
    boolean more;
    synchronized (this) {
      closed = true;
      while (writing) {
        try {
          wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
      more = asked;
      asked = false;
    }
    if (more) {
      store(content.get());
    }
  }
}

package io.frond.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.disk.RealDisk;
import io.frond.logging.Log;
import io.frond.options.LogOptions;
import io.frond.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is remembered of sessions beyond the process.
class SessionFileTest {
  @TempDir Path folder;
  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private final AtomicReference<List<SessionRecord>> content = new AtomicReference<>(List.of());

  @AfterEach
  void end() {
    timers.shutdownNow();
  }

  private SessionFile file() throws IOException {
    var to = folder.resolve("log").toString();
    var log =
        new Log(new LogOptions(to, 0, 0, false, false, false, false, 0, true, true, 1, 1, null));
    return new SessionFile(new RealDisk(), path(), timers, timers, log, content::get);
  }

  private Path path() {
    return folder.resolve("sub").resolve("sessions");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static SessionRecord record(int number) {
    return new SessionRecord(
        "A",
        "id" + number,
        "leaf " + number,
        number % 2 == 0 ? null : "edge",
        100L + number,
        number % 3 == 0,
        number,
        List.of(
            new SessionRecord.Kept(bytes("größe.*"), null, 1),
            new SessionRecord.Kept(bytes("jobs"), bytes("q"), number)));
  }

  private static List<String> texts(List<SessionRecord> records) {
    var texts = new ArrayList<String>();
    for (var each : records) {
      var text = new StringBuilder();
      text.append(each.account()).append(each.session()).append(each.name()).append(each.cluster());
      text.append(each.link()).append(each.ours()).append(each.awaySinceMillis());
      for (var kept : each.interests()) {
        text.append(' ').append(new String(kept.subject(), StandardCharsets.UTF_8));
        var queue = kept.queue();
        text.append(queue == null ? "" : new String(queue, StandardCharsets.UTF_8));
        text.append(kept.weight());
      }
      texts.add(text.toString());
    }
    return texts;
  }

  @Test
  void whatWasStoredIsReadAgain() throws IOException {
    content.set(List.of(record(1), record(2), record(3)));
    try (var file = file()) {
      assertEquals(List.of(), file.load());
      file.changed();
    }
    try (var file = file()) {
      assertEquals(texts(content.get()), texts(file.load()));
    }
  }

  @Test
  void aChangeIsStoredByItself() throws IOException {
    content.set(List.of(record(1)));
    try (var file = file()) {
      file.changed();
      Await.until("it is there", () -> Files.exists(path()));
      content.set(List.of(record(1), record(2)));
      file.changed();
      Await.until("the second, too", () -> size(file) == 2);
    }
  }

  private static int size(SessionFile file) {
    try {
      return file.load().size();
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void aDamagedFileIsPutAside() throws IOException {
    content.set(List.of(record(1)));
    try (var file = file()) {
      file.changed();
    }
    var good = Files.readAllBytes(path());
    for (var i = 0; i < good.length; i++) {
      var bad = good.clone();
      bad[i] ^= 1;
      Files.write(path(), bad);
      assertEquals(List.of(), file().load(), "byte " + i);
      assertFalse(Files.exists(path()));
      assertTrue(Files.exists(path().resolveSibling("sessions.damaged")));
    }
    for (var length = 0; length < good.length; length++) {
      Files.write(path(), java.util.Arrays.copyOf(good, length));
      assertEquals(List.of(), file().load(), length + " bytes");
    }
  }
}

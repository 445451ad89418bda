package io.frond.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SyncWatchTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private SyncSample sample = link(true, 0, 0, 0, 0);
  private final SyncWatch watch = new SyncWatch(() -> List.of(sample));
  private long now = 7 * SECOND;

  private static SyncSample link(
      boolean connected, long backlog, long oldest, long settled, long discarded) {
    return new SyncSample(
        "link",
        "hub",
        connected,
        connected ? "" : "connection refused",
        backlog,
        100 * backlog,
        oldest,
        0,
        0,
        0,
        settled,
        discarded,
        Map.of());
  }

  private List<String> after(long nanos, SyncSample next) {
    now += nanos;
    sample = next;
    return watch.look(now, now / 1_000_000).stream().map(SyncChange::text).toList();
  }

  private SyncStatus status() {
    return watch.all(now, now / 1_000_000).getFirst();
  }

  @Test
  void whatIsInStepFromTheStartIsNotWorthALine() {
    assertEquals(List.of(), after(0, sample));
    assertEquals(SyncState.IN_STEP, status().state());
    assertEquals(100, status().percent());
  }

  @Test
  void aNewPartIsShownBeforeTheFirstLook() {
    assertEquals(SyncState.IN_STEP, status().state());
    sample = link(false, 3, SECOND, 0, 0);
    assertEquals(SyncState.BUFFERING, status().state());
    assertEquals(7_000, status().sinceMillis());
    assertEquals(1, after(0, sample).size(), "the first look tells of it nevertheless");
  }

  @Test
  void messagesInFlightAreNotABacklog() {
    assertEquals(List.of(), after(0, sample));
    assertEquals(List.of(), after(SECOND, link(true, 500, SECOND / 10, 1000, 0)));
    assertEquals(SyncState.IN_STEP, status().state());
  }

  @Test
  void anOutageIsToldFromTheCutUntilBothAreInStepAgain() {
    after(0, sample);
    assertEquals(
        List.of("Sync of link \"hub\": cut: connection refused"),
        after(SECOND, link(false, 0, 0, 0, 0)));
    assertEquals(
        List.of(
            "Sync of link \"hub\": buffering, 400 messages (40000 bytes) wait: connection refused"),
        after(SECOND, link(false, 400, SECOND, 0, 0)));
    assertEquals(List.of(), after(SECOND, link(false, 1000, 2 * SECOND, 0, 0)));
    assertEquals(-1, status().leftNanos());
    assertTrue(
        after(SECOND, link(true, 800, 3 * SECOND, 200, 0))
            .getFirst()
            .startsWith("Sync of link \"hub\": catching up, 20 %, 800 messages"));
    assertEquals(List.of(), after(SECOND / 2, link(true, 750, 3 * SECOND, 250, 0)));
    var progress = after(SECOND / 2, link(true, 600, 3 * SECOND, 400, 0));
    assertTrue(progress.getFirst().contains("40 %"), progress.toString());
    assertTrue(status().leftNanos() > 0);
    assertEquals(
        List.of("Sync of link \"hub\": in step"), after(SECOND, link(true, 0, 0, 1000, 0)));
    assertEquals(0, status().leftNanos());
  }

  @Test
  void discardsAreToldOnceAndEndWhenNoneWasSeenForAWhile() {
    after(0, link(false, 10, SECOND, 0, 0));
    assertTrue(
        after(SECOND, link(false, 10, SECOND, 0, 5)).getFirst().contains("discarding, 5 messages"));
    assertEquals(List.of(), after(SECOND, link(false, 10, SECOND, 0, 9)));
    assertTrue(after(6 * SECOND, link(false, 10, SECOND, 0, 9)).getFirst().contains("buffering"));
  }

  @Test
  void aPartThatIsGoneIsForgotten() {
    after(0, sample);
    var none = new SyncWatch(List::of);
    assertEquals(List.of(), none.look(now, 0));
    assertEquals(List.of(), none.all(now, 0));
  }
}

package io.frond.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.logging.Log;
import io.frond.options.LogOptions;
import io.frond.testkit.Await;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiPredicate;
import java.util.function.ObjLongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is kept for a server that is out of reach, and how far sources may be settled meanwhile.
class ArrearsTest {
  private static final long NO_LIMIT = Long.MAX_VALUE;

  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private final List<Runnable> rounds = new ArrayList<>();
  private final Fence fence = new Fence(List.of(rounds::add), List::of);
  private final Seen source = new Seen("s", 0, Runnable::run);
  private final Line line = new Line();
  private final Leaf leaf = new Leaf();
  private Arrears arrears = arrears(60_000);

  /// A connection that relays the one source.
  private final class Line implements Arrears.Connection {
    long last;

    @Override
    public void forEachRelayed(ObjLongConsumer<Seen> to) {
      to.accept(source, last);
    }

    boolean relays(long sequence) {
      last = sequence;
      return arrears.mayGo(this, source, sequence);
    }
  }

  private static final class Leaf implements Seen.Owner {
    int asked;
    int settled;

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void askAgain(Seen of) {
      asked++;
    }

    @Override
    public void settleMore(Seen of) {
      settled++;
    }
  }

  private Arrears arrears(long graceMillis) {
    try {
      return new Arrears("far", fence, timers, new Log(LogOptions.DEFAULT), graceMillis);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void join() {
    source.repeats(true);
    source.owner(leaf);
  }

  @AfterEach
  void end() {
    timers.shutdownNow();
  }

  /// Whatever fences wait for is through.
  private void settle() {
    while (!rounds.isEmpty()) {
      rounds.removeFirst().run();
    }
  }

  private static final class Wanted implements Arrears.Remembered {
    boolean ended;

    @Override
    public boolean isShown(BiPredicate<String, byte[]> wants) {
      return wants.test("A", new byte[] {'n'});
    }

    @Override
    public void end() {
      ended = true;
    }
  }

  private Wanted away(Line over) {
    arrears.away(over);
    var wanted = new Wanted();
    assertTrue(arrears.remember(over, wanted));
    return wanted;
  }

  private void shown(int since) {
    arrears.shown(since, (_, _) -> true);
  }

  private void reached() {
    shown(arrears.back(line));
    assertEquals(NO_LIMIT, source.settledMax());
  }

  @Test
  void whatWasOnItsWayIsOwedAndSentAgain() {
    reached();
    assertTrue(line.relays(10));
    source.settled(7);
    away(line);
    assertEquals(7, source.settledMax());
    assertFalse(line.relays(11));
    assertEquals(-1, source.againAfter(), "asked before the server is back");
    var next = new Line();
    var back = arrears.back(next);
    assertFalse(next.relays(12), "before what was missed");
    assertTrue(line.relays(12), "over a line that was replaced");
    shown(back);
    assertEquals(1, leaf.asked);
    assertEquals(7, source.againAfter());
    assertFalse(next.relays(13));
    source.beginsAgain(7);
    assertTrue(next.relays(8));
    assertEquals(7, source.settledMax());
    source.allAgain();
    assertEquals(7, source.settledMax(), "the other server has not taken it yet");
    settle();
    assertEquals(NO_LIMIT, source.settledMax());
    assertEquals(1, leaf.settled);
    assertTrue(next.relays(14));
  }

  @Test
  void whatIsSettledIsNotOwed() {
    reached();
    assertTrue(line.relays(10));
    source.settled(10);
    arrears.away(line);
    assertEquals(NO_LIMIT, source.settledMax());
    arrears.missed(source, 15);
    arrears.missed(source, 14);
    arrears.missed(source, 16);
    assertEquals(13, source.settledMax());
  }

  @Test
  void aSourceThatCannotRepeatIsNotWaitedFor() {
    source.repeats(false);
    reached();
    assertTrue(line.relays(10));
    arrears.away(line);
    assertFalse(line.relays(11));
    assertEquals(NO_LIMIT, source.settledMax());
  }

  @Test
  void aServerThatDoesNotAnswerIsStillSentToAndOwed() {
    reached();
    assertTrue(line.relays(3));
    arrears.silent(line);
    assertEquals(0, source.settledMax());
    assertTrue(line.relays(4));
    arrears.heard();
    arrears.silent(line); // again, before it has answered for what came meanwhile
    settle();
    assertEquals(0, source.settledMax());
    arrears.heard();
    settle();
    assertEquals(NO_LIMIT, source.settledMax());
    assertEquals(0, leaf.asked);
  }

  @Test
  void aServerThatGoesAgainBeforeItHasAllIsOwedItStill() {
    reached();
    assertTrue(line.relays(10));
    away(line);
    var next = new Line();
    shown(arrears.back(next));
    source.beginsAgain(0);
    source.allAgain();
    away(next);
    settle();
    assertEquals(0, source.settledMax());
    assertEquals(-1, source.againAfter());
    shown(arrears.back(new Line()));
    assertEquals(0, source.againAfter());
  }

  @Test
  void aLeafWithAnotherLinkIsAskedOnceMore() {
    reached();
    assertTrue(line.relays(10));
    away(line);
    shown(arrears.back(new Line()));
    source.beginsAgain(0);
    assertEquals(-1, source.againAfter());
    source.linkChanged();
    assertEquals(0, source.againAfter());
  }

  @Test
  void aConnectionThatComesBeforeTheOldOneEndedTakesOver() {
    reached();
    assertTrue(line.relays(10));
    var next = new Line();
    var back = arrears.back(next);
    assertEquals(0, source.settledMax());
    arrears.away(line);
    shown(back);
    assertEquals(0, source.againAfter());
  }

  @Test
  void interestIsRememberedUntilItIsShown() {
    reached();
    assertFalse(arrears.remember(line, new Wanted()));
    var wanted = away(line);
    arrears.missed(source, 5);
    var back = arrears.back(new Line());
    arrears.missed(source, 4);
    assertFalse(wanted.ended);
    shown(back);
    assertTrue(wanted.ended);
    assertEquals(3, source.againAfter());
    arrears.missed(source, 2); // it is sent that
    assertEquals(3, source.againAfter());
  }

  @Test
  void aServerThatWantsNothingOfItAnyMoreIsSentNothing() {
    reached();
    assertTrue(line.relays(10));
    var wanted = away(line);
    assertEquals(0, source.settledMax());
    arrears.shown(arrears.back(new Line()), (_, _) -> false);
    assertTrue(wanted.ended);
    assertEquals(0, leaf.asked);
    assertEquals(1, leaf.settled);
    assertEquals(NO_LIMIT, source.settledMax());
  }

  @Test
  void aServerIsNotWaitedForLongerThanAsked() {
    arrears = arrears(20);
    reached();
    assertTrue(line.relays(10));
    arrears.away(line);
    Await.until("given up", () -> source.settledMax() == NO_LIMIT);
    Await.until("told", () -> leaf.settled == 1);
  }
}

package io.frond.leafnode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.leafnode.RemoteStatus.State;
import io.frond.options.ServerUrl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The state machine of a remote, with time and world in the test's hand.
class RemoteMachineTest {
  private static final ServerUrl A = ServerUrl.nats("a", 1);
  private static final ServerUrl B = ServerUrl.nats("b", 2);
  private static final ServerUrl C = ServerUrl.nats("c", 3);
  private static final RemoteMachine.Pace PACE = RemoteMachine.Pace.of(Duration.ofSeconds(1));

  private final Recorder world = new Recorder();
  private long now = Duration.ofHours(1).toNanos();

  /// What the machine did to the world.
  private static final class Recorder implements RemoteMachine.World {
    final List<ServerUrl> dialled = new ArrayList<>();
    final List<Boolean> hurries = new ArrayList<>();
    final List<ServerUrl> probed = new ArrayList<>();
    final List<State> states = new ArrayList<>();
    int hangUps;
    long wakeAt;

    @Override
    public void dial(ServerUrl url, boolean hurried) {
      dialled.add(url);
      hurries.add(hurried);
    }

    @Override
    public void probe(ServerUrl url) {
      probed.add(url);
    }

    @Override
    public void hangUp(String why) {
      hangUps++;
    }

    @Override
    public void wakeAt(long nanos) {
      wakeAt = nanos;
    }

    @Override
    public void entered(State state, @Nullable ServerUrl url, String reason) {
      states.add(state);
    }
  }

  private RemoteMachine machine(boolean preferOrder, ServerUrl... urls) {
    var random = new SplittableRandom(7);
    var pool = new UrlPool(List.of(urls), true, preferOrder, random);
    return new RemoteMachine(pool, PACE, world, random);
  }

  private RemoteMachine joined(boolean preferOrder, ServerUrl... urls) {
    var machine = machine(preferOrder, urls);
    machine.start(now);
    machine.connected();
    machine.joined(now, "hub");
    return machine;
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  /// Lets the time come that the machine waits for; returns how long that was.
  private Duration wake(RemoteMachine machine) {
    var waited = Duration.ofNanos(world.wakeAt - now);
    now = world.wakeAt;
    machine.tick(now);
    return waited;
  }

  @Test
  void eachUrlIsTriedBeforeTheMachineWaits() {
    var machine = machine(false, A, B, C);
    machine.start(now);
    machine.failed(now, "x");
    machine.failed(now, "x");
    assertEquals(List.of(A, B, C), world.dialled);
    assertEquals(State.DIALLING, machine.state());
    machine.failed(now, "x");
    assertEquals(State.BACKING_OFF, machine.state());
    assertEquals(3, world.dialled.size());
    assertEquals(List.of(true, true, false), world.hurries);
  }

  @Test
  void aPlaceThatBecomesFreeWhileWeHearThatItIsTakenIsNotMissed() {
    var machine = machine(false, A);
    machine.start(now);
    machine.connected();
    machine.released(now, true);
    machine.standBy(now, "another remote has it");
    assertEquals(State.DIALLING, machine.state());
    machine.connected();
    machine.standBy(now, "another remote has it");
    assertEquals(State.STANDBY, machine.state());
  }

  @Test
  void theWaitDoublesWithJitterUpToItsBound() {
    var machine = machine(false, A);
    machine.start(now);
    var waits = new ArrayList<Duration>();
    for (var i = 0; i < 12; i++) {
      machine.failed(now, "x");
      waits.add(wake(machine));
    }
    for (var i = 0; i < waits.size(); i++) {
      var middle = Math.min(2_000, 1000L << i);
      var millis = waits.get(i).toMillis();
      assertTrue(
          millis >= middle * 3 / 4 && millis <= middle * 5 / 4 + 1, "wait " + i + ": " + millis);
    }
    assertTrue(new HashSet<>(waits.subList(6, 12)).size() > 3, "jitter");
  }

  @Test
  void aLostLinkIsReplacedByAnotherServerAtOnce() {
    var machine = joined(false, A, B);
    pass(Duration.ofSeconds(10));
    machine.lost(now, "read error");
    assertEquals(State.DIALLING, machine.state());
    assertEquals(List.of(A, B), world.dialled);
  }

  @Test
  void theLostServerIsTriedLastAndThenThereIsAWait() {
    for (var preferOrder : new boolean[] {false, true}) {
      world.dialled.clear();
      var machine = joined(preferOrder, A, B, C);
      pass(Duration.ofSeconds(10));
      machine.lost(now, "read error");
      machine.failed(now, "x");
      machine.failed(now, "x");
      assertEquals(List.of(A, B, C, A), world.dialled);
      machine.failed(now, "x");
      assertEquals(State.BACKING_OFF, machine.state());
      assertTrue(wake(machine).toMillis() <= 1250);
      assertEquals(preferOrder ? A : B, world.dialled.getLast());
    }
  }

  @Test
  void aServerThatDiesSoonAfterTheLinkBeganIsReplacedAtOnce() {
    var machine = joined(false, A, B, C);
    machine.lost(now, "read error");
    assertEquals(List.of(A, B), world.dialled);
    machine.connected();
    machine.joined(now, "hub");
    machine.lost(now, "read error");
    assertEquals(List.of(A, B, C), world.dialled);
  }

  @Test
  void theOnlyServerIsGivenAMomentToComeBack() {
    var machine = joined(false, A);
    pass(Duration.ofSeconds(10));
    machine.lost(now, "read error");
    var waited = wake(machine).toMillis();
    assertTrue(waited >= 500 && waited <= 1000, "waited " + waited);
    assertEquals(List.of(A, A), world.dialled);
  }

  @Test
  void linksThatEndSoonCountAsFailures() {
    var machine = joined(false, A, B);
    var total = 0L;
    for (var i = 0; i < 10; i++) {
      machine.lost(now, "closed");
      if (machine.state() == State.BACKING_OFF) {
        total += wake(machine).toMillis();
      }
      machine.connected();
      machine.joined(now, "hub");
    }
    assertTrue(total > 15_000, "only " + total + " ms for ten links");
  }

  @Test
  void aRefusalLeadsToTheNextUrlAndThenToAWait() {
    var machine = machine(false, A, B);
    machine.start(now);
    machine.connected();
    machine.refused(now, Refusal.NOT_ALLOWED, "not allowed");
    assertEquals(List.of(A, B), world.dialled);
    machine.connected();
    machine.refused(now, Refusal.AUTHORIZATION, "Authorization Violation");
    assertEquals(State.REFUSED, machine.state());
    assertEquals("Authorization Violation", machine.reason());
    var _ = wake(machine);
    assertEquals(State.DIALLING, machine.state());
  }

  @Test
  void aLoopMakesTheWholeRemoteWait() {
    var machine = joined(false, A, B);
    pass(Duration.ofSeconds(5));
    machine.refused(now, Refusal.LOOP, "Loop detected");
    assertEquals(State.REFUSED, machine.state());
    assertEquals(30, wake(machine).toSeconds());
  }

  @Test
  void aLameDuckIsLeftForAnotherServer() {
    var machine = joined(false, A, B);
    pass(Duration.ofSeconds(10));
    machine.lameDuck(now, false);
    assertEquals(State.DRAINING, machine.state());
    assertEquals(1, world.hangUps);
    machine.lost(now, "closed");
    assertEquals(State.DIALLING, machine.state());
    assertEquals(B, machine.url());
  }

  @Test
  void aLameDuckIsKeptWhenThereIsNoOther() {
    var machine = joined(false, A);
    machine.lameDuck(now, false);
    assertEquals(State.JOINED, machine.state());
    assertEquals(0, world.hangUps);
  }

  @Test
  void aLameDuckIsLeftWhenAnotherRemoteStandsBy() {
    var machine = joined(false, A);
    pass(Duration.ofSeconds(10));
    machine.lameDuck(now, true);
    machine.lost(now, "closed");
    assertEquals(State.BACKING_OFF, machine.state());
    assertTrue(wake(machine).toMillis() >= 400);
  }

  @Test
  void gossipedUrlsAreUsedBesidesTheConfiguredOnes() {
    var machine = joined(false, A);
    machine.discovered(List.of(A, B, C, B));
    assertEquals(List.of(A, B, C), machine.urls());
    pass(Duration.ofSeconds(10));
    machine.lost(now, "closed");
    machine.failed(now, "x");
    machine.failed(now, "x");
    assertEquals(List.of(A, B, C, A), world.dialled);
    machine.discovered(List.of());
    assertEquals(List.of(A), machine.urls());
  }

  @Test
  void anEarlierUrlIsTakenAgainWhenItAnswers() {
    var machine = machine(true, A, B);
    machine.start(now);
    machine.failed(now, "x");
    machine.connected();
    machine.joined(now, "hub");
    assertEquals(B, machine.url());
    var _ = wake(machine);
    assertEquals(List.of(A), world.probed);
    machine.probed(now, A, false);
    assertEquals(State.JOINED, machine.state());
    var _ = wake(machine);
    machine.probed(now, A, true);
    assertEquals(State.DRAINING, machine.state());
    machine.lost(now, "closed");
    assertEquals(A, machine.url());
    assertEquals(State.DIALLING, machine.state());
  }

  @Test
  void theFirstUrlNeedsNoProbe() {
    var machine = joined(true, A, B);
    assertEquals(0, world.wakeAt);
    assertEquals(State.JOINED, machine.state());
  }

  @Test
  void anEarlierUrlThatRefusedUsIsLeftAloneForAWhile() {
    var machine = machine(true, A, B);
    machine.start(now);
    machine.connected();
    machine.refused(now, Refusal.NOT_ALLOWED, "no");
    machine.connected();
    machine.joined(now, "hub");
    for (var i = 0; i < 5; i++) {
      var _ = wake(machine);
    }
    assertEquals(List.of(), world.probed);
    pass(Duration.ofMinutes(1));
    machine.tick(now);
    assertEquals(List.of(A), world.probed);
  }

  @Test
  void whoStandsByIsWokenWhenThePlaceIsFree() {
    var machine = machine(false, A);
    machine.start(now);
    machine.connected();
    machine.standBy(now, "taken");
    assertEquals(State.STANDBY, machine.state());
    machine.released(now, true);
    assertEquals(List.of(A, A), world.dialled);
  }

  @Test
  void remotesThatWakeEachOtherInVainWaitLongerAndLonger() {
    var machine = machine(false, A);
    machine.start(now);
    var waits = new ArrayList<Duration>();
    for (var i = 0; i < 8; i++) {
      machine.connected();
      machine.refused(now, Refusal.NOT_ALLOWED, "no");
      waits.add(wake(machine));
      machine.connected();
      machine.standBy(now, "taken");
      machine.released(now, false);
      waits.add(wake(machine));
    }
    assertTrue(waits.getLast().toSeconds() > 20, "waits " + waits);
  }

  @Test
  void whoWasRefusedForALoopTriesAgainWhenTheOtherHalfIsGone() {
    var machine = joined(false, A);
    pass(Duration.ofSeconds(5));
    machine.refused(now, Refusal.LOOP, "Loop detected");
    machine.released(now, true);
    assertEquals(List.of(A, A), world.dialled);
    machine.connected();
    machine.refused(now, Refusal.NOT_ALLOWED, "no");
    machine.released(now, true);
    assertEquals(State.REFUSED, machine.state());
  }

  @Test
  void nothingHappensAfterTheStop() {
    var machine = joined(false, A, B);
    machine.stop();
    assertEquals(1, world.hangUps);
    var count = world.states.size();
    machine.lost(now, "closed");
    machine.released(now, true);
    machine.refused(now, Refusal.LOOP, "x");
    machine.standBy(now, "x");
    machine.tick(now);
    assertEquals(count, world.states.size());
    assertEquals(State.STOPPED, machine.state());
    assertEquals(1, world.dialled.size());
  }

  @Test
  void withoutAnOrderTheUrlsAreShuffled() {
    var urls = new ArrayList<ServerUrl>();
    for (var i = 1; i <= 20; i++) {
      urls.add(ServerUrl.nats("h", i));
    }
    var pool = new UrlPool(urls, false, false, new SplittableRandom(1));
    assertNotEquals(urls, pool.all());
    assertEquals(new HashSet<>(urls), new HashSet<>(pool.all()));
    for (var i = 0; i < 20; i++) {
      assertEquals(pool.all().get(i), pool.next(now));
    }
    assertNull(pool.next(now));
    assertFalse(pool.hasBetter(urls.getLast()));
  }
}

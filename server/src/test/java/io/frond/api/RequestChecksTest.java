package io.frond.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonObject;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Which check of a request comes first, who hears nothing, and what counts.
class RequestChecksTest {
  private static final String LEVEL = "Nats-Required-Api-Level: 99";
  private static final String LEVEL_REFUSED = "10185";

  private final FakeEngine engine = new FakeEngine();

  private String error(String account, String subject, String headers, String request) {
    var error = engine.ask(account, subject, headers, request).object("error");
    return error == null ? "none" : error.number("err_code", 0) + "";
  }

  @Test
  void accountsWithoutJetStreamHearOfOtherErrorsFirstWhereNatsServerLooksForThemFirst() {
    assertEquals("10039", error("NONE", "STREAM.INFO.S", "", ""));
    assertEquals("10039", error("NONE", "CONSUMER.PAUSE.S.C", "", "{}"));
    assertEquals("10025", error("NONE", "CONSUMER.PAUSE.S.C", "", "{"));
    assertEquals("10025", error("NONE", "CONSUMER.UNPIN.S.C", "", "{}"));
    assertEquals("10039", error("NONE", "CONSUMER.UNPIN.S.C", "", "{\"group\":\"A\"}"));
    assertEquals("10038", error("NONE", "CONSUMER.INFO.S.C", "", "{\"a\":1}"));
    assertEquals("10039", error("NONE", "CONSUMER.INFO.S.C", "", ""));
    assertEquals("10025", error("NONE", "CONSUMER.CREATE.S.C", "", "{\"a\":1}"));
    assertEquals("10039", error("NONE", "CONSUMER.CREATE.S.C", "", "{}"));
    assertEquals("10010", error("NONE", "STREAM.PEER.REMOVE.S", "", ""));
    assertEquals("10010", error("NONE", "STREAM.LEADER.STEPDOWN.S", "", ""));
    assertEquals("10010", error("NONE", "CONSUMER.LEADER.STEPDOWN.S.C", "", ""));
  }

  @Test
  void apiLevelIsCheckedWhereNatsServerChecksIt() {
    var account = FakeEngine.ACCOUNT;
    assertEquals(LEVEL_REFUSED, error(account, "STREAM.CREATE.S", LEVEL, "{"));
    assertEquals(LEVEL_REFUSED, error(account, "CONSUMER.UNPIN.S.C", LEVEL, "{"));
    assertEquals("10025", error(account, "CONSUMER.PAUSE.S.C", LEVEL, "{"));
    assertEquals(LEVEL_REFUSED, error(account, "CONSUMER.PAUSE.S.C", LEVEL, "{}"));
    assertEquals("10025", error(account, "CONSUMER.CREATE.S.C", LEVEL, "{"));
    assertEquals(LEVEL_REFUSED, error(account, "CONSUMER.CREATE.S.C", LEVEL, "{}"));
    assertEquals("10038", error(account, "CONSUMER.INFO.S.C", LEVEL, "{\"a\":1}"));
    assertEquals("10010", error(account, "STREAM.LEADER.STEPDOWN.S", LEVEL, ""));
  }

  @Test
  void accountsWithLeavesLeaveAllOfItToThem() {
    for (var subject :
        new String[] {"STREAM.INFO.S", "STREAM.PEER.REMOVE.S", "CONSUMER.UNPIN.S.C"}) {
      engine.send("LEAVES", subject, "", "");
      assertTrue(engine.outlet.take().isEmpty(), subject);
    }
  }

  @Test
  void whatTheOwnDomainDoesNotKnowFindsNobody() {
    for (var subject : new String[] {"NONSENSE", "INFO.x", "STREAM", "TEMPLATE.NAMES"}) {
      assertEquals(
          "NATS/1.0 503\r\nNats-Subject: $JS.hub.API." + subject + "\r\n\r\n", domain(subject));
    }
    assertEquals("", domain("STREAM.NONSENSE"));
    engine.send(FakeEngine.ACCOUNT, "NONSENSE", "", "");
    assertTrue(engine.outlet.take().isEmpty());
  }

  /// Headers of what is answered to a request under the server's domain.
  private String domain(String subject) {
    engine.outlet.take();
    handle("$JS.hub.API." + subject, "answers");
    var sent = engine.outlet.take();
    return sent.isEmpty() ? "" : sent.getFirst().headers();
  }

  private void handle(String subject, String reply) {
    engine.api.handle(FakeEngine.ACCOUNT, subject, FakeEngine.bytes(reply), 0, new byte[0], null);
    engine.shard.run();
  }

  @Test
  void whatMirrorsAskTheirOriginsIsNotCounted() {
    handle("$JS.API.STREAM.INFO.S", "$JSC.R.F.x");
    assertEquals(1, engine.outlet.take().size());
    assertEquals(0, engine.api.counters(FakeEngine.ACCOUNT).total());
    handle("$JS.API.STREAM.INFO.S", "inbox");
    handle("$JS.API.CONSUMER.INFO.S.C", "$JSC.R.F.x");
    assertEquals(2, engine.api.counters(FakeEngine.ACCOUNT).total());
    assertEquals(2, engine.api.counters(FakeEngine.ACCOUNT).errors());
  }

  @Test
  void deletionOfWhatIsNotThereIsNoErrorThatCounts() {
    create("");
    assertEquals("10043", error(FakeEngine.ACCOUNT, "STREAM.MSG.DELETE.S", "", "{\"seq\":3}"));
    assertEquals(2, engine.api.counters(FakeEngine.ACCOUNT).total());
    assertEquals(0, engine.api.counters(FakeEngine.ACCOUNT).errors());
  }

  private JsonObject create(String more) {
    return engine.ask(
        "STREAM.CREATE.S",
        "{\"name\":\"S\",\"subjects\":[\"s\"],\"storage\":\"memory\"" + more + "}");
  }

  @Test
  void backupsAlsoGoToWhoOnlyListensByAWildcard() {
    create("");
    engine.outlet.interested("snap.>");
    engine.send(FakeEngine.ACCOUNT, "STREAM.SNAPSHOT.S", "", "{\"deliver_subject\":\"snap.x\"}");
    engine.shard.advance(3_000_000_000L);
    var chunks = engine.outlet.take().stream().filter(it -> it.to().equals("snap.x")).toList();
    assertEquals(2, chunks.size());
    assertTrue(chunks.getFirst().body().length > 0);
    assertEquals("", chunks.getLast().headers());
  }

  @Test
  void aFirstSequenceThatIsSetLaterChangesNothing() {
    create("");
    var stream = "{\"name\":\"S\",\"subjects\":[\"s\"],\"storage\":\"memory\",\"first_seq\":5}";
    var updated = engine.ask("STREAM.UPDATE.S", stream);
    assertEquals(5, Objects.requireNonNull(updated.object("config")).number("first_seq", 0));
    assertEquals(0, Objects.requireNonNull(updated.object("state")).number("first_seq", -1));
    engine.publish("S", "s", "", "x");
    var info = engine.ask("STREAM.INFO.S", "");
    assertEquals(1, Objects.requireNonNull(info.object("state")).number("first_seq", -1));
  }

  /// The marker's TTL is made of the counter stream in a first check, and refused in a second one.
  @Test
  void updatesAreCheckedTwice() {
    var counter = ",\"allow_msg_counter\":true,\"subject_delete_marker_ttl\":1000000000";
    assertTrue(create(counter).flag("did_create", false));
    var answer =
        engine.ask(
            "STREAM.UPDATE.S",
            "{\"name\":\"S\",\"subjects\":[\"s\"],\"storage\":\"file\"" + counter + "}");
    assertEquals(
        "counter stream cannot use message TTLs",
        Objects.requireNonNull(answer.object("error")).text("description"));
  }
}

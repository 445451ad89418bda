package io.frond.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.options.AccountOptions.JetStreamLimits;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Streams through the API, with real streams in memory.
class StreamApiTest {
  private final FakeEngine engine = new FakeEngine();

  private JsonObject create(String name, String more) {
    return engine.ask(
        "STREAM.CREATE." + name,
        "{\"name\":\""
            + name
            + "\",\"subjects\":[\""
            + name
            + ".>\"],\"storage\":\"memory\""
            + more
            + "}");
  }

  private static JsonObject object(JsonObject in, String name) {
    return Objects.requireNonNull(in.object(name), name);
  }

  private static void assertError(int code, int number, String text, JsonObject answer) {
    var error = object(answer, "error");
    assertEquals(
        code + " " + number + " " + text,
        error.number("code", 0)
            + " "
            + error.number("err_code", 0)
            + " "
            + error.text("description"));
  }

  @Test
  void createdStreamIsShownWithEverything() {
    var made = create("A", ",\"metadata\":{\"k\":\"v\"}");
    assertEquals("io.nats.jetstream.api.v1.stream_create_response", made.text("type"));
    assertTrue(made.flag("did_create", false));
    assertEquals("2023-11-14T22:13:20Z", made.text("created"));
    var config = object(made, "config");
    assertEquals(-1, config.number("max_msgs", 0));
    assertEquals(120_000_000_000L, config.number("duplicate_window", 0));
    var metadata = object(config, "metadata");
    assertEquals("0", metadata.text("_nats.req.level"));
    assertEquals("4", metadata.text("_nats.level"));
    assertEquals("v", metadata.text("k"));
    var state = object(made, "state");
    assertEquals(0, state.number("first_seq", -1));
    assertEquals("0001-01-01T00:00:00Z", state.text("first_ts"));

    engine.publish("A", "A.x", "", "hello");
    var info = engine.ask("STREAM.INFO.A", "");
    assertEquals("hub", info.text("domain"));
    assertEquals("server", object(info, "cluster").text("leader"));
    assertEquals(1, object(info, "state").number("messages", 0));
    assertEquals(1, object(info, "state").number("num_subjects", 0));
  }

  @Test
  void sameStreamTwiceIsFineAndAnotherIsNot() {
    create("A", "");
    assertTrue(create("A", "").flag("did_create", false));
    assertError(
        400,
        10058,
        "stream name already in use with a different configuration",
        create("A", ",\"max_msgs\":5"));
    assertError(
        400,
        10065,
        "subjects overlap with an existing stream",
        engine.ask(
            "STREAM.CREATE.B", "{\"name\":\"B\",\"subjects\":[\"A.y\"],\"storage\":\"memory\"}"));
  }

  @Test
  void twoStreamsAtOnceAreCheckedAgainstEachOther() {
    var request = "{\"name\":\"%s\",\"subjects\":[\"same\"],\"storage\":\"memory\"}";
    engine.api.handle(
        FakeEngine.ACCOUNT,
        "$JS.API.STREAM.CREATE.A",
        FakeEngine.bytes("first"),
        0,
        FakeEngine.bytes(request.replace("%s", "A")),
        null);
    engine.api.handle(
        FakeEngine.ACCOUNT,
        "$JS.API.STREAM.CREATE.B",
        FakeEngine.bytes("second"),
        0,
        FakeEngine.bytes(request.replace("%s", "B")),
        null);
    assertEquals(2, engine.api.counters().inFlight());
    engine.shard.run();
    var answers = engine.outlet.take();
    assertEquals("first", answers.getFirst().to());
    assertTrue(answers.getLast().payload().contains("\"err_code\":10065"));
    assertEquals(0, engine.api.counters().inFlight());
  }

  @Test
  void wrongRequestsAreRefusedWithTheirNumbers() {
    assertError(
        400,
        10056,
        "stream name in subject does not match request",
        engine.ask("STREAM.CREATE.A", "{\"name\":\"B\"}"));
    assertError(
        400,
        10056,
        "stream name in subject does not match request",
        engine.ask("STREAM.CREATE.A", ""));
    assertEquals(10025, object(engine.ask("STREAM.CREATE.A", "{"), "error").number("err_code", 0));
    assertError(
        400,
        10025,
        "invalid JSON: json: unknown field \"no_such\"",
        engine.ask("STREAM.CREATE.A", "{\"name\":\"A\",\"no_such\":1}"));
    assertError(
        400,
        10128,
        "Stream name can not contain path separators",
        engine.ask("STREAM.CREATE.a/b", "{\"name\":\"a/b\"}"));
    assertError(
        400,
        10025,
        "invalid JSON: json: unknown field \"z\"",
        engine.ask("STREAM.CREATE.A", "{\"name\":\"A\",\"z\":1,\"b\":1}"));
    assertError(404, 10059, "stream not found", engine.ask("STREAM.INFO.A", ""));
    assertError(
        400, 10038, "expected an empty request payload", engine.ask("STREAM.DELETE.A", "x"));
    engine.send(FakeEngine.ACCOUNT, "STREAM.WHAT.A", "", "");
    assertEquals(List.of(), engine.outlet.take(), "nobody answers");
    assertError(
        503,
        10010,
        "JetStream clustering support required",
        engine.ask("STREAM.LEADER.STEPDOWN.A", ""));
    assertError(
        412,
        10185,
        "JetStream minimum api level required",
        engine.ask(FakeEngine.ACCOUNT, "INFO", "Nats-Required-Api-Level: 100", ""));
    assertError(
        503,
        10039,
        "JetStream not enabled for account",
        engine.ask("OTHER", "STREAM.NAMES", "", ""));
  }

  @Test
  void unknownFieldsAreLetThroughWhereRequestsAreReadLeniently() {
    engine.lenient();
    var made = create("A", ",\"no_such\":1");
    assertTrue(made.flag("did_create", false));
    assertEquals(1, engine.warnings.size());
  }

  @Test
  void accountOfLeavesIsLeftToThem() {
    engine.outlet.take();
    engine.send("LEAVES", "INFO", "", "");
    assertEquals(List.of(), engine.outlet.take());
  }

  @Test
  void metaRequestsHaveNoAnswer() {
    engine.outlet.take();
    engine.send(FakeEngine.ACCOUNT, "META.LEADER.STEPDOWN", "", "");
    engine.send(FakeEngine.ACCOUNT, "SERVER.REMOVE", "", "");
    assertEquals(List.of(), engine.outlet.take());
  }

  @Test
  void requestWithoutReplyIsDoneAndNotAnswered() {
    engine.outlet.take();
    engine.api.handle(
        FakeEngine.ACCOUNT,
        "$JS.hub.API.STREAM.CREATE.A",
        new byte[0],
        0,
        FakeEngine.bytes("{\"name\":\"A\",\"storage\":\"memory\"}"),
        null);
    engine.shard.run();
    assertEquals(List.of(), engine.outlet.take());
    assertTrue(engine.account.streams.containsKey("A"));
  }

  @Test
  void updateChangesWhatMayChange() {
    create("A", "");
    var updated =
        engine.ask(
            "STREAM.UPDATE.A",
            "{\"name\":\"A\",\"subjects\":[\"A.>\",\"b\"],\"storage\":\"memory\",\"max_msgs\":2}");
    assertEquals(2, object(updated, "config").number("max_msgs", 0));
    assertEquals(List.of("A.>", "b"), object(updated, "config").texts("subjects"));
    assertError(
        500,
        10052,
        "stream configuration update can not change storage type",
        engine.ask("STREAM.UPDATE.A", "{\"name\":\"A\",\"storage\":\"file\"}"));
    assertError(404, 10059, "stream not found", engine.ask("STREAM.UPDATE.B", "{\"name\":\"B\"}"));
  }

  @Test
  void deletedStreamIsGone() {
    create("A", "");
    assertTrue(engine.ask("STREAM.DELETE.A", "{}").flag("success", false));
    assertError(404, 10059, "stream not found", engine.ask("STREAM.DELETE.A", ""));
  }

  @Test
  void longListsComeInPages() {
    for (var i = 0; i < 300; i++) {
      create("S%03d".formatted(i), "");
    }
    var first = engine.ask("STREAM.LIST", "");
    assertEquals(300, first.number("total", 0));
    assertEquals(256, first.number("limit", 0));
    assertEquals(256, first.objects("streams").size());
    var second = engine.ask("STREAM.LIST", "{\"offset\":256}");
    assertEquals(44, second.objects("streams").size());
    assertEquals("S256", object(second.objects("streams").getFirst(), "config").text("name"));
    var names = engine.ask("STREAM.NAMES", "{\"subject\":\"*.foo\"}");
    assertEquals(300, names.texts("streams").size());
    assertEquals(
        List.of("S007"), engine.ask("STREAM.NAMES", "{\"subject\":\"S007.a\"}").texts("streams"));
    assertFalse(engine.ask("STREAM.NAMES", "{\"offset\":1000}").has("streams"), "null for none");
    assertTrue(engine.ask("STREAM.LIST", "{\"offset\":1000}").has("streams"), "but []");
  }

  @Test
  void infoTellsOfSubjectsAndDeletedMessages() {
    create("A", "");
    for (var i = 0; i < 6; i++) {
      engine.publish("A", "A." + i % 3, "", "x");
    }
    assertTrue(
        engine.ask("STREAM.MSG.DELETE.A", "{\"seq\":3,\"no_erase\":true}").flag("success", false));
    var info =
        engine.ask("STREAM.INFO.A", "{\"subjects_filter\":\"A.*\",\"deleted_details\":true}");
    var state = object(info, "state");
    var subjects = object(state, "subjects");
    assertEquals(2, subjects.number("A.0", 0));
    assertEquals(1, subjects.number("A.2", 0));
    assertEquals(3, info.number("total", 0));
    assertEquals(1, state.number("num_deleted", 0));
    assertEquals(
        2,
        object(
                object(
                    engine.ask("STREAM.INFO.A", "{\"subjects_filter\":\">\",\"offset\":1}"),
                    "state"),
                "subjects")
            .names()
            .size());
    assertEquals(
        9,
        engine
            .ask("STREAM.INFO.A", "{\"subjects_filter\":\">\",\"offset\":9}")
            .number("offset", 0));
    assertError(
        400, 10043, "sequence 3 not found", engine.ask("STREAM.MSG.DELETE.A", "{\"seq\":3}"));
    assertError(
        400, 10043, "sequence 7 not found", engine.ask("STREAM.MSG.DELETE.A", "{\"seq\":7}"));
  }

  @Test
  void filesSayThatTheSequenceIsBeyondTheirEnd() {
    engine.ask("STREAM.CREATE.F", "{\"name\":\"F\",\"subjects\":[\"f\"],\"storage\":\"file\"}");
    assertError(500, 10057, "stream store EOF", engine.ask("STREAM.MSG.DELETE.F", "{\"seq\":1}"));
    assertError(500, 10057, "no message found", engine.ask("STREAM.MSG.DELETE.F", "{\"seq\":0}"));
  }

  @Test
  void messagesAreGotBySequenceSubjectAndTime() {
    create("A", "");
    engine.publish("A", "A.x", "K: v", "one");
    engine.shard.advance(1_000_000_000);
    engine.publish("A", "A.y", "", "two");
    var got = object(engine.ask("STREAM.MSG.GET.A", "{\"seq\":1}"), "message");
    assertEquals("A.x", got.text("subject"));
    assertEquals("b25l", got.text("data"));
    assertEquals("TkFUUy8xLjANCks6IHYNCg0K", got.text("hdrs"));
    assertEquals("2023-11-14T22:13:20Z", got.text("time"));
    assertEquals(
        2,
        object(engine.ask("STREAM.MSG.GET.A", "{\"last_by_subj\":\"A.*\"}"), "message")
            .number("seq", 0));
    assertEquals(
        2,
        object(engine.ask("STREAM.MSG.GET.A", "{\"seq\":1,\"next_by_subj\":\"A.y\"}"), "message")
            .number("seq", 0));
    assertEquals(
        2,
        object(
                engine.ask("STREAM.MSG.GET.A", "{\"start_time\":\"2023-11-14T22:13:20.5Z\"}"),
                "message")
            .number("seq", 0));
    assertError(404, 10037, "no message found", engine.ask("STREAM.MSG.GET.A", "{\"seq\":9}"));
    assertError(400, 10003, "bad request", engine.ask("STREAM.MSG.GET.A", "{}"));
    assertError(
        400,
        10003,
        "bad request",
        engine.ask("STREAM.MSG.GET.A", "{\"seq\":1,\"last_by_subj\":\"A.x\"}"));
    assertError(
        400, 10003, "bad request", engine.ask("STREAM.MSG.GET.A", "{\"batch\":2,\"seq\":1}"));
    var more = ",\"multi_last\":[\"A.*\"],\"up_to_seq\":1,\"up_to_time\":\"2023-11-14T22:13:20Z\"}";
    assertTrue(engine.ask("STREAM.MSG.GET.A", "{\"seq\":1" + more).has("message"));
    for (var large : List.of("9223372036854775808", "18446744073709551615")) {
      assertError(
          404,
          10037,
          "no message found",
          engine.ask("STREAM.MSG.GET.A", "{\"seq\":" + large + "}"));
    }
    assertEquals(
        10025,
        object(engine.ask("STREAM.MSG.GET.A", "{\"seq\":18446744073709551616}"), "error")
            .number("err_code", 0));
  }

  @Test
  void purgeTakesWhatIsAskedFor() {
    create("A", "");
    for (var i = 0; i < 10; i++) {
      engine.publish("A", "A." + i % 2, "", "x");
    }
    assertError(400, 10003, "bad request", engine.ask("STREAM.PURGE.A", "{\"seq\":2,\"keep\":1}"));
    assertEquals(
        3, engine.ask("STREAM.PURGE.A", "{\"filter\":\"A.0\",\"keep\":2}").number("purged", 0));
    assertEquals(2, engine.ask("STREAM.PURGE.A", "{\"seq\":5}").number("purged", 0));
    var purged = engine.ask("STREAM.PURGE.A", "");
    assertTrue(purged.flag("success", false));
    assertEquals(5, purged.number("purged", 0));
  }

  @Test
  void limitsOfTheAccountHold() {
    engine.account.limits = new JetStreamLimits(10_000, -1, 2, -1, true, 6_000, -1, -1);
    assertError(
        400, 10113, "account requires a stream config to have max bytes set", create("A", ""));
    assertError(
        400,
        10122,
        "stream max bytes exceeds account limit max stream bytes",
        create("A", ",\"max_bytes\":7000"));
    assertTrue(create("A", ",\"max_bytes\":6000").flag("did_create", false));
    assertError(
        500, 10028, "insufficient memory resources available", create("B", ",\"max_bytes\":5000"));
    assertTrue(create("B", ",\"max_bytes\":4000").flag("did_create", false));
    assertError(400, 10027, "maximum number of streams reached", create("C", ",\"max_bytes\":1"));
    assertError(
        500,
        10028,
        "insufficient memory resources available",
        engine.ask(
            "STREAM.UPDATE.B",
            "{\"name\":\"B\",\"subjects\":[\"B.>\"],\"storage\":\"memory\",\"max_bytes\":4001}"));
    var info = engine.ask("INFO", "");
    assertEquals(10_000, info.number("reserved_memory", 0));
    assertEquals(2, info.number("streams", 0));
    assertEquals(2, object(info, "limits").number("max_streams", 0));
    assertEquals(5, object(info, "api").number("errors", 0));
  }

  @Test
  void auditAndAdvisoriesAreWrittenWhenSomebodyListens() throws JsonException {
    engine.outlet.interested("$JS.EVENT.ADVISORY.>");
    engine.outlet.take();
    engine.send(
        FakeEngine.ACCOUNT, "STREAM.CREATE.A", "", "{\"name\":\"A\",\"storage\":\"memory\"}");
    var sent = engine.outlet.take();
    assertEquals(
        List.of("$JS.EVENT.ADVISORY.STREAM.CREATED.A", "answers", "$JS.EVENT.ADVISORY.API"),
        sent.stream().map(one -> one.to()).toList());
    var action = JsonObject.parse(sent.getFirst().body());
    assertEquals("io.nats.jetstream.advisory.v1.stream_action", action.text("type"));
    assertEquals("create", action.text("action"));
    assertEquals("hub", action.text("domain"));
    var audit = JsonObject.parse(sent.getLast().body());
    assertEquals("$JS.API.STREAM.CREATE.A", audit.text("subject"));
    assertEquals(sent.get(1).payload(), audit.text("response"));
    assertNotNull(audit.object("client"));
  }

  @Test
  void noAuditTellsOfAResetThatIsRefused() {
    create("A", "");
    engine.ask("CONSUMER.CREATE.A.C", "{\"stream_name\":\"A\",\"config\":{\"name\":\"C\"}}");
    engine.outlet.interested("$JS.EVENT.ADVISORY.>");
    engine.outlet.take();
    engine.send(FakeEngine.ACCOUNT, "CONSUMER.RESET.A.C", "", "x");
    assertEquals(List.of("answers"), engine.outlet.take().stream().map(one -> one.to()).toList());
  }

  @Test
  void aDeletedStreamsConsumersAreSaidToBeDeletedToo() {
    create("A", "");
    engine.ask("CONSUMER.CREATE.A.C", "{\"stream_name\":\"A\",\"config\":{\"name\":\"C\"}}");
    engine.outlet.interested("$JS.EVENT.ADVISORY.>");
    engine.outlet.take();
    engine.send(FakeEngine.ACCOUNT, "STREAM.DELETE.A", "", "");
    assertEquals(
        List.of(
            "$JS.EVENT.ADVISORY.CONSUMER.DELETED.A.C",
            "$JS.EVENT.ADVISORY.STREAM.DELETED.A",
            "answers",
            "$JS.EVENT.ADVISORY.API"),
        engine.outlet.take().stream().map(one -> one.to()).toList());
  }

  @Test
  void theFirstSequenceIsShownBeforeThereIsAMessage() {
    var state = object(create("A", ",\"first_seq\":1"), "state");
    assertEquals(1, state.number("first_seq", 0));
    assertEquals(0, state.number("last_seq", 0));
    assertEquals(0, object(create("B", ""), "state").number("first_seq", -1));
  }

  @Test
  void anythingInARequestGivesAnAnswer() {
    create("A", ",\"allow_direct\":true");
    engine.publish("A", "A.x", "", "one");
    var subjects =
        List.of(
            "INFO",
            "STREAM.CREATE.A",
            "STREAM.UPDATE.A",
            "STREAM.INFO.A",
            "STREAM.NAMES",
            "STREAM.LIST",
            "STREAM.PURGE.A",
            "STREAM.MSG.GET.A",
            "STREAM.MSG.DELETE.A",
            "STREAM.SNAPSHOT.A",
            "STREAM.RESTORE.B",
            "CONSUMER.NAMES.A",
            "CONSUMER.LIST.A",
            "CONSUMER.INFO.A.c",
            "CONSUMER.DELETE.A.c",
            "CONSUMER.PAUSE.A.c",
            "CONSUMER.UNPIN.A.c",
            "CONSUMER.RESET.A.c");
    var words =
        List.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"name\"",
            "\"A\"",
            "1",
            "-1",
            "1e400",
            "true",
            "null",
            "\"seq\"",
            "\"config\"",
            "\"subjects\"",
            "\"\\u0000\"",
            "\"batch\"",
            " ",
            "\"x");
    var random = new Random(5);
    for (var round = 0; round < 4_000; round++) {
      var request = new StringBuilder(random.nextBoolean() ? "{" : "");
      IntStream.range(0, random.nextInt(12))
          .forEach(_ -> request.append(words.get(random.nextInt(words.size()))));
      var subject = subjects.get(random.nextInt(subjects.size()));
      var answer = engine.ask(subject, request.toString());
      assertFalse(answer.text("type", "").isEmpty(), subject + " " + request);
    }
  }
}

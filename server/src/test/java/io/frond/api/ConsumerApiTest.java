package io.frond.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonObject;
import io.frond.options.AccountOptions.JetStreamLimits;
import io.frond.testkit.ManualOutlet.Sent;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Consumers through the API, with real streams and consumers.
class ConsumerApiTest {
  private final FakeEngine engine = new FakeEngine();

  @BeforeEach
  void fill() {
    engine.ask("STREAM.CREATE.A", "{\"name\":\"A\",\"subjects\":[\"a.>\"],\"storage\":\"memory\"}");
    for (var i = 1; i <= 5; i++) {
      engine.publish("A", "a." + i, "", "m" + i);
    }
  }

  private JsonObject create(String subject, String action, String config) {
    return engine.ask(
        "CONSUMER." + subject,
        "{\"stream_name\":\"A\",\"action\":\"" + action + "\",\"config\":{" + config + "}}");
  }

  private JsonObject durable(String name, String more) {
    return create(
        "CREATE.A." + name,
        "",
        "\"durable_name\":\"" + name + "\",\"ack_policy\":\"explicit\"" + more);
  }

  private static JsonObject object(JsonObject in, String name) {
    return Objects.requireNonNull(in.object(name), name);
  }

  private static void assertError(int number, JsonObject answer) {
    assertEquals(number, object(answer, "error").number("err_code", 0));
  }

  @Test
  void createdConsumerIsShownWithEverything() {
    var made = durable("C", ",\"metadata\":{\"k\":\"v\"}");
    assertEquals("io.nats.jetstream.api.v1.consumer_create_response", made.text("type"));
    assertEquals("A", made.text("stream_name"));
    assertEquals("C", made.text("name"));
    var config = object(made, "config");
    assertEquals(30_000_000_000L, config.number("ack_wait", 0));
    assertEquals(1000, config.number("max_ack_pending", 0));
    assertEquals("4", object(config, "metadata").text("_nats.level"));
    assertEquals(5, made.number("num_pending", 0));
    assertEquals(0, object(made, "delivered").number("consumer_seq", -1));
    assertEquals("C", engine.ask("CONSUMER.INFO.A.C", "").text("name"));
    var stream = object(engine.ask("STREAM.INFO.A", ""), "state");
    assertEquals(1, stream.number("consumer_count", 0));
  }

  @Test
  void subjectAndRequestMustAgree() {
    assertError(10056, engine.ask("CONSUMER.CREATE.A", "{\"stream_name\":\"B\"}"));
    assertError(10017, create("CREATE.A.C", "", "\"durable_name\":\"D\""));
    assertError(10018, create("DURABLE.CREATE.A.C", "", ""));
    assertError(10017, create("DURABLE.CREATE.A.C", "", "\"durable_name\":\"D\""));
    assertError(10020, create("CREATE.A", "", "\"durable_name\":\"D\""));
    assertError(10131, create("CREATE.A.C.a.1", "", "\"name\":\"C\""));
    assertError(
        10137, create("CREATE.A.C.a.1", "", "\"name\":\"C\",\"filter_subjects\":[\"a.1\"]"));
    assertError(10127, create("CREATE.A.x/y", "", "\"name\":\"x/y\""));
    assertError(10025, engine.ask("CONSUMER.CREATE.A.C", "{\"no\":1}"));
    assertError(10074, durable("C", ",\"num_replicas\":3"));
    assertError(
        10059,
        engine.ask("CONSUMER.CREATE.B.C", "{\"stream_name\":\"B\",\"config\":{\"name\":\"C\"}}"));
    assertTrue(
        create("CREATE.A.C.a.*", "", "\"name\":\"C\",\"filter_subject\":\"a.*\"").has("created"));
  }

  @Test
  void ephemeralConsumerGetsAName() {
    var name = create("CREATE.A", "", "\"ack_policy\":\"none\"").text("name", "");
    assertEquals(8, name.length());
    assertEquals(List.of(name), engine.ask("CONSUMER.NAMES.A", "").texts("consumers"));
    assertEquals(
        5_000_000_000L,
        object(engine.ask("CONSUMER.INFO.A." + name, ""), "config")
            .number("inactive_threshold", 0));
  }

  @Test
  void actionsTellCreatingFromChanging() {
    assertError(10149, create("CREATE.A.C", "update", "\"name\":\"C\""));
    durable("C", "");
    var config = "\"durable_name\":\"C\",\"ack_policy\":\"explicit\"";
    assertTrue(create("CREATE.A.C", "create", config).has("created"));
    assertError(10148, create("CREATE.A.C", "create", config + ",\"max_deliver\":5"));
    var updated = create("CREATE.A.C", "update", config + ",\"max_deliver\":5");
    assertEquals(5, object(updated, "config").number("max_deliver", 0));
    assertError(10012, create("CREATE.A.C", "", config + ",\"deliver_policy\":\"new\""));
  }

  /// As with nats-server: what it was decides.
  @Test
  void whatWasDurableGoesOnAndWhatWasNotEnds() {
    durable("C", "");
    var named = "\"name\":\"C\",\"ack_policy\":\"explicit\"";
    var config = object(create("CREATE.A.C", "", named), "config");
    assertFalse(config.has("durable_name"));
    assertFalse(config.has("inactive_threshold"));
    engine.shard.advance(60_000_000_000L);
    assertTrue(engine.ask("CONSUMER.INFO.A.C", "").has("config"));

    create("CREATE.A.E", "", "\"name\":\"E\",\"ack_policy\":\"explicit\"");
    config = object(durable("E", ""), "config");
    assertTrue(config.has("durable_name"));
    assertEquals(5_000_000_000L, config.number("inactive_threshold", 0));
  }

  @Test
  void limitsOfTheStreamHold() {
    engine.account.limits = new JetStreamLimits(-1, -1, -1, 1, false, -1, -1, 500);
    assertError(10121, durable("C", ",\"max_ack_pending\":600"));
    assertTrue(durable("C", "").has("created"));
    assertError(10026, durable("D", ""));
  }

  @Test
  void listsComeInPages() {
    for (var i = 0; i < 260; i++) {
      durable("C%03d".formatted(i), "");
    }
    var list = engine.ask("CONSUMER.LIST.A", "{\"offset\":250}");
    assertEquals(260, list.number("total", 0));
    assertEquals(256, list.number("limit", 0));
    assertEquals(10, list.objects("consumers").size());
    assertEquals(260, engine.ask("CONSUMER.NAMES.A", "").texts("consumers").size());
  }

  private List<Sent> next(String request) {
    engine.outlet.take();
    engine.outlet.interested("inbox");
    engine.api.handle(
        FakeEngine.ACCOUNT,
        "$JS.API.CONSUMER.MSG.NEXT.A.C",
        FakeEngine.bytes("inbox"),
        0,
        FakeEngine.bytes(request),
        null);
    engine.shard.run();
    return engine.outlet.take();
  }

  @Test
  void pullRequestsReachTheirConsumer() {
    durable("C", "");
    assertEquals(List.of("m1", "m2"), next("{\"batch\":2}").stream().map(Sent::payload).toList());
    engine.send(FakeEngine.ACCOUNT, "CONSUMER.MSG.NEXT.A.NONE", "", "1");
    assertEquals(
        "NATS/1.0 503\r\nNats-Subject: $JS.API.CONSUMER.MSG.NEXT.A.NONE\r\n\r\n",
        engine.outlet.take().getFirst().headers());
  }

  @Test
  void pausedConsumerGivesNothing() {
    durable("C", "");
    var paused = engine.ask("CONSUMER.PAUSE.A.C", "{\"pause_until\":\"2023-11-14T23:13:20Z\"}");
    assertTrue(paused.flag("paused", false));
    assertEquals(3_600_000_000_000L, paused.number("pause_remaining", 0));
    assertEquals(List.of(), next("1"));
    assertTrue(engine.ask("CONSUMER.INFO.A.C", "").flag("paused", false));
    var resumed = engine.ask("CONSUMER.PAUSE.A.C", "");
    assertFalse(resumed.flag("paused", true));
    assertEquals("0001-01-01T00:00:00Z", resumed.text("pause_until"));
    assertError(10014, engine.ask("CONSUMER.PAUSE.A.D", ""));
  }

  @Test
  void resetConsumerBeginsAgain() {
    durable("C", "");
    assertEquals(3, next("3").size());
    var reset = engine.ask("CONSUMER.RESET.A.C", "{\"seq\":2}");
    assertEquals(2, reset.number("reset_seq", 0));
    assertEquals(4, reset.number("num_pending", 0));
    assertEquals("m2", next("1").getFirst().payload());
    assertError(10014, engine.ask("CONSUMER.RESET.A.D", ""));
  }

  @Test
  void unpinNeedsAGroup() {
    durable("C", ",\"priority_policy\":\"pinned_client\",\"priority_groups\":[\"g\"]");
    assertError(10025, engine.ask("CONSUMER.UNPIN.A.C", "{}"));
    assertError(10025, engine.ask("CONSUMER.UNPIN.NONE.C", ""));
    assertError(10160, engine.ask("CONSUMER.UNPIN.A.C", "{\"group\":\"other\"}"));
    assertError(10162, engine.ask("CONSUMER.UNPIN.A.C", "{\"group\":\"a b\"}"));
    assertFalse(engine.ask("CONSUMER.UNPIN.A.C", "{\"group\":\"g\"}").has("error"));
  }

  @Test
  void errorsOfWhatIsReadAsItIsDoNotSayWhere() {
    durable("C", "");
    assertSays("unexpected end of JSON input", engine.ask("CONSUMER.UNPIN.A.C", ""));
    assertSays("consumer group not specified", engine.ask("CONSUMER.UNPIN.A.C", "{}"));
    assertSays(
        "invalid character 'x' looking for beginning of value",
        engine.ask("CONSUMER.UNPIN.A.C", "x"));
    assertSays(
        "invalid character 'x' looking for beginning of value",
        engine.ask("CONSUMER.RESET.A.C", "x"));
    assertError(10038, engine.ask("CONSUMER.INFO.A.C", "{\"a\":1}"));
  }

  private static void assertSays(String text, JsonObject answer) {
    var error = Objects.requireNonNull(answer.object("error"));
    assertEquals("invalid JSON: " + text, error.text("description"));
  }

  @Test
  void deletedConsumerIsGone() {
    durable("C", "");
    assertTrue(engine.ask("CONSUMER.DELETE.A.C", "").flag("success", false));
    assertError(10014, engine.ask("CONSUMER.INFO.A.C", ""));
    assertError(10014, engine.ask("CONSUMER.DELETE.A.C", ""));
  }
}

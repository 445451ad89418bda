package io.frond.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamRulesTest {
  private static final long SECOND = 1_000_000_000L;

  private final Map<String, StreamConfig> others = new HashMap<>();

  private static StreamConfig parse(String fields) {
    try {
      return StreamConfig.parse(
          JsonObject.parse(("{\"name\":\"S\"," + fields + "}").getBytes(UTF_8)));
    } catch (JsonException e) {
      throw new AssertionError(fields, e);
    }
  }

  private StreamConfig check(StreamConfig config) throws ApiException {
    return StreamRules.check(config, StreamLimits.NONE, others::get, false);
  }

  private @Nullable String refusal(String fields, boolean pedantic) {
    try {
      StreamRules.check(parse(fields), StreamLimits.NONE, others::get, pedantic);
      return null;
    } catch (ApiException e) {
      return e.error().number() + " " + e.error().text();
    }
  }

  @Test
  void whatWasNotSaidIsPutIn() throws ApiException {
    var config = check(new StreamConfig.Builder("S").build());
    assertEquals(List.of("S"), config.subjects());
    assertEquals(-1, config.maxMsgs());
    assertEquals(-1, config.maxBytes());
    assertEquals(-1, config.maxMsgSize());
    assertEquals(-1, config.maxConsumers());
    assertEquals(-1, config.maxMsgsPerSubject());
    assertEquals(1, config.replicas());
    assertEquals(120 * SECOND, config.duplicateWindow());
    assertEquals(SECOND, check(parse("\"max_age\":1000000000")).duplicateWindow());
    var marked = check(parse("\"subject_delete_marker_ttl\":1000000000,\"deny_purge\":true"));
    assertTrue(marked.allowMsgTtl() && marked.allowRollup() && !marked.denyPurge());
    assertEquals(0, check(parse("\"sources\":[{\"name\":\"O\"}]")).duplicateWindow());
    assertEquals(
        new StreamConfig.Republish(">", "r.>", false),
        check(parse("\"republish\":{\"dest\":\"r.>\"}")).republish());
  }

  @Test
  void eachFaultHasItsError() throws ApiException {
    others.put("BIG", check(parse("\"max_msg_size\":100")).change().build());
    others.put("CYCLE", check(parse("\"name\":\"CYCLE\",\"sources\":[{\"name\":\"S\"}]")));
    var expected =
        new String[][] {
          {"\"name\":\"a.b\"", "10052 stream name is required and can not contain"},
          {"\"name\":\"" + "x".repeat(256) + "\"", "10052 stream name is too long, maximum al"},
          {"\"num_replicas\":6", "10052 maximum replicas is 5"},
          {"\"num_replicas\":-1", "10133 replicas count cannot be negative"},
          {"\"num_replicas\":3", "10074 replicas > 1 not supported in non-clustered mode"},
          {"\"max_age\":-1", "10052 max age can not be negative"},
          {"\"max_age\":5", "10052 max age needs to be >= 100ms"},
          {"\"max_age\":100000000,\"duplicate_window\":200000000", "10052 duplicates window can"},
          {"\"duplicate_window\":1", "10052 duplicates window needs to be >= 100ms"},
          {"\"deny_purge\":true,\"allow_rollup_hdrs\":true", "10052 roll-ups require the purge p"},
          {"\"allow_msg_counter\":true,\"discard\":\"new\"", "10052 counter stream cannot use d"},
          {"\"discard_new_per_subject\":true", "10052 discard new per subject requires discard"},
          {"\"discard_new_per_subject\":true,\"discard\":\"new\"", "10052 discard new per subjec"},
          {"\"subject_delete_marker_ttl\":5", "10052 subject delete marker TTL must be at least"},
          {"\"allow_msg_schedules\":true,\"discard\":\"new\"", "10052 message scheduling cannot"},
          {"\"persist_mode\":\"async\",\"storage\":\"memory\"", "10052 async persist mode is on"},
          {"\"mirror\":{\"name\":\"O\"},\"subjects\":[\"a\"]", "10034 stream mirrors can not co"},
          {"\"mirror\":{\"name\":\"O\"},\"first_seq\":5", "10143 stream mirrors can not have"},
          {"\"mirror\":{\"name\":\"O\"},\"sources\":[{\"name\":\"P\"}]", "10031 stream mirrors"},
          {"\"mirror\":{\"name\":\"\"}", "10142 mirrored stream name is invalid"},
          {"\"mirror\":{\"name\":\"BIG\"},\"max_msg_size\":9", "10030 stream mirror must have"},
          {"\"mirror\":{\"name\":\"S\"}", "10052 detected cycle"},
          {"\"sources\":[{\"name\":\"CYCLE\"}]", "10052 detected cycle"},
          {"\"sources\":[{\"name\":\"O\"},{\"name\":\"O\"}]", "10140 duplicate source"},
          {"\"sources\":[null]", "10141 sourced stream name is invalid"},
          {
            "\"sources\":[{\"name\":\"O\",\"external\":{\"api\":\"$JS.API\",\"deliver\":\"\"}}]",
            "10021 stream external api prefix $JS.API must not overlap with $JS.API"
          },
          {"\"subjects\":[\"a.\"]", "10052 invalid subject"},
          {"\"subjects\":[\"a\",\"a\"]", "10052 subject \"a\" overlaps with \"a\""},
          {"\"subjects\":[\"a.*\",\"a.b\"]", "10052 subject \"a.*\" overlaps with \"a.b\""},
          {"\"subjects\":[\">\"]", "10052 capturing all subjects requires no-ack to be true"},
          {"\"subjects\":[\"$JS.>\"]", "10052 subjects that overlap with jetstream api require"},
          {"\"subjects\":[\"$SYS.x\"]", "10052 subjects that overlap with system api require"},
          {
            "\"subject_transform\":{\"src\":\"a.*\",\"dest\":\"b.$2\"}",
            "10156 stream transform: invalid mapping destination: wildcard index out of range in"
          },
          {"\"republish\":{\"dest\":\"S\"}", "10052 stream configuration for republish destinat"},
          {"\"republish\":{\"dest\":\"r\"}", "10052 stream configuration for republish with tra"},
          {"\"placement\":{\"preferred\":\"s\"}", "10052 preferred server not permitted"}
        };
    for (var one : expected) {
      var said = refusal(one[0], false);
      assertTrue(said != null && said.startsWith(one[1]), one[0] + ": " + said);
    }
    assertEquals(
        "10157 pedantic mode: max_msgs must be set to -1", refusal("\"max_msgs\":-5", true));
    assertEquals(null, refusal("\"max_msgs\":-5", false));
  }

  @Test
  void whatMayNotChangeDoesNot() throws ApiException {
    var old = check(parse("\"deny_delete\":true,\"retention\":\"workqueue\""));
    for (var bad :
        List.of(
            "\"retention\":\"limits\",\"deny_delete\":true",
            "\"retention\":\"workqueue\"",
            "\"storage\":\"memory\",\"retention\":\"workqueue\",\"deny_delete\":true",
            "\"allow_msg_counter\":true,\"retention\":\"workqueue\",\"deny_delete\":true")) {
      assertThrows(
          ApiException.class,
          () -> StreamRules.checkUpdate(old, parse(bad), StreamLimits.NONE, others::get, false),
          bad);
    }
    var b = old.change();
    b.sealed = true;
    b.maxAge = 200 * SECOND;
    var sealed = StreamRules.checkUpdate(old, b.build(), StreamLimits.NONE, others::get, false);
    assertTrue(sealed.denyPurge() && sealed.discard() == Discard.NEW && sealed.maxAge() == 0);
  }

  @Test
  void levelsAreStoredAndVersionsOnlyShown() throws ApiException {
    var asked =
        check(parse("\"allow_atomic\":true,\"metadata\":{\"_nats.ver\":\"1\",\"a\":\"b\"}"));
    var stored = ApiLevel.stored(asked);
    assertEquals(Map.of("a", "b", "_nats.req.level", "2"), stored.metadata());
    assertEquals("4", ApiLevel.shown(stored).metadata().get("_nats.level"));
    assertTrue(ApiLevel.same(ApiLevel.shown(asked), stored));
    assertTrue(ApiLevel.refuses("5") && ApiLevel.refuses("x") && !ApiLevel.refuses("4"));
  }
}

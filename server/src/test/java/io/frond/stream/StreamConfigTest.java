package io.frond.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.frond.json.JsonException;
import io.frond.json.JsonFields;
import io.frond.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamConfigTest {
  private static final String ALL =
      """
      {"name":"S","description":"d","subjects":["a.>","b"],"retention":"workqueue",
      "max_consumers":3,"max_msgs":4,"max_bytes":5,"max_age":6,"max_msgs_per_subject":7,
      "max_msg_size":8,"discard":"new","storage":"memory","num_replicas":1,"no_ack":true,
      "duplicate_window":9,"placement":{"cluster":"c","tags":["t"],"preferred":"p"},
      "mirror":{"name":"O","opt_start_seq":2,"opt_start_time":"2024-05-06T07:08:09.12Z",
      "filter_subject":"f","external":{"api":"$JS.x.API","deliver":"d.x"}},
      "sources":[{"name":"P","subject_transforms":[{"src":"a.*","dest":"b.$1"}],
      "consumer":{"name":"c","deliver_subject":"e"}}],
      "compression":"s2","first_seq":10,"subject_transform":{"src":"a.>","dest":"z.>"},
      "republish":{"src":">","dest":"r.>","headers_only":true},"allow_direct":true,
      "mirror_direct":true,"discard_new_per_subject":true,"sealed":true,"deny_delete":true,
      "deny_purge":true,"allow_rollup_hdrs":true,
      "consumer_limits":{"inactive_threshold":11,"max_ack_pending":12},"allow_msg_ttl":true,
      "subject_delete_marker_ttl":13,"allow_msg_counter":true,"allow_atomic":true,
      "allow_msg_schedules":true,"persist_mode":"async","allow_batched":true,
      "metadata":{"a":"1","b":"2"}}\
      """
          .replace("\n", "");

  private static StreamConfig parse(String text) throws JsonException {
    return StreamConfig.parse(JsonObject.parse(text.getBytes(UTF_8)));
  }

  private static String text(StreamConfig config) {
    return new String(config.json(), UTF_8);
  }

  @Test
  void everyFieldIsReadAndWrittenInNatsServersOrder() throws JsonException {
    var config = parse(ALL);
    assertEquals(ALL, text(config));
    assertEquals(config, parse(ALL));
    assertEquals(config, config.change().build());
  }

  @Test
  void whatIsNotSetIsWrittenAsGoDoes() throws JsonException {
    assertEquals(
        "{\"name\":\"S\",\"retention\":\"limits\",\"max_consumers\":0,\"max_msgs\":0,"
            + "\"max_bytes\":0,\"max_age\":0,\"max_msgs_per_subject\":0,\"discard\":\"old\","
            + "\"storage\":\"file\",\"num_replicas\":0,\"compression\":\"none\","
            + "\"allow_direct\":false,\"mirror_direct\":false,\"sealed\":false,"
            + "\"deny_delete\":false,\"deny_purge\":false,\"allow_rollup_hdrs\":false,"
            + "\"consumer_limits\":{},\"allow_msg_ttl\":false}",
        text(parse("{\"name\":\"S\"}")));
  }

  @Test
  void aFieldOfTheWrongTypeIsAnError() {
    for (var bad :
        List.of(
            "{\"name\":5}",
            "{\"max_msgs\":\"5\"}",
            "{\"max_msg_size\":3000000000}",
            "{\"first_seq\":-1}",
            "{\"max_age\":1.5}",
            "{\"subjects\":\"a\"}",
            "{\"subjects\":[1]}",
            "{\"retention\":\"nope\"}",
            "{\"discard\":5}",
            "{\"storage\":\"FILE\"}",
            "{\"compression\":\"gzip\"}",
            "{\"mirror\":[]}",
            "{\"sources\":{}}",
            "{\"mirror\":{\"name\":\"O\",\"opt_start_time\":\"yesterday\"}}",
            "{\"metadata\":{\"a\":1}}",
            "{\"sealed\":\"true\"}")) {
      assertThrows(JsonException.class, () -> parse(bad), bad);
    }
  }

  @Test
  void whatIsNoWordIsShownAsItStands() {
    for (var wrong : List.of("null", "{\"a\": [1]}", "[]", "true", "36893488147419103232")) {
      var said =
          assertThrows(JsonException.class, () -> parse("{\"retention\":" + wrong + "}"), wrong);
      assertEquals(
          "can not unmarshal \"" + wrong.replace("\"", "\\\"") + "\"", said.getMessage(), wrong);
    }
    var said = assertThrows(JsonException.class, () -> parse("{\"compression\":\"zip\"}"));
    assertEquals("unknown compression algorithm", said.getMessage());
  }

  @Test
  void fieldsThatNobodyKnowsAreNamed() throws JsonException {
    var fields =
        new JsonFields(
            JsonObject.parse(
                "{\"Name\":\"S\",\"maxage\":1,\"mirror\":{\"name\":\"O\",\"filter\":\"x\"}}"
                    .getBytes(UTF_8)),
            "StreamConfig");
    assertEquals("S", StreamConfig.parse(fields).name());
    assertEquals(List.of("maxage", "filter"), fields.unknown());
  }
}

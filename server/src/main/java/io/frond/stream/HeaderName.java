package io.frond.stream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Headers that mean something to a stream.
@SuppressWarnings("ImmutableEnumChecker") // nobody changes the arrays
enum HeaderName {
  MSG_ID("Nats-Msg-Id"),
  EXPECTED_STREAM("Nats-Expected-Stream"),
  EXPECTED_LAST_SEQUENCE("Nats-Expected-Last-Sequence"),
  EXPECTED_LAST_SUBJECT_SEQUENCE("Nats-Expected-Last-Subject-Sequence"),
  EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT("Nats-Expected-Last-Subject-Sequence-Subject"),
  EXPECTED_LAST_MSG_ID("Nats-Expected-Last-Msg-Id"),
  ROLLUP("Nats-Rollup"),
  TTL("Nats-TTL"),
  MARKER_REASON("Nats-Marker-Reason"),
  INCR("Nats-Incr"),
  COUNTER_SOURCES("Nats-Counter-Sources"),
  STREAM_SOURCE("Nats-Stream-Source"),
  BATCH_ID("Nats-Batch-Id"),
  BATCH_SEQUENCE("Nats-Batch-Sequence"),
  BATCH_COMMIT("Nats-Batch-Commit"),
  SCHEDULE("Nats-Schedule"),
  SCHEDULE_TIME_ZONE("Nats-Schedule-Time-Zone"),
  SCHEDULE_TTL("Nats-Schedule-TTL"),
  SCHEDULE_ROLLUP("Nats-Schedule-Rollup"),
  SCHEDULE_TARGET("Nats-Schedule-Target"),
  SCHEDULE_SOURCE("Nats-Schedule-Source"),
  SCHEDULE_NEXT("Nats-Schedule-Next"),
  SCHEDULER("Nats-Scheduler"),
  REQUIRED_API_LEVEL("Nats-Required-Api-Level"),
  LAST_CONSUMER("Nats-Last-Consumer"),
  LAST_STREAM("Nats-Last-Stream"),
  CONSUMER_STALLED("Nats-Consumer-Stalled"),
  KV_OPERATION("KV-Operation");

  private static final HeaderName[][] BY_LENGTH = byLength();

  private final String wire;
  private final byte[] bytes;

  HeaderName(String wire) {
    this.wire = wire;
    bytes = wire.getBytes(StandardCharsets.US_ASCII);
  }

  String wire() {
    return wire;
  }

  /// Not to be changed.
  byte[] bytes() {
    return bytes;
  }

  private static HeaderName[][] byLength() {
    var longest = 0;
    for (var name : values()) {
      longest = Math.max(longest, name.bytes.length);
    }
    var table = new HeaderName[longest + 1][];
    for (var length = 0; length <= longest; length++) {
      var wanted = length;
      table[length] =
          Arrays.stream(values())
              .filter(name -> name.bytes.length == wanted)
              .toArray(HeaderName[]::new);
    }
    return table;
  }

  /// Those whose names have so many bytes.
  static HeaderName[] ofLength(int length) {
    return length < BY_LENGTH.length ? BY_LENGTH[length] : BY_LENGTH[0];
  }
}

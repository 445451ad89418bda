package io.frond.consumer;

import io.frond.json.JsonException;
import io.frond.json.JsonFields;
import io.frond.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A client asks for messages (ADR-13, ADR-42). Changes while it is served; on the shard's thread.
final class PullRequest {
  final byte[] reply;

  /// Messages that are still wanted; one is given also where it is not positive, as with
  /// nats-server.
  long left = 1;

  /// Bytes that are still wanted; any number when it is not positive.
  long bytesLeft;

  /// Messages that it got.
  long sent;

  /// How long it waits, nanoseconds; 0 for ever.
  long expires;

  /// When it ends, nanoseconds since the epoch; `Long.MAX_VALUE` for never.
  long deadline = Long.MAX_VALUE;

  boolean noWait;

  /// Nanoseconds, 0 for none.
  long heartbeat;

  long heartbeatAt = Long.MAX_VALUE;

  /// Whether it was a JSON object, which can tell a priority group.
  boolean formal;

  String group = "";
  long minPending;
  long minAckPending;
  String id = "";
  long priority;

  private PullRequest(byte[] reply) {
    this.reply = reply;
  }

  /// Reads a request: nothing, a number of messages, or an object.
  ///
  /// @param now nanoseconds since the epoch
  /// @throws JsonException with what is wrong, for the answer's status
  static PullRequest read(byte[] reply, byte[] body, int at, long now) throws JsonException {
    var request = new PullRequest(reply);
    var from = at;
    var to = body.length;
    while (from < to && body[from] <= ' ') {
      from++;
    }
    while (to > from && body[to - 1] <= ' ') {
      to--;
    }
    if (from == to) {
      return request;
    }
    if (body[from] != '{') {
      request.left = batch(new String(body, from, to - from, StandardCharsets.UTF_8));
      return request;
    }
    request.formal = true;
    if (!new PullFields(body, from, to).read(request)) {
      request.read(JsonObject.parse(Arrays.copyOfRange(body, from, to)));
    }
    if (request.heartbeat > 0) {
      if (request.heartbeat * 2 > request.expires) {
        throw new JsonException("heartbeat value too large");
      }
      request.heartbeatAt = now + request.heartbeat;
    }
    if (request.expires != 0) {
      request.deadline = now + request.expires;
    }
    return request;
  }

  private static long batch(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  private void read(JsonObject object) throws JsonException {
    var from = new JsonFields(object, "JSApiConsumerGetNextRequest");
    expires = from.number("expires");
    left = from.number("batch");
    bytesLeft = from.number("max_bytes");
    noWait = from.flag("no_wait");
    heartbeat = from.number("idle_heartbeat");
    group = from.text("group");
    minPending = from.number("min_pending");
    minAckPending = from.number("min_ack_pending");
    id = from.text("id");
    priority = from.number("priority");
  }
}

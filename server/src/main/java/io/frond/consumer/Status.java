package io.frond.consumer;

import java.nio.charset.StandardCharsets;

/// What a consumer says besides messages: headers without payload, to the letter as nats-server
/// writes them. Stateless.
final class Status {
  static final byte[] NONE = {};

  static final byte[] NO_MESSAGES = bytes("404 No Messages");
  static final byte[] REQUESTS_PENDING = bytes("408 Requests Pending");
  static final byte[] PUSH_BASED = bytes("409 Consumer is push based");
  static final byte[] CONSUMER_DELETED = bytes("409 Consumer Deleted");
  static final byte[] MAX_WAITING = bytes("409 Exceeded MaxWaiting");
  static final byte[] API_LEVEL = bytes("412 Required Api Level");
  static final byte[] WRONG_PIN = bytes("423 Nats-Pin-Id mismatch");
  static final byte[] FLOW_CONTROL = bytes("100 FlowControl Request");

  static final String TIMEOUT = "408 Request Timeout";
  static final String BATCH_COMPLETED = "409 Batch Completed";
  static final String MAX_BYTES = "409 Message Size Exceeds MaxBytes";
  static final String SHUTDOWN = "409 Server Shutdown";
  static final String WRONG_PIN_ID = "423 Nats-Wrong-Pin-Id";

  private Status() {}

  static byte[] bytes(String status) {
    return ("NATS/1.0 " + status + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
  }

  /// With what a pull request has not got.
  static byte[] pending(String status, long messages, long bytes) {
    return bytes(
        status + "\r\nNats-Pending-Messages: " + messages + "\r\nNats-Pending-Bytes: " + bytes);
  }

  static byte[] badRequest(String why) {
    return bytes("400 Bad Request - " + why);
  }

  /// @param stalled the flow-control subject that waits for an answer, empty for none
  static byte[] heartbeat(long lastConsumer, long lastStream, String stalled) {
    return bytes(
        "100 Idle Heartbeat\r\nNats-Last-Consumer: "
            + lastConsumer
            + "\r\nNats-Last-Stream: "
            + lastStream
            + (stalled.isEmpty() ? "" : "\r\nNats-Consumer-Stalled: " + stalled));
  }
}

package io.frond.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;

/// The part of the [Training] that is about streams: publishes and their acknowledgements, a
/// key-value bucket's way of storing and getting, a pull consumer. The training's thread.
final class JetStreamTraining {
  private static final int MESSAGES = 20_000;
  private static final int BATCH = 200;
  private static final int KEYS = 50;
  private static final String INBOX = "_INBOX.train.";

  private final TrainingConnection client;

  private JetStreamTraining(TrainingConnection client) {
    this.client = client;
  }

  static void run(TrainingConnection client) throws IOException {
    var training = new JetStreamTraining(client);
    client.send("SUB " + INBOX + "> 1\r\n");
    training.request(
        "STREAM.CREATE.TRAIN",
        "{\"name\":\"TRAIN\",\"subjects\":[\"train.js.*\"],\"allow_direct\":true,"
            + "\"allow_rollup_hdrs\":true,\"max_msgs_per_subject\":100}");
    training.request(
        "CONSUMER.CREATE.TRAIN.PULL",
        "{\"stream_name\":\"TRAIN\",\"config\":{\"durable_name\":\"PULL\",\"name\":\"PULL\","
            + "\"ack_policy\":\"explicit\"}}");
    for (var i = 0; i < MESSAGES / BATCH; i++) {
      training.publish();
      training.consume(i * BATCH + 1);
      training.get();
    }
    training.one();
    training.request("STREAM.DELETE.TRAIN", "");
  }

  private void request(String subject, String body) throws IOException {
    client.send(
        "PUB $JS.API." + subject + " " + INBOX + "api " + body.length() + "\r\n" + body + "\r\n");
    client.await("MSG " + INBOX + "api", 1);
  }

  private static String publication(int key) {
    return "PUB train.js." + key + " " + INBOX + "ack 128\r\n" + "x".repeat(128) + "\r\n";
  }

  /// Many messages, whose acknowledgements come together.
  private void publish() throws IOException {
    var text = new StringBuilder();
    for (var i = 0; i < BATCH; i++) {
      text.append(publication(i % KEYS));
    }
    client.send(text.toString().getBytes(ISO_8859_1));
    client.await("MSG " + INBOX + "ack", BATCH);
  }

  /// One after the other, as who waits for each acknowledgement does.
  private void one() throws IOException {
    for (var i = 0; i < BATCH; i++) {
      client.send(publication(i % KEYS));
      client.await("MSG " + INBOX + "ack", 1);
      get(i % KEYS);
      client.await("MSG " + INBOX + "get", 1);
    }
  }

  private void consume(int from) throws IOException {
    var pull = "{\"batch\":" + BATCH + ",\"expires\":2000000000}";
    client.send(
        "PUB $JS.API.CONSUMER.MSG.NEXT.TRAIN.PULL "
            + INBOX
            + "next "
            + pull.length()
            + "\r\n"
            + pull
            + "\r\n");
    client.await("MSG train.js.", BATCH);
    var text = new StringBuilder();
    for (var i = from; i < from + BATCH; i++) {
      text.append("PUB $JS.ACK.TRAIN.PULL.1.").append(i).append('.').append(i);
      text.append(".1.0 4\r\n+ACK\r\n");
    }
    client.send(text.toString().getBytes(ISO_8859_1));
  }

  private void get() throws IOException {
    for (var i = 0; i < KEYS; i++) {
      get(i);
    }
    client.await("MSG " + INBOX + "get", KEYS);
  }

  private void get(int key) throws IOException {
    client.send("PUB $JS.API.DIRECT.GET.TRAIN.train.js." + key + " " + INBOX + "get 0\r\n\r\n");
  }
}

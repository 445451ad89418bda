package io.frond.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonObject;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `jetstream {}` says is done: encryption, limits, what a reload changes.
@SuppressWarnings("try") // closing may be interrupted
class JetStreamOptionsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String SECRET = "a text that is in no file";

  @TempDir private Path folder;

  private String jetstream(String more) {
    return "jetstream { store_dir: \"" + folder + "\", " + more + " }";
  }

  private static JsonObject ask(Connection client, String subject, String request)
      throws Exception {
    var answer = client.request("$JS.API." + subject, request.getBytes(UTF_8), LIMIT);
    return JsonObject.parse(Objects.requireNonNull(answer, subject).getData());
  }

  private static int error(JsonObject answer) {
    var error = answer.object("error");
    return error == null ? 0 : (int) error.number("err_code", 0);
  }

  private static void make(String url) throws Exception {
    try (var client = Watcher.connect(new Watcher().options(url))) {
      assertEquals(
          0, error(ask(client, "STREAM.CREATE.S", "{\"name\":\"S\",\"subjects\":[\"s\"]}")));
      assertEquals(1, client.jetStream().publish("s", SECRET.getBytes(UTF_8)).getSeqno());
    }
  }

  private static void holds(String url, int messages) throws Exception {
    try (var client = Watcher.connect(new Watcher().options(url))) {
      var management = client.jetStreamManagement();
      assertEquals(messages, management.getStreamInfo("S").getStreamState().getMsgCount());
      assertEquals(SECRET, new String(management.getMessage("S", messages).getData(), UTF_8));
      client.jetStream().publish("s", SECRET.getBytes(UTF_8));
    }
  }

  /// Whether the secret can be read in any file of the store.
  private boolean tells() throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .anyMatch(file -> {
            try {
              return Files.readString(file, ISO_8859_1).contains(SECRET);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  private void refuses(String options, String why) {
    var refused =
        assertThrows(UncheckedIOException.class, () -> TestServer.start(jetstream(options)));
    var text = String.valueOf(refused.getMessage());
    assertTrue(text.contains(why), text);
  }

  @Test
  void anEncryptedStoreOpensWithItsKeyAlone() throws Exception {
    for (var cipher : new String[] {"aes", "chachapoly"}) {
      try (var server = TestServer.start(jetstream("key: one, cipher: " + cipher))) {
        if (cipher.equals("aes")) {
          make(server.url());
        } else {
          holds(server.url(), 1); // what is there keeps its cipher
        }
        assertTrue(server.logged("Encryption:"));
      }
      assertFalse(tells());
    }
    refuses("", "is encrypted: jetstream { key } is missing");
    refuses("key: two", "is encrypted with another key");
    refuses("key: two, prev_key: three", "is encrypted with another key");
    try (var server = TestServer.start(jetstream("key: two, prev_key: one"))) {
      holds(server.url(), 2);
    }
    assertFalse(tells());
    refuses("key: one", "is encrypted with another key");
    try (var server = TestServer.start(jetstream("key: two"))) {
      holds(server.url(), 3);
    }
  }

  @Test
  void aStoreIsEncryptedWhenItGetsAKey() throws Exception {
    try (var server = TestServer.start(jetstream(""))) {
      make(server.url());
    }
    assertTrue(tells());
    try (var server = TestServer.start(jetstream("key: one"))) {
      holds(server.url(), 1);
      assertTrue(server.logged("encrypting the store"));
    }
    assertFalse(tells());
    try (var server = TestServer.start(jetstream("key: one"))) {
      holds(server.url(), 2);
      assertFalse(server.logged("encrypting the store"));
    }
  }

  @Test
  void limitsHold() throws Exception {
    var options =
        "strict: false, limits { duplicate_window: \"10s\", max_ack_pending: 50,"
            + " max_request_batch: 7, batch { max_msgs: 2 } }";
    try (var server = TestServer.start(jetstream(options));
        var client = Watcher.connect(new Watcher().options(server.url()))) {
      var made =
          ask(
              client,
              "STREAM.CREATE.S",
              "{\"name\":\"S\",\"subjects\":[\"s\"],\"allow_atomic\":true,\"unknown\":1}");
      var config = Objects.requireNonNull(made.object("config"), made::toString);
      assertEquals(10_000_000_000L, config.number("duplicate_window", 0));
      var longer = "{\"name\":\"T\",\"duplicate_window\":20000000000}";
      assertEquals(10052, error(ask(client, "STREAM.CREATE.T", longer)));
      var consumer =
          ask(
              client,
              "CONSUMER.CREATE.S.C",
              "{\"stream_name\":\"S\",\"config\":{\"name\":\"C\",\"ack_policy\":\"explicit\"}}");
      var its = Objects.requireNonNull(consumer.object("config"), consumer::toString);
      assertEquals(50, its.number("max_ack_pending", 0));
      assertEquals(7, its.number("max_batch", 0));
      var more = "\"ack_policy\":\"explicit\",\"max_ack_pending\":51";
      var wish = "{\"stream_name\":\"S\",\"config\":{\"name\":\"D\"," + more + "}}";
      assertEquals(10121, error(ask(client, "CONSUMER.CREATE.S.D", wish)));
    }
  }

  @Test
  void aReloadGivesAndTakesJetStream() throws Exception {
    var users =
        "accounts { A { users: [ { user: a, password: a } ], %s }, B { jetstream: enabled } }";
    var without = users.formatted("");
    var with = users.formatted("jetstream: enabled");
    try (var server = TestServer.start(jetstream(""), without);
        var client = connect(server)) {
      assertEquals(10039, error(ask(client, "INFO", "")));
      server.reload(jetstream(""), with);
      assertEquals(0, error(ask(client, "INFO", "")));
      assertEquals(
          0, error(ask(client, "STREAM.CREATE.S", "{\"name\":\"S\",\"subjects\":[\"s\"]}")));
      client.jetStream().publish("s", SECRET.getBytes(UTF_8));
      server.reload(jetstream(""), without);
      assertEquals(10039, error(ask(client, "STREAM.INFO.S", "")));
      assertThrows(IOException.class, () -> client.jetStream().publish("s", new byte[0]));
      var limited = "jetstream { max_file: 1M, max_streams: 1 }";
      server.reload(jetstream(""), users.formatted(limited));
      client.jetStream().publish("s", SECRET.getBytes(UTF_8));
      assertEquals(
          2, client.jetStreamManagement().getStreamInfo("S").getStreamState().getMsgCount());
      assertEquals(10027, error(ask(client, "STREAM.CREATE.T", "{\"name\":\"T\"}")));
    }
  }

  private static Connection connect(TestServer server) throws Exception {
    return Watcher.connect(
        new Watcher().options(server.url()).userInfo("a".toCharArray(), "a".toCharArray()));
  }

  @Test
  void aReloadLetsStorageGrow() throws Exception {
    try (var server = TestServer.start(jetstream("max_file: 1M"));
        var client = Watcher.connect(new Watcher().options(server.url()))) {
      var large = "{\"name\":\"S\",\"subjects\":[\"s\"],\"max_bytes\":2000000}";
      assertEquals(10047, error(ask(client, "STREAM.CREATE.S", large)));
      assertThrows(IOException.class, () -> server.reload(jetstream("max_file: 1K")));
      server.reload(jetstream("max_file: 4M"));
      assertEquals(0, error(ask(client, "STREAM.CREATE.S", large)));
    }
  }
}

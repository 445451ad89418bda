package io.frond.leafnode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.leafnode.TwoDomains.Kind;
import io.frond.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The `nats` CLI with `--js-domain`, through either side on the other's JetStream.
@Tag("interop")
class DomainCliTest {
  @TempDir Path folder;
  private TwoDomains two;

  @BeforeEach
  void open() throws Exception {
    two = new TwoDomains(folder, Kind.FROND, Kind.FROND);
  }

  @AfterEach
  void close() throws Exception {
    two.close();
  }

  private String nats(String url, String domain, String... command) {
    var line = new ArrayList<>(List.of("nats", "-s", url, "--timeout", "20s"));
    if (!domain.isEmpty()) {
      line.addAll(List.of("--js-domain", domain));
    }
    line.addAll(List.of(command));
    try {
      var out = Files.createTempFile(folder, "nats", ".out");
      var builder = new ProcessBuilder(line).redirectErrorStream(true);
      builder.environment().put("HOME", folder.toString());
      var process = builder.redirectOutput(out.toFile()).start();
      process.getOutputStream().close();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> line + " does not end");
      var text = Files.readString(out);
      assertEquals(0, process.exitValue(), () -> line + ":\n" + text);
      return text;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void streams(String url, String domain, String own) throws Exception {
    nats(url, domain, "stream", "add", "CLI", "--subjects", "cli.>", "--defaults");
    assertTrue(nats(url, domain, "stream", "ls", "--names").contains("CLI"));
    nats(url, domain, "pub", "cli.a", "hello", "--jetstream");
    assertTrue(nats(url, domain, "stream", "get", "CLI", "1").contains("hello"));
    nats(url, domain, "consumer", "add", "CLI", "C", "--pull", "--defaults");
    assertTrue(nats(url, domain, "consumer", "next", "CLI", "C", "--ack").contains("hello"));
    Await.until(
        "the consumer has its acknowledgement",
        () ->
            nats(url, domain, "consumer", "info", "CLI", "C", "--json")
                .replaceAll("\\s", "")
                .contains("\"num_ack_pending\":0"));
    assertTrue(!nats(url, own, "stream", "ls", "--names").contains("CLI"));
    nats(url, domain, "stream", "rm", "CLI", "-f");
  }

  @Test
  void streamsAndConsumersAreManagedInTheOtherDomain() throws Exception {
    streams(two.hubUrl(), "leaf", "");
    streams(two.leafUrl(), "hub", "leaf");
  }

  private void buckets(String url, String domain, String name) throws Exception {
    nats(url, domain, "kv", "add", name, "--history", "3");
    nats(url, domain, "kv", "put", name, "key", "value");
    assertEquals("value", nats(url, domain, "kv", "get", name, "key", "--raw").strip());
    assertTrue(nats(url, domain, "kv", "ls", name).contains("key"));
    nats(url, domain, "kv", "del", name, "key", "-f");
    nats(url, domain, "object", "add", name + "O");
    var file = folder.resolve(name + ".txt");
    var back = folder.resolve(name + ".back");
    Files.write(file, "some content".repeat(50_000).getBytes(UTF_8));
    nats(url, domain, "object", "put", name + "O", file.toString(), "--name", "o", "--no-progress");
    assertTrue(nats(url, domain, "object", "ls", name + "O").contains("o"));
    nats(url, domain, "object", "get", name + "O", "o", "-O", back.toString(), "--no-progress");
    assertEquals(-1, Files.mismatch(file, back));
  }

  @Test
  void bucketsAreUsedInTheOtherDomain() throws Exception {
    buckets(two.hubUrl(), "leaf", "DOWN");
    buckets(two.leafUrl(), "hub", "UP");
  }
}

package io.frond.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.config.Configuration;
import io.frond.server.FrondServer;
import io.frond.testkit.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `trace` (`-V`) writes of the protocol: lines that people can read, as nats-server's.
class ProtocolLogTest {
  @TempDir Path folder;

  private static final String CONNECT =
      "CONNECT"
          + " {\"verbose\":true,\"user\":\"u\",\"pass\":\"sec\\\"ret\",\"auth_token\":\"t\",\"headers\":true}";

  private List<String> traced(String options) throws Exception {
    var log = Files.createTempFile(folder, "frond", ".log");
    var text = "listen: \"127.0.0.1:-1\"\ntrace: true\nlog_file: \"" + log + "\"\n" + options;
    try (var server = FrondServer.start(Configuration.parse(text, "test").options());
        var client = RawClient.open(server.clientUri().getPort())) {
      client.raw(
          CONNECT
              + "\r\n"
              + "SUB a.b q 1\r\n"
              + "SUB c 2\r\n"
              + "UNSUB 2 5\r\n"
              + "PUB a.b r 11\r\n"
              + "say \"hi\"\t\u00e4\r\n"
              + "HPUB c 18 23\r\n"
              + "NATS/1.0\r\n"
              + "A: b\r\n\r\n"
              + "hello\r\n"
              + "PUB c 0\r\n\r\n"
              + "UNSUB 1\r\n"
              + "PING\r\n");
      for (var line = client.line(); !line.equals("PONG"); ) {
        line = client.line();
      }
    }
    var said = Files.readString(log);
    assertFalse(said.contains("ret"), said);
    return said.lines()
        .filter(line -> line.contains("[TRC]"))
        .filter(line -> !line.contains("->> [PING]") && !line.contains("<<- [PONG]"))
        .filter(line -> !line.toUpperCase(Locale.ROOT).contains("SUB")) // handlers tell of those
        .map(line -> line.replaceFirst("^.* - (<<-|->>)", "$1"))
        .toList();
  }

  @Test
  void messagesAndWhatIsSentStandAsOnTheWire() throws Exception {
    assertEquals(
        List.of(
            "<<- [CONNECT"
                + " {\"verbose\":true,\"user\":\"u\",\"pass\":\"[REDACTED]\",\"auth_token\":\"[REDACTED]\",\"headers\":true}]",
            "->> [OK]",
            "->> [OK]",
            "->> [OK]",
            "->> [OK]",
            "<<- [PUB a.b r 11]",
            "<<- MSG_PAYLOAD: [\"say \\\"hi\\\"\\t\u00e4\"]",
            "->> [OK]",
            "->> [MSG a.b 1 r 11]",
            "->> MSG_PAYLOAD: [\"say \\\"hi\\\"\\t\u00e4\"]",
            "<<- [HPUB c 18 23]",
            "<<- MSG_PAYLOAD: [\"NATS/1.0\\r\\nA: b\\r\\n\\r\\nhello\"]",
            "->> [OK]",
            "->> [HMSG c 2 18 23]",
            "->> MSG_PAYLOAD: [\"NATS/1.0\\r\\nA: b\\r\\n\\r\\nhello\"]",
            "<<- [PUB c 0]",
            "->> [OK]",
            "->> [MSG c 2 0]",
            "->> [OK]",
            "<<- [PING]",
            "->> [PONG]"),
        traced(""));
  }

  @Test
  void payloadsAreCutOrLeftOut() throws Exception {
    var cut = traced("max_traced_msg_len: 3");
    assertTrue(cut.contains("<<- MSG_PAYLOAD: [\"say...\"]"), cut.toString());
    var headers =
        traced("trace_headers: true").stream().filter(it -> it.contains("MSG_P")).toList();
    assertEquals(2, headers.size(), headers.toString());
    assertEquals("<<- MSG_PAYLOAD: [\"NATS/1.0\\r\\nA: b\"]", headers.getFirst());
  }
}

package io.frond.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.config.Configuration;
import io.frond.json.JsonObject;
import io.frond.options.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files by which a server tells scripts its process and its ports.
class FilesTest {
  @TempDir Path folder;

  @Test
  void thePortsFileTellsEveryListener() throws Exception {
    var listening = new Listening();
    listening.put(Listening.Role.NATS, "nats", new HostPort("127.0.0.1", 4222));
    listening.put(Listening.Role.MONITORING, "http", new HostPort("::1", 8222));
    listening.put(Listening.Role.WEBSOCKET, "wss", new HostPort("0.0.0.0", 443));
    Path path;
    try (var file = PortsFile.write(folder.toString(), listening)) {
      path = file.path();
      assertEquals(
          "frond_" + ProcessHandle.current().pid() + ".ports", path.getFileName().toString());
      var ports = JsonObject.parse(Files.readAllBytes(path));
      assertEquals(Set.of("nats", "monitoring", "websocket"), ports.names());
      assertEquals(List.of("nats://127.0.0.1:4222"), ports.texts("nats"));
      assertEquals(List.of("http://[::1]:8222"), ports.texts("monitoring"));
      // scripts take the first
      assertEquals("wss://127.0.0.1:443", ports.texts("websocket").getFirst());
    }
    assertFalse(Files.exists(path));
  }

  @Test
  void thePidFileGoesUnlessAnotherServerTookIt() throws Exception {
    var path = folder.resolve("frond.pid");
    try (var _ = new PidFile(path.toString())) {
      assertEquals(Long.toString(ProcessHandle.current().pid()), Files.readString(path));
    }
    assertFalse(Files.exists(path));
    try (var _ = new PidFile(path.toString())) {
      Files.writeString(path, "1");
    }
    assertTrue(Files.exists(path));
    var nowhere = folder.resolve("no/such/folder/pid").toString();
    assertThrows(IOException.class, () -> new PidFile(nowhere).close());
  }

  @Test
  void whyAServerDoesNotStartStandsInItsLog() throws Exception {
    var log = folder.resolve("frond.log");
    var nowhere = folder.resolve("nowhere");
    var text =
        "listen: \"127.0.0.1:-1\"\nlog_file: \"" + log + "\"\npid_file: \"" + nowhere + "/x.pid\"";
    var options = Configuration.parse(text, "test").options();
    assertThrows(IOException.class, () -> FrondServer.start(options).close());
    var said = Files.readString(log);
    var why = "Could not write pidfile: " + nowhere + "/x.pid: no such file or directory";
    assertTrue(said.contains("[FTL] " + why), said);
  }

  @Test
  void aServerWorksWithoutItsPortsFile() throws Exception {
    var log = folder.resolve("frond.log");
    var nowhere = folder.resolve("nowhere");
    var text =
        "listen: \"127.0.0.1:-1\"\nlog_file: \"" + log + "\"\nports_file_dir: \"" + nowhere + "\"";
    try (var server = FrondServer.start(Configuration.parse(text, "test").options())) {
      assertTrue(server.awaitReady(Duration.ofSeconds(20)));
    }
    var said = Files.readString(log);
    assertTrue(said.contains("[ERR] Error writing ports file in " + nowhere), said);
  }

  @Test
  void plainPasswordsAreWarnedOf() throws Exception {
    for (var auth :
        List.of(
            "authorization { user: a, password: \"%s\" }",
            "accounts { A { users: [ { user: a, password: \"%s\" } ] } }")) {
      for (var password :
          List.of("plain", "$2a$04$CjEWVcVXyqcdOv4p2GVWhuYQEXQYdnXbgS1KFX8LCPLrrHDAyFdtu")) {
        var log = Files.createTempFile(folder, "frond", ".log");
        var text =
            "listen: \"127.0.0.1:-1\"\nlog_file: \"" + log + "\"\n" + auth.formatted(password);
        FrondServer.start(Configuration.parse(text, "test").options()).close();
        var warned = Files.readString(log).contains("[WRN] Plaintext passwords detected");
        assertEquals(password.equals("plain"), warned, text);
      }
    }
  }

  @Test
  void filesOfTlsAreTriedWithoutAServer() throws Exception {
    var junk = Files.writeString(folder.resolve("junk.pem"), "junk").toString();
    var tls = "tls { cert_file: \"J\", key_file: \"J\" }".replace("J", junk);
    for (var text :
        List.of(
            tls,
            "cluster { name: c, port: 1, " + tls + " }",
            "leafnodes { port: 1, " + tls + " }",
            "websocket { port: 1, " + tls + " }",
            "leafnodes { remotes: [{ url: \"tls://h\", " + tls + " }] }")) {
      var options = Configuration.parse(text, "test").options();
      assertThrows(IOException.class, () -> TlsCheck.run(options), text);
    }
    TlsCheck.run(Configuration.parse("port: 1", "test").options());
  }
}

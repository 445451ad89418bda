package io.frond.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalSenderTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"stop,KILL", "quit,INT", "term,TERM", "reopen,USR1", "reload,HUP", "ldm,USR2"})
  void commandsAreSignals(String command, String signal) throws ConfigException {
    assertEquals(signal, SignalSender.signalName(command));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "halt", "stop=1=2", "stop=abc", "stop=-5", "stop=0", "reload=/nowhere/x.pid"})
  void mistakesAreErrors(String signal) {
    assertThrows(ConfigException.class, () -> SignalSender.send(signal));
  }

  @Test
  void theSignalReachesTheProcessOfAPidOrAPidFile() throws Exception {
    for (var byFile : new boolean[] {false, true}) {
      var process = new ProcessBuilder("cat").start();
      try {
        var pid = String.valueOf(process.pid());
        var file = Files.writeString(directory.resolve("x.pid"), pid + "\n");
        SignalSender.send("term=" + (byFile ? file.toString() : pid));
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(143, process.exitValue());
        var e = assertThrows(ConfigException.class, () -> SignalSender.send("term=" + pid));
        assertTrue(e.getMessage().startsWith("signal \"term\" " + pid + ": "), e.getMessage());
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void runningServersAreFoundByTheirMainClass() throws Exception {
    var server = new ProcessBuilder("sh", "-c", "cat; exit", "io.frond.server.Main").start();
    var other = new ProcessBuilder("sh", "-c", "cat; exit", "io.frond.server.Maine").start();
    try {
      var running = SignalSender.running();
      assertTrue(running.contains(server.pid()));
      assertTrue(!running.contains(other.pid()));
      assertTrue(!running.contains(ProcessHandle.current().pid()));
    } finally {
      server.destroyForcibly();
      other.destroyForcibly();
    }
  }
}

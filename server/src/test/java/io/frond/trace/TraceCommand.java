package io.frond.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// `nats trace` as people run it.
final class TraceCommand {
  private TraceCommand() {}

  /// What it prints, without the numbers of connections.
  static String run(Path folder, String url, String... words) throws Exception {
    var line = new ArrayList<>(List.of("nats", "-s", url, "--user", "a", "--password", "a"));
    line.addAll(List.of("--timeout", "20s", "trace"));
    line.addAll(List.of(words));
    var out = Files.createTempFile(folder, "nats", ".out");
    var builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("HOME", folder.toString());
    var process = builder.redirectOutput(out.toFile()).start();
    process.getOutputStream().close();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> line + " does not end");
    var text = Files.readString(out);
    assertEquals(0, process.exitValue(), () -> line + ":\n" + text);
    return sorted(text.replaceAll("([crl]id):\\d+", "$1:?"));
  }

  /// The counts at the end stand in any order.
  private static String sorted(String text) {
    var at = text.indexOf("Egress Count:");
    if (at < 0) {
      return text;
    }
    return text.substring(0, at)
        + text.substring(at).lines().sorted().collect(Collectors.joining("\n"));
  }
}

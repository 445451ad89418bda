package io.frond.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.trace.TraceRig.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Traces of messages (ADR-41) are the same whichever servers a message passes: those of
/// nats-server alone are what the others are compared with.
@Tag("interop")
class TraceInteropTest {
  @TempDir Path folder;

  private Path folder(String name) throws Exception {
    return Files.createDirectory(folder.resolve(name));
  }

  private static void same(List<String> wanted, List<String> got) {
    assertEquals(String.join("\n", wanted), String.join("\n", got));
  }

  @Test
  void aSingleServer() throws Exception {
    same(TracePlays.single(folder("go"), Kind.GO), TracePlays.single(folder("frond"), Kind.FROND));
  }

  @Test
  void aCluster() throws Exception {
    var wanted = TracePlays.cluster(folder("go"), Kind.GO, Kind.GO, Kind.GO);
    same(wanted, TracePlays.cluster(folder("frond"), Kind.FROND, Kind.FROND, Kind.FROND));
    same(wanted, TracePlays.cluster(folder("first"), Kind.FROND, Kind.GO, Kind.FROND));
    same(wanted, TracePlays.cluster(folder("others"), Kind.GO, Kind.FROND, Kind.GO));
  }

  @Test
  void aLeaf() throws Exception {
    var wanted = TracePlays.leaf(folder("go"), Kind.GO, Kind.GO, Kind.GO);
    same(wanted, TracePlays.leaf(folder("frond"), Kind.FROND, Kind.FROND, Kind.FROND));
    same(wanted, TracePlays.leaf(folder("leaf"), Kind.GO, Kind.GO, Kind.FROND));
    same(wanted, TracePlays.leaf(folder("hub"), Kind.FROND, Kind.FROND, Kind.GO));
    same(wanted, TracePlays.leaf(folder("mixed"), Kind.FROND, Kind.GO, Kind.FROND));
  }

  @Test
  void theCommandShowsTheSame() throws Exception {
    var wanted = TracePlays.command(folder("go"), Kind.GO, Kind.GO, Kind.GO);
    assertEquals(wanted, TracePlays.command(folder("frond"), Kind.FROND, Kind.FROND, Kind.FROND));
    assertEquals(wanted, TracePlays.command(folder("mixed"), Kind.GO, Kind.FROND, Kind.FROND));
    assertEquals(wanted, TracePlays.command(folder("leaf"), Kind.FROND, Kind.GO, Kind.GO));
  }
}

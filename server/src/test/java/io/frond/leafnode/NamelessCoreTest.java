package io.frond.leafnode;

import io.frond.sync.SyncSample;
import io.frond.testkit.TestServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/// Tests with a core whose servers have no cluster name, and a leaf that dials them all.
abstract class NamelessCoreTest {
  @TempDir Path folder;

  static List<String> hubs(TestServer leaf) {
    return leaf.server().leaves().samples().stream()
        .filter(it -> it.kind().equals("link"))
        .map(SyncSample::name)
        .toList();
  }

  String[] core(String name, int routePort, int... others) {
    var routes = new StringBuilder();
    for (var other : others) {
      routes.append("\"nats://127.0.0.1:").append(other).append("\" ");
    }
    return new String[] {
      "server_name: " + name,
      "jetstream { store_dir: \"" + folder.resolve(name) + "\" }",
      "authorization { allowed_leaf_cidrs: [\"127.0.0.0/8\"] }",
      "cluster { listen: \"127.0.0.1:" + routePort + "\", routes: [" + routes + "] }"
    };
  }
}

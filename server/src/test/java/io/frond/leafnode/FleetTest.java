package io.frond.leafnode;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Tests with servers of a [Fleet], which end with the test.
abstract class FleetTest {
  @TempDir Path folder;
  Fleet fleet;

  @BeforeEach
  void openFleet() {
    fleet = new Fleet(folder);
  }

  @AfterEach
  void closeFleet() {
    fleet.close();
  }

  /// Configuration of a server of the core, with a store that outlives it.
  ///
  /// @param outage what stands in `leafnodes` besides, behind a comma
  /// @param cluster what stands in `cluster` besides the name
  String member(String name, String outage, String cluster) {
    return "leafnodes { listen: \"127.0.0.1:-1\", no_advertise: true"
        + outage
        + " }\n"
        + fleet.store(name)
        + "cluster { name: core, "
        + cluster
        + " }\n";
  }
}

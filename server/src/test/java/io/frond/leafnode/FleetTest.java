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
}

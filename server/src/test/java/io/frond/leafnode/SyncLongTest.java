package io.frond.leafnode;

import io.frond.leafnode.TwoDomains.Kind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Streams across leaf and core between Fronds, over a line that is cut a hundred times.
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class SyncLongTest extends SyncScenario {
  @Override
  Kind hub() {
    return Kind.FROND;
  }

  @Override
  Kind leaf() {
    return Kind.FROND;
  }

  @Override
  int cuts() {
    return 100;
  }
}

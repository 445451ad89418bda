package io.frond.leafnode;

import io.frond.leafnode.TwoDomains.Kind;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Streams across leaf and core with nats-server at either end.
class SyncInteropTest {
  @Nested
  @Tag("interop")
  @Execution(ExecutionMode.CONCURRENT)
  class WithAGoHub extends SyncScenario {
    @Override
    Kind hub() {
      return Kind.GO;
    }

    @Override
    Kind leaf() {
      return Kind.FROND;
    }
  }

  @Nested
  @Tag("interop")
  @Execution(ExecutionMode.CONCURRENT)
  class WithAGoLeaf extends SyncScenario {
    @Override
    Kind hub() {
      return Kind.FROND;
    }

    @Override
    Kind leaf() {
      return Kind.GO;
    }
  }
}

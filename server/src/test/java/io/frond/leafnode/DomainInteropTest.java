package io.frond.leafnode;

import io.frond.leafnode.TwoDomains.Kind;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/// JetStream's domains with nats-server at either end.
class DomainInteropTest {
  @Nested
  @Tag("interop")
  class WithAGoHub extends DomainScenario {
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
  class WithAGoLeaf extends DomainScenario {
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

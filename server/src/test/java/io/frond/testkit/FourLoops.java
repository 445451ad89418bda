package io.frond.testkit;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Servers of a test have four event loops, as on a machine with eight processors, however many
/// this one has.
public final class FourLoops implements BeforeEachCallback, AfterEachCallback {
  private static final String LOOPS = "frond.loops";
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(FourLoops.class);

  @Override
  public void beforeEach(ExtensionContext context) {
    var before = System.getProperty(LOOPS);
    if (before != null) {
      context.getStore(NAMESPACE).put(LOOPS, before);
    }
    System.setProperty(LOOPS, "4");
  }

  @Override
  public void afterEach(ExtensionContext context) {
    var before = context.getStore(NAMESPACE).get(LOOPS, String.class);
    if (before == null) {
      System.clearProperty(LOOPS);
    } else {
      System.setProperty(LOOPS, before);
    }
  }
}

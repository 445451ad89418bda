package io.frond.account;

import io.frond.subject.Sublist;
import io.frond.trace.Trace;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Interest of someone in a subject. Immutable but for what implementations count.
public abstract class Subscription implements Sublist.Entry {
  private final byte[] subject;
  private final byte @Nullable [] queue;

  /// @param subject may hold wildcards
  /// @param queue the queue group, null for none
  protected Subscription(byte[] subject, byte @Nullable [] queue) {
    this.subject = subject;
    this.queue = queue;
  }

  @Override
  public final byte[] subject() {
    return subject;
  }

  @Override
  public final byte @Nullable [] queue() {
    return queue;
  }

  @Override
  public int weight() {
    return 1;
  }

  /// Whether who stands behind it is connected: a queue group gives to others first.
  public boolean present() {
    return true;
  }

  public final String subjectText() {
    return new String(subject, StandardCharsets.UTF_8);
  }

  public final @Nullable String queueText() {
    return queue == null ? null : new String(queue, StandardCharsets.UTF_8);
  }

  public abstract Side side();

  /// Whether it is a session's: its server and ours remember it while nobody is connected, and tell
  /// each other of it in another way than of interest that lives as long as a link.
  public boolean remembered() {
    return false;
  }

  /// Whether it is that of a server of the cluster that is out of reach: leaves keep what it wants.
  public boolean ofAwayServer() {
    return false;
  }

  /// Who stands behind it, by identity: the link, the [Origin] for interest of leaves, or null for
  /// the server itself.
  public abstract @Nullable Object owner();

  /// Takes a message, on the event loop of the connection that it came from.
  ///
  /// @return whether it was taken; a queue group then tries no other member
  public abstract boolean deliver(Delivery message);

  /// As [#deliver] for a message that is traced: tells the trace what became of it here.
  public boolean deliverTraced(Delivery message, Trace trace) {
    return deliver(message);
  }
}

package io.frond.link;

/// Counts what is delivered to one subscription, in step with the link's queue.
public interface Gate {
  /// Lets one message pass, or not when the subscription had its last. With the link's monitor
  /// held: no more than a comparison and a count.
  boolean pass();
}

package io.frond.account;

import org.jspecify.annotations.Nullable;

/// Interest of another server, which stands for as many members of a queue group as that server
/// said. The weight is written under the account's interest lock.
public abstract class WeightedSubscription extends Subscription {
  private volatile int weight;

  protected WeightedSubscription(byte[] subject, byte @Nullable [] queue, int weight) {
    super(subject, queue);
    this.weight = weight;
  }

  @Override
  public final int weight() {
    return weight;
  }

  final void weight(int next) {
    weight = next;
  }
}

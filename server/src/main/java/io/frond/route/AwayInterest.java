package io.frond.route;

import io.frond.account.Account;
import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.account.Subscription;
import io.frond.session.Arrears;
import io.frond.session.Buffering;
import io.frond.session.Seen;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiPredicate;

/// What another server of the cluster wanted when its connection ended: leaves go on sending it
/// here, and keep it until that server is back. For what clients and streams there want; not for
/// queue groups, which have members elsewhere, nor for what nobody waits for after an outage.
/// Immutable.
final class AwayInterest implements Arrears.Remembered {
  private final Account account;
  private final List<Subscription> all = new ArrayList<>();

  AwayInterest(Account account, Arrears arrears, Collection<RouteSubscription> from) {
    this.account = account;
    for (var each : from) {
      if (each.outlives()) {
        all.add(new AwaySubscription(each.subject(), arrears));
      }
    }
  }

  boolean isSome() {
    return !all.isEmpty();
  }

  void begin() {
    all.forEach(account::subscribe);
  }

  @Override
  public void end() {
    all.forEach(account::unsubscribe);
  }

  @Override
  public boolean isShown(BiPredicate<String, byte[]> wants) {
    return all.stream().anyMatch(it -> wants.test(account.name(), it.subject()));
  }

  /// Whether a subject is still of use when its server is back.
  static boolean outlives(byte[] subject) {
    return !Buffering.isFollowing(subject) && subject[0] != '_';
  }

  private static final class AwaySubscription extends Subscription {
    private final Arrears arrears;

    AwaySubscription(byte[] subject, Arrears arrears) {
      super(subject, null);
      this.arrears = arrears;
    }

    @Override
    public Side side() {
      return Side.ROUTE;
    }

    @Override
    public boolean present() {
      return false;
    }

    @Override
    public boolean ofAwayServer() {
      return true;
    }

    @Override
    public Object owner() {
      return arrears;
    }

    @Override
    public boolean deliver(Delivery message) {
      if (message.tagSource() instanceof Seen source) {
        arrears.missed(source, message.tagSequence());
      }
      return false;
    }
  }
}

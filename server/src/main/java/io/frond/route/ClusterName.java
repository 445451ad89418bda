package io.frond.route;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The cluster's name, which servers without a configured one agree on as they meet: a configured
/// name wins over a made one, of two made ones the greater. Any thread.
final class ClusterName {
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int LENGTH = 22;

  /// What came of meeting another server.
  enum Agreement {
    SAME,
    /// We took the other's name.
    ADOPTED,
    /// The other server takes ours once it hears it.
    YIELDS,
    CONFLICT
  }

  private record State(String name, boolean dynamic) {}

  private volatile State state;

  ClusterName(@Nullable String configured, RandomGenerator random) {
    state =
        configured == null || configured.isEmpty()
            ? new State(made(random), true)
            : new State(configured, false);
  }

  private static String made(RandomGenerator random) {
    var name = new StringBuilder();
    for (var i = 0; i < LENGTH; i++) {
      name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return name.toString();
  }

  String name() {
    return state.name;
  }

  boolean dynamic() {
    return state.dynamic;
  }

  /// A made name gives way to one that was made earlier. Before any other server is met.
  synchronized void again(String earlier) {
    if (state.dynamic) {
      state = new State(earlier, true);
    }
  }

  synchronized Agreement meet(String other, boolean otherDynamic) {
    var own = state;
    if (other.isEmpty() || other.equals(own.name)) {
      return Agreement.SAME;
    }
    if (own.dynamic && (!otherDynamic || own.name.compareTo(other) < 0)) {
      state = new State(other, otherDynamic);
      return Agreement.ADOPTED;
    }
    var yields = otherDynamic && (!own.dynamic || own.name.compareTo(other) > 0);
    return yields ? Agreement.YIELDS : Agreement.CONFLICT;
  }
}

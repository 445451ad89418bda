package io.frond.account;

/// A link to another server that is told of an account's interest, once for each subject and queue
/// group however many subscribers there are. Called with the account's interest lock held, in the
/// order of the changes: an implementation writes to its link's outbound queue and does nothing
/// else.
public interface InterestListener {
  /// How many members of the interest the other server should know of, 0 for none. A pure function
  /// of the interest and of what never changes in the listener.
  int wanted(Interest interest);

  /// What is wanted changed: for a queue group its number of members, else whether there are any.
  ///
  /// @param count now, 0 when the interest ended
  void changed(Interest interest, int count);

  /// For a listener that tells of each cluster of leaves apart: how many members of the interest it
  /// should know of as this cluster's, which [#wanted] then leaves out. Pure, as [#wanted].
  default int wantedOf(Interest interest, Origin leaves) {
    return 0;
  }

  /// What is wanted of a cluster of leaves changed.
  ///
  /// @param count now, 0 when the interest ended
  default void changedOf(Interest interest, Origin leaves, int count) {}
}

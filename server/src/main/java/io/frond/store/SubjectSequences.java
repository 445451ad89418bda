package io.frond.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which messages each subject has: a [SubjectIndex] whose first and last are always exact, and the
/// sequences of subjects that have more than two messages or had. Owner-thread only.
final class SubjectSequences {
  private static final int LISTS_MIN = 8;

  private final SubjectIndex index = new SubjectIndex();

  /// By entry. A subject without a list has one or two messages, its first and its last.
  private @Nullable SequenceList[] lists = new SequenceList[LISTS_MIN];

  SubjectIndex index() {
    return index;
  }

  /// Adds a message.
  ///
  /// @return the subject's entry
  int append(byte[] subject, long sequence) {
    int entry = index.put(subject, 0, subject.length);
    if (entry >= lists.length) {
      lists = Arrays.copyOf(lists, Math.max(entry + 1, lists.length * 2));
    }
    SequenceList list = lists[entry];
    if (list != null) {
      lists[entry] = list.add(sequence);
    } else if (index.messages(entry) == 2) {
      list = new SequenceBlock(index.first(entry));
      lists[entry] = list.add(index.first(entry)).add(index.last(entry)).add(sequence);
    }
    index.appended(entry, sequence);
    return entry;
  }

  /// Takes a message out that is there.
  void remove(int entry, long sequence) {
    SequenceList list = lists[entry];
    if (list == null) {
      index.removed(entry, sequence);
      return;
    }
    list.remove(sequence);
    long left = index.removed(entry, sequence);
    if (left > 0) {
      index.setFirst(entry, list.first());
      index.setLast(entry, list.last());
    }
    if (left < 2) {
      lists[entry] = null;
    }
  }

  void clear() {
    index.clear();
    lists = new SequenceList[LISTS_MIN];
  }

  /// The subject's first message at or behind `from`, 0 when there is none.
  long next(int entry, long from) {
    long first = index.first(entry);
    if (from <= first) {
      return first;
    }
    long last = index.last(entry);
    if (from > last) {
      return 0;
    }
    SequenceList list = lists[entry];
    return list == null ? last : list.atOrAfter(from);
  }

  /// The subject's last message at or before `upTo`, 0 when there is none.
  long previous(int entry, long upTo) {
    long last = index.last(entry);
    if (upTo >= last) {
      return last;
    }
    long first = index.first(entry);
    if (upTo < first) {
      return 0;
    }
    SequenceList list = lists[entry];
    return list == null ? first : list.atOrBefore(upTo);
  }

  /// How many messages of the subject are at or behind `from`.
  long countFrom(int entry, long from) {
    if (from <= index.first(entry)) {
      return index.messages(entry);
    }
    if (from > index.last(entry)) {
      return 0;
    }
    SequenceList list = lists[entry];
    return list == null ? 1 : list.countFrom(from);
  }
}

package io.frond.store;

import java.io.IOException;

/// Brings what segments' indexes say into a store's [SubjectIndex] and [ExpiryQueue], segment by
/// segment in the order of sequences. Owner-thread only.
final class SubjectLoader {
  private final SubjectIndex subjects;
  private final ExpiryQueue ttls;

  SubjectLoader(SubjectIndex subjects, ExpiryQueue ttls) {
    this.subjects = subjects;
    this.ttls = ttls;
  }

  /// Adds a segment's messages, and sets what says which subjects it has.
  void add(Segment segment) throws IOException {
    var index = segment.index();
    if (index instanceof PagedIndex paged && segment.isWhole()) {
      addWhole(segment, paged);
    } else {
      addLive(segment, index);
    }
    if (index instanceof PagedIndex) {
      summarize(segment, index);
    }
    addExpiries(segment, index);
  }

  private void addExpiries(Segment segment, SegmentIndex index) throws IOException {
    for (int i = 0; i < index.expiries(); i++) {
      int position = index.expiringPosition(i);
      if (index.expiry(i) > 0 && segment.isLive(position)) {
        ttls.add(index.expiry(i), segment.sequence(position));
      }
    }
  }

  /// Adds only when messages end.
  void addExpiries(SegmentList segments) throws IOException {
    for (int i = 0; i < segments.size(); i++) {
      addExpiries(segments.get(i), segments.get(i).index());
    }
  }

  /// How many messages of each subject are there.
  static int[] count(Segment segment, SegmentIndex index) throws IOException {
    var counts = new int[index.subjects()];
    if (index instanceof PagedIndex paged && segment.isWhole()) {
      for (int id = 0; id < counts.length; id++) {
        counts[id] = paged.messages(id);
      }
      return counts;
    }
    var window = new int[1024];
    for (int from = segment.front; from < segment.records; from += window.length) {
      int count = Math.min(window.length, segment.records - from);
      index.ids(from, count, window);
      for (int i = 0; i < count; i++) {
        if (segment.isLive(from + i)) {
          counts[window[i]]++;
        }
      }
    }
    return counts;
  }

  private void addWhole(Segment segment, PagedIndex index) throws IOException {
    for (int id = 0; id < index.subjects(); id++) {
      add(
          index.subject(id),
          index.messages(id),
          segment.sequence(index.firstPosition(id)),
          segment.sequence(index.lastPosition(id)));
    }
  }

  private void addLive(Segment segment, SegmentIndex index) throws IOException {
    if (segment.live == 0) {
      return;
    }
    var counts = new int[index.subjects()];
    var firsts = new int[index.subjects()];
    var lasts = new int[index.subjects()];
    var window = new int[1024];
    for (int from = segment.front; from < segment.records; from += window.length) {
      int count = Math.min(window.length, segment.records - from);
      index.ids(from, count, window);
      for (int i = 0; i < count; i++) {
        if (segment.isLive(from + i)) {
          int id = window[i];
          if (counts[id]++ == 0) {
            firsts[id] = from + i;
          }
          lasts[id] = from + i;
        }
      }
    }
    for (int id = 0; id < counts.length; id++) {
      if (counts[id] > 0) {
        add(
            index.subject(id),
            counts[id],
            segment.sequence(firsts[id]),
            segment.sequence(lasts[id]));
      }
    }
  }

  private void add(byte[] subject, int messages, long first, long last) {
    int entry = subjects.put(subject, 0, subject.length);
    long before = subjects.messages(entry);
    subjects.set(entry, before + messages, before == 0 ? first : subjects.first(entry), last);
  }

  /// Sets what says which subjects a closed segment has.
  private static void summarize(Segment segment, SegmentIndex index) throws IOException {
    var bloom = SubjectBloom.of(index.subjects());
    var tokens = new TokenMask();
    for (int id = 0; id < index.subjects(); id++) {
      var subject = index.subject(id);
      tokens.add(subject, 0, subject.length);
      if (bloom != null) {
        bloom.add(SubjectHash.of(subject));
      }
    }
    segment.summary(bloom, tokens);
  }
}

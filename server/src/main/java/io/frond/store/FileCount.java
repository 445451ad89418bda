package io.frond.store;

import java.io.IOException;
import java.io.UncheckedIOException;

/// Counts messages of a [FileStore] by filter. All messages and all of a pattern cost what the
/// pattern's branches cost; from a sequence on, the indexes of the segments behind it or before it
/// are looked through, whichever has fewer messages. Owner-thread only.
final class FileCount {
  private final SegmentList segments;
  private final SubjectIndex subjects;
  private final FileSearch search;
  private final int[] window = new int[1_024];

  FileCount(SegmentList segments, SubjectIndex subjects, FileSearch search) {
    this.segments = segments;
    this.subjects = subjects;
    this.search = search;
  }

  /// How many matches are at or behind `from`.
  long all(SubjectFilter filter, long from, long messages) throws IOException {
    if (from <= firstSequence()) {
      return subjects.messages(filter);
    }
    long after = 0;
    for (int i = segments.from(from); i < segments.size(); i++) {
      var segment = segments.get(i);
      after += segment.liveFrom(segment.position(from));
    }
    if (filter.isAll() || after == 0) {
      return after;
    }
    return after <= messages - after
        ? countBetween(filter, from, Long.MAX_VALUE)
        : subjects.messages(filter) - countBetween(filter, 0, from);
  }

  private long firstSequence() throws IOException {
    long first = search.nextAny(0);
    return first == 0 ? Long.MAX_VALUE : first;
  }

  private long countBetween(SubjectFilter filter, long from, long to) throws IOException {
    long count = 0;
    for (int i = segments.from(from); i < segments.size(); i++) {
      var segment = segments.get(i);
      if (segment.base >= to) {
        break;
      }
      count += count(filter, segment, segment.position(from), segment.position(to));
    }
    return count;
  }

  private long count(SubjectFilter filter, Segment segment, int from, int to) throws IOException {
    var index = segment.index();
    var matches = search.verdicts.of(filter, index);
    long count = 0;
    if (to - from == segment.records
        && segment.isWhole()
        && index instanceof PagedIndex paged
        && paged.subjects() < segment.records / 4) {
      for (int id = 0; id < paged.subjects(); id++) {
        count += matches.has(id) ? paged.messages(id) : 0;
      }
      return count;
    }
    for (int at = Math.max(from, segment.front); at < to; at += window.length) {
      int size = Math.min(window.length, to - at);
      index.ids(at, size, window);
      for (int i = 0; i < size; i++) {
        if (matches.has(window[i]) && segment.isLive(at + i)) {
          count++;
        }
      }
    }
    return count;
  }

  /// How many matching subjects have their last message at or behind `from`.
  long last(SubjectFilter filter, long from) throws IOException {
    if (from <= firstSequence()) {
      return subjects.size(filter);
    }
    var count = new Count();
    try {
      subjects.match(
          filter,
          from,
          entry -> {
            count.value += lastOrFail(entry) >= from ? 1 : 0;
            return true;
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return count.value;
  }

  private static final class Count {
    long value;
  }

  private long lastOrFail(int entry) {
    try {
      return search.last(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

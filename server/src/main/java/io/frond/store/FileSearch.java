package io.frond.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Finds messages of a [FileStore] by filter, without reading them. Owner-thread only.
///
/// One literal subject: the subject index says where its first and its last message are; what lies
/// between is looked for in the indexes of segments that may have it. Patterns: by turns some
/// messages from `from` on are looked at, in segments that may have the pattern's tokens, and some
/// steps of the subject index are taken, each turn four times longer; so it costs at most a small
/// multiple of the cheaper of the two.
final class FileSearch {
  private static final long FIRST_TURN = 256;
  private static final long TURN_FACTOR = 4;
  private static final int WINDOW = 1_024;
  private static final int FIRST_WINDOW = 32;

  /// More patterns are not compared with segments' tokens.
  private static final int MASKS_MAX = 16;

  private final SegmentList segments;
  private final SubjectIndex subjects;
  final Verdicts verdicts = new Verdicts();
  private final int[] window = new int[WINDOW];

  FileSearch(SegmentList segments, SubjectIndex subjects) {
    this.segments = segments;
    this.subjects = subjects;
  }

  /// The first match at or behind `from`, 0 when there is none.
  long next(SubjectFilter filter, long from) throws IOException {
    if (filter.isAll()) {
      return nextAny(from);
    }
    if (filter.isLiteral()) {
      var subject = filter.patterns().getFirst();
      int entry = subjects.find(subject);
      return entry == 0 ? 0 : next(entry, subject, from, Long.MAX_VALUE);
    }
    return new Search(filter).forward(from);
  }

  /// The last match at or before `upTo`, 0 when there is none.
  long previous(SubjectFilter filter, long upTo) throws IOException {
    if (filter.isAll()) {
      return previousAny(upTo);
    }
    if (filter.isLiteral()) {
      var subject = filter.patterns().getFirst();
      int entry = subjects.find(subject);
      return entry == 0 ? 0 : previous(entry, subject, upTo, 0);
    }
    return new Search(filter).backward(upTo);
  }

  long nextAny(long from) throws IOException {
    for (int i = segments.from(from); i < segments.size(); i++) {
      var segment = segments.get(i);
      int position = segment.nextLive(segment.position(from));
      if (position >= 0) {
        return segment.sequence(position);
      }
    }
    return 0;
  }

  private long previousAny(long upTo) throws IOException {
    for (int i = Math.min(segments.from(upTo), segments.size() - 1); i >= 0; i--) {
      var segment = segments.get(i);
      int position = segment.previousLive(positionUpTo(segment, upTo));
      if (position >= 0) {
        return segment.sequence(position);
      }
    }
    return 0;
  }

  /// The last position whose sequence is at or before `upTo`; -1 for none.
  private static int positionUpTo(Segment segment, long upTo) throws IOException {
    if (upTo >= segment.last) {
      return segment.records - 1;
    }
    int position = segment.position(upTo);
    return position < segment.records && segment.sequence(position) == upTo
        ? position
        : position - 1;
  }

  /// The first sequence of a subject, exactly.
  long first(int entry) throws IOException {
    return subjects.isFirstDirty(entry)
        ? next(entry, subjects.subject(entry), 0, Long.MAX_VALUE)
        : subjects.first(entry);
  }

  /// The last sequence of a subject, exactly.
  long last(int entry) throws IOException {
    return subjects.isLastDirty(entry)
        ? previous(entry, subjects.subject(entry), Long.MAX_VALUE, 0)
        : subjects.last(entry);
  }

  /// The first message of a subject at or behind `from` and before `end`; 0 for none.
  private long next(int entry, byte[] subject, long from, long end) throws IOException {
    long start = from;
    boolean isFirst = from <= subjects.first(entry);
    if (isFirst) {
      start = subjects.first(entry);
      if (!subjects.isFirstDirty(entry)) {
        return start < end ? start : 0;
      }
    }
    long last = subjects.last(entry);
    int hash = SubjectHash.of(subject);
    for (int i = segments.from(start); i < segments.size(); i++) {
      var segment = segments.get(i);
      if (segment.base > last || segment.base >= end) {
        return 0;
      }
      if (segment.mayHave(hash)) {
        int position = next(segment, subject, hash, segment.position(start));
        if (position >= 0) {
          long found = segment.sequence(position);
          if (isFirst) {
            subjects.setFirst(entry, found);
          }
          return found < end ? found : 0;
        }
      }
    }
    return 0;
  }

  private int next(Segment segment, byte[] subject, int hash, int from) throws IOException {
    var index = segment.index();
    int id = index.find(subject, hash);
    if (id < 0) {
      return -1;
    }
    int at = Math.max(Math.max(from, segment.front), index.firstPosition(id));
    int end = Math.min(segment.records, index.lastPosition(id) + 1);
    for (int size = FIRST_WINDOW; at < end; size = Math.min(WINDOW, size * 2)) {
      int count = Math.min(size, end - at);
      index.ids(at, count, window);
      for (int i = 0; i < count; i++) {
        if (window[i] == id && segment.isLive(at + i)) {
          return at + i;
        }
      }
      at += count;
    }
    return -1;
  }

  /// The last message of a subject at or before `upTo` and behind `start`; 0 for none.
  private long previous(int entry, byte[] subject, long upTo, long start) throws IOException {
    long end = upTo;
    boolean isLast = upTo >= subjects.last(entry);
    if (isLast) {
      end = subjects.last(entry);
      if (!subjects.isLastDirty(entry)) {
        return end > start ? end : 0;
      }
    }
    long first = subjects.first(entry);
    int hash = SubjectHash.of(subject);
    for (int i = Math.min(segments.from(end), segments.size() - 1); i >= 0; i--) {
      var segment = segments.get(i);
      if (segment.last < first || segment.last <= start) {
        return 0;
      }
      if (segment.mayHave(hash)) {
        int position = previous(segment, subject, hash, positionUpTo(segment, end));
        if (position >= 0) {
          long found = segment.sequence(position);
          if (isLast) {
            subjects.setLast(entry, found);
          }
          return found > start ? found : 0;
        }
      }
    }
    return 0;
  }

  private int previous(Segment segment, byte[] subject, int hash, int from) throws IOException {
    var index = segment.index();
    int id = index.find(subject, hash);
    if (id < 0) {
      return -1;
    }
    int end = Math.min(from, index.lastPosition(id)) + 1;
    int start = Math.max(segment.front, index.firstPosition(id));
    for (int size = FIRST_WINDOW; end > start; size = Math.min(WINDOW, size * 2)) {
      int count = Math.min(size, end - start);
      index.ids(end - count, count, window);
      for (int i = count - 1; i >= 0; i--) {
        if (window[i] == id && segment.isLive(end - count + i)) {
          return end - count + i;
        }
      }
      end -= count;
    }
    return -1;
  }

  private static TokenMask[] masks(SubjectFilter filter) {
    var patterns = filter.patterns();
    var masks = new TokenMask[patterns.size() > MASKS_MAX ? 0 : patterns.size()];
    for (int i = 0; i < masks.length; i++) {
      masks[i] = TokenMask.of(patterns.get(i));
    }
    return masks;
  }

  /// One search with patterns.
  private final class Search {
    private final SubjectFilter filter;
    private final TokenMask[] masks;

    /// Where looking at messages goes on.
    private long at;

    private long spent;
    private long best;
    private @Nullable IOException failure;

    Search(SubjectFilter filter) {
      this.filter = filter;
      masks = masks(filter);
    }

    long forward(long from) throws IOException {
      at = from;
      for (long turn = FIRST_TURN; ; turn *= TURN_FACTOR) {
        long found = scanForward(turn);
        if (found != 0 || segments.from(at) == segments.size()) {
          return found;
        }
        best = Long.MAX_VALUE;
        var walk = subjects.walk(at, turn);
        walk.match(filter, this::earlier);
        check();
        if (!walk.isExhausted()) {
          return best == Long.MAX_VALUE ? 0 : best;
        }
      }
    }

    private void check() throws IOException {
      if (failure != null) {
        throw failure;
      }
    }

    private boolean earlier(int entry) {
      try {
        long next = next(entry, at, best);
        if (next != 0) {
          best = next;
        }
        return true;
      } catch (IOException e) {
        failure = e;
        return false;
      }
    }

    private long next(int entry, long from, long end) throws IOException {
      long first = subjects.first(entry);
      if (first >= end) {
        return 0;
      }
      return first >= from && !subjects.isFirstDirty(entry)
          ? first
          : FileSearch.this.next(entry, subjects.subject(entry), from, end);
    }

    private long scanForward(long turn) throws IOException {
      spent = 0;
      for (int i = segments.from(at); i < segments.size() && spent < turn; i++) {
        var segment = segments.get(i);
        spent++;
        if (mayHave(segment)) {
          long found = scanForward(segment, turn);
          if (found != 0) {
            return found;
          }
        } else {
          at = segment.last + 1;
        }
      }
      return 0;
    }

    private long scanForward(Segment segment, long turn) throws IOException {
      var index = segment.index();
      var matches = verdicts.of(filter, index);
      int from = Math.max(segment.position(at), segment.front);
      for (int size = FIRST_WINDOW; from < segment.records; size = Math.min(WINDOW, size * 2)) {
        if (spent >= turn) {
          at = segment.sequence(from);
          return 0;
        }
        int count = Math.min(size, segment.records - from);
        index.ids(from, count, window);
        for (int i = 0; i < count; i++) {
          if (matches.has(window[i]) && segment.isLive(from + i)) {
            return segment.sequence(from + i);
          }
        }
        from += count;
        spent += count;
      }
      at = segment.last + 1;
      return 0;
    }

    long backward(long upTo) throws IOException {
      at = upTo;
      for (long turn = FIRST_TURN; ; turn *= TURN_FACTOR) {
        long found = scanBackward(turn);
        if (found != 0 || at <= 0) {
          return found;
        }
        best = 0;
        var walk = subjects.walk(0, turn);
        walk.match(filter, this::later);
        check();
        if (!walk.isExhausted()) {
          return best;
        }
      }
    }

    private boolean later(int entry) {
      try {
        if (subjects.last(entry) > best && subjects.first(entry) <= at) {
          best = Math.max(best, previous(entry, subjects.subject(entry), at, best));
        }
        return true;
      } catch (IOException e) {
        failure = e;
        return false;
      }
    }

    private long scanBackward(long turn) throws IOException {
      spent = 0;
      for (int i = Math.min(segments.from(at), segments.size() - 1); i >= 0; i--) {
        if (spent >= turn) {
          return 0;
        }
        var segment = segments.get(i);
        spent++;
        if (mayHave(segment)) {
          long found = scanBackward(segment, turn);
          if (found != 0 || spent >= turn) {
            return found;
          }
        }
        at = Math.min(at, segment.base - 1);
      }
      at = 0;
      return 0;
    }

    private long scanBackward(Segment segment, long turn) throws IOException {
      var index = segment.index();
      var matches = verdicts.of(filter, index);
      int end = positionUpTo(segment, at) + 1;
      for (int size = FIRST_WINDOW; end > segment.front; size = Math.min(WINDOW, size * 2)) {
        if (spent >= turn) {
          at = segment.sequence(end - 1);
          return 0;
        }
        int count = Math.min(size, end - segment.front);
        index.ids(end - count, count, window);
        for (int i = count - 1; i >= 0; i--) {
          if (matches.has(window[i]) && segment.isLive(end - count + i)) {
            return segment.sequence(end - count + i);
          }
        }
        end -= count;
        spent += count;
      }
      at = segment.base - 1;
      return 0;
    }

    private boolean mayHave(Segment segment) {
      for (var mask : masks) {
        if (segment.mayHave(mask)) {
          return true;
        }
      }
      return masks.length == 0;
    }
  }
}

package io.frond.store;

import java.util.List;

/// Finds messages of a [MemoryStore] by filter. Owner-thread only.
///
/// All messages and one literal subject: the page or the subject's sequences know the next one,
/// found in logarithmic time. Patterns: by turns some messages from `from` on are looked at, where
/// full pages without the pattern's first tokens are passed over, and some steps of the subject
/// index are taken, each turn four times longer; so it costs at most a small multiple of the
/// cheaper of the two: the messages up to the next match, or the subjects that match.
final class MemorySearch {
  private static final long FIRST_TURN = 256;
  private static final long TURN_FACTOR = 4;

  /// More patterns are not compared with pages' tokens.
  private static final int MASKS_MAX = 16;

  private final MemoryPages pages;
  private final SubjectSequences subjects;

  MemorySearch(MemoryPages pages, SubjectSequences subjects) {
    this.pages = pages;
    this.subjects = subjects;
  }

  /// The first match at or behind `from`, 0 when there is none.
  long next(SubjectFilter filter, long from) {
    if (filter.isAll()) {
      return pages.next(from);
    }
    if (filter.isLiteral()) {
      int entry = subjects.index().find(filter.patterns().getFirst());
      return entry == 0 ? 0 : subjects.next(entry, from);
    }
    return new Search(filter).forward(from);
  }

  /// The last match at or before `upTo`, 0 when there is none.
  long previous(SubjectFilter filter, long upTo) {
    if (filter.isAll()) {
      return pages.previous(upTo);
    }
    if (filter.isLiteral()) {
      int entry = subjects.index().find(filter.patterns().getFirst());
      return entry == 0 ? 0 : subjects.previous(entry, upTo);
    }
    return new Search(filter).backward(upTo);
  }

  /// One search with patterns.
  private final class Search {
    private final SubjectFilter filter;
    private TokenMask[] masks = {};

    /// The entry that was last found not to match.
    private int miss;

    /// Where looking at messages goes on; behind the last (before the first) page at the end.
    private long at;

    private long spent;
    private long best;

    Search(SubjectFilter filter) {
      this.filter = filter;
    }

    long forward(long from) {
      at = from;
      for (long turn = FIRST_TURN; ; turn *= TURN_FACTOR) {
        long found = scanForward(turn);
        if (found != 0 || pages.from(at) == pages.tail()) {
          return found;
        }
        best = Long.MAX_VALUE;
        SubjectMatch walk = subjects.index().walk(at, turn);
        walk.match(filter, this::earlier);
        if (!walk.isExhausted()) {
          return best == Long.MAX_VALUE ? 0 : best;
        }
      }
    }

    private boolean earlier(int entry) {
      long next = subjects.next(entry, at);
      if (next != 0 && next < best) {
        best = next;
      }
      return true;
    }

    private long scanForward(long turn) {
      spent = 0;
      for (int place = pages.from(at); place < pages.tail() && spent < turn; place++) {
        MemoryPage page = pages.get(place);
        spent++;
        if (mayHold(page)) {
          int first = page.positionFrom(at);
          for (int position = first; position < page.size(); position++) {
            if (matches(page, position)) {
              return page.sequence(position);
            }
          }
          learn(place, page.size() - first);
        }
        at = (page.number() + 1) << MemoryPage.SHIFT;
      }
      return 0;
    }

    long backward(long upTo) {
      at = upTo;
      for (long turn = FIRST_TURN; ; turn *= TURN_FACTOR) {
        long found = scanBackward(turn);
        if (found != 0 || pages.previous(at) == 0) {
          return found;
        }
        best = 0;
        SubjectMatch walk = subjects.index().walk(0, turn);
        walk.match(filter, this::later);
        if (!walk.isExhausted()) {
          return best;
        }
      }
    }

    private boolean later(int entry) {
      best = Math.max(best, subjects.previous(entry, at));
      return true;
    }

    private long scanBackward(long turn) {
      spent = 0;
      int place = Math.min(pages.from(at), pages.tail() - 1);
      for (; place >= pages.head() && spent < turn; place--) {
        MemoryPage page = pages.get(place);
        spent++;
        if (mayHold(page)) {
          int last = page.positionUpTo(at);
          for (int position = last; position >= 0; position--) {
            if (matches(page, position)) {
              return page.sequence(position);
            }
          }
          learn(place, last + 1);
        }
        at = Math.min(at, (page.number() << MemoryPage.SHIFT) - 1);
      }
      return 0;
    }

    private boolean matches(MemoryPage page, int position) {
      int entry = page.entry(position);
      if (entry == 0 || entry == miss) {
        return false;
      }
      int subject = page.subjectAt(position);
      if (filter.matches(
          page.subjectArray(position), subject, subject + page.subjectLength(position))) {
        return true;
      }
      miss = entry;
      return false;
    }

    /// A page was looked through without a match.
    private void learn(int place, int looked) {
      spent += looked;
      if (looked == pages.get(place).size() && place < pages.tail() - 1) {
        pages.get(place).learnTokens();
      }
    }

    private boolean mayHold(MemoryPage page) {
      List<byte[]> patterns = filter.patterns();
      if (patterns.size() > MASKS_MAX) {
        return true;
      }
      if (masks.length == 0) {
        masks = new TokenMask[patterns.size()];
        for (int i = 0; i < masks.length; i++) {
          masks[i] = TokenMask.of(patterns.get(i));
        }
      }
      for (TokenMask mask : masks) {
        if (page.mayHold(mask)) {
          return true;
        }
      }
      return false;
    }
  }

  /// How many matches are at or behind `from`.
  long count(SubjectFilter filter, long from, long messages) {
    SubjectIndex index = subjects.index();
    if (from <= pages.next(0)) {
      return index.messages(filter);
    }
    long after = pages.countFrom(from, messages);
    if (filter.isAll() || after == 0) {
      return after;
    }
    if (filter.isLiteral()) {
      int entry = index.find(filter.patterns().getFirst());
      return entry == 0 ? 0 : subjects.countFrom(entry, from);
    }
    long matching = index.size(filter);
    long before = messages - after;
    if (matching <= Math.min(after, before)) {
      sum = 0;
      index.match(
          filter,
          from,
          entry -> {
            sum += subjects.countFrom(entry, from);
            return true;
          });
      return sum;
    }
    return after <= before
        ? countBetween(filter, from, Long.MAX_VALUE)
        : index.messages(filter) - countBetween(filter, 0, from);
  }

  /// What a visitor adds up.
  private long sum;

  private long countBetween(SubjectFilter filter, long from, long to) {
    var search = new Search(filter);
    long count = 0;
    for (int place = pages.from(from); place < pages.tail(); place++) {
      MemoryPage page = pages.get(place);
      int position = page.positionFrom(from);
      for (; position < page.size(); position++) {
        if (page.sequence(position) >= to) {
          return count;
        }
        if (search.matches(page, position)) {
          count++;
        }
      }
    }
    return count;
  }

  /// How many matching subjects have their last message at or behind `from`.
  long countLast(SubjectFilter filter, long from, long messages) {
    SubjectIndex index = subjects.index();
    if (from <= pages.next(0)) {
      return index.size(filter);
    }
    if (pages.countFrom(from, messages) < index.size(filter)) {
      return countLastScanning(filter, from);
    }
    sum = 0;
    index.match(
        filter,
        from,
        entry -> {
          sum += index.last(entry) >= from ? 1 : 0;
          return true;
        });
    return sum;
  }

  private long countLastScanning(SubjectFilter filter, long from) {
    var search = new Search(filter);
    long count = 0;
    for (int place = pages.from(from); place < pages.tail(); place++) {
      MemoryPage page = pages.get(place);
      for (int position = page.positionFrom(from); position < page.size(); position++) {
        if (page.entry(position) != 0
            && subjects.index().last(page.entry(position)) == page.sequence(position)
            && (filter.isAll() || search.matches(page, position))) {
          count++;
        }
      }
    }
    return count;
  }
}

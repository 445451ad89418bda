package io.frond.store;

import io.frond.subject.Subjects;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a [MessageStore] has to answer, found by looking at each message.
final class StoreModel {
  record Message(
      String subject, int headerLength, byte[] body, long timestamp, long expiry, int size) {}

  NavigableMap<Long, Message> messages = new TreeMap<>();
  long first = 1;
  long last;
  long lastTime;

  long append(Message message) {
    messages.put(++last, message);
    lastTime = message.timestamp;
    return last;
  }

  void skipTo(long sequence) {
    if (sequence > last + 1) {
      last = sequence - 1;
      if (messages.isEmpty()) {
        first = sequence;
      }
    }
  }

  boolean remove(long sequence) {
    boolean there = messages.remove(sequence) != null;
    if (sequence == first && there) {
      first = messages.isEmpty() ? last + 1 : messages.firstKey();
    }
    return there;
  }

  long compact(long sequence) {
    if (sequence > last) {
      long gone = purge();
      first = sequence;
      last = sequence - 1;
      return gone;
    }
    if (sequence <= first) {
      return 0;
    }
    long before = messages.size();
    messages.headMap(sequence, false).clear();
    first = messages.isEmpty() ? last + 1 : messages.firstKey();
    return before - messages.size();
  }

  long purge() {
    long gone = messages.size();
    messages.clear();
    first = last + 1;
    return gone;
  }

  void truncate(long sequence) {
    if (sequence < last) {
      messages.tailMap(sequence, false).clear();
      last = sequence;
      lastTime = messages.isEmpty() ? 0 : messages.lastEntry().getValue().timestamp;
      first = messages.isEmpty() ? sequence + 1 : first;
    }
  }

  StoreState state() {
    return new StoreState(
        messages.size(),
        messages.values().stream().mapToLong(Message::size).sum(),
        first,
        messages.isEmpty() ? 0 : messages.firstEntry().getValue().timestamp,
        last,
        lastTime,
        last + 1 - first - messages.size(),
        subjects(List.of()).size());
  }

  static boolean matches(List<String> patterns, String subject) {
    return patterns.isEmpty()
        || patterns.stream().anyMatch(pattern -> Subjects.matches(subject, pattern));
  }

  long next(List<String> patterns, long from) {
    return messages.tailMap(from, true).entrySet().stream()
        .filter(entry -> matches(patterns, entry.getValue().subject))
        .findFirst()
        .map(Map.Entry::getKey)
        .orElse(0L);
  }

  long previous(List<String> patterns, long upTo) {
    return messages.headMap(upTo, true).descendingMap().entrySet().stream()
        .filter(entry -> matches(patterns, entry.getValue().subject))
        .findFirst()
        .map(Map.Entry::getKey)
        .orElse(0L);
  }

  long sequenceAt(long timestamp) {
    return messages.entrySet().stream()
        .filter(entry -> entry.getValue().timestamp >= timestamp)
        .findFirst()
        .map(Map.Entry::getKey)
        .orElse(last + 1);
  }

  Map<String, SubjectState> subjects(List<String> patterns) {
    var found = new HashMap<String, SubjectState>();
    messages.forEach((sequence, message) -> {
      if (matches(patterns, message.subject)) {
        found.merge(
            message.subject,
            new SubjectState(1, sequence, sequence),
            (a, _) -> new SubjectState(a.messages() + 1, a.first(), sequence));
      }
    });
    return found;
  }

  @Nullable SubjectState subject(String subject) {
    return subjects(List.of(subject)).get(subject);
  }

  long count(List<String> patterns, long from, boolean lastPerSubject) {
    if (lastPerSubject) {
      return subjects(patterns).values().stream().filter(state -> state.last() >= from).count();
    }
    return messages.tailMap(from, true).values().stream()
        .filter(message -> matches(patterns, message.subject))
        .count();
  }

  long[] deleted(int max) {
    var found = new ArrayList<Long>();
    for (long sequence = first; sequence <= last && found.size() < max; sequence++) {
      if (!messages.containsKey(sequence)) {
        found.add(sequence);
      }
    }
    return found.stream().mapToLong(Long::longValue).toArray();
  }

  long nextExpiry() {
    return messages.values().stream()
        .mapToLong(Message::expiry)
        .filter(expiry -> expiry > 0)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  List<Long> expired(long now) {
    var found = new ArrayList<Long>();
    messages.forEach((sequence, message) -> {
      if (message.expiry > 0 && message.expiry <= now) {
        found.add(sequence);
      }
    });
    return found;
  }
}

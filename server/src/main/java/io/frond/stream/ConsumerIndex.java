package io.frond.stream;

import io.frond.store.SubjectFilter;
import io.frond.subject.Sublist;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A stream's consumers, and which of them a message is for. A few are asked one after the other;
/// with more their filters hang in a [Sublist], so that a message costs what the consumers that
/// want it cost. The shard's thread.
final class ConsumerIndex {
  private static final int FEW = 8;
  private static final byte[] ALL = {'>'};

  /// In the order of their creation.
  private final List<StreamConsumer> list = new ArrayList<>();

  private final Map<String, StreamConsumer> byName = new HashMap<>();
  private final Map<StreamConsumer, List<Filter>> filters = new HashMap<>();
  private @Nullable Sublist<Filter> sublist;

  /// A consumer's pattern in the sublist.
  private static final class Filter implements Sublist.Entry {
    private final StreamConsumer consumer;
    private final byte[] pattern;

    Filter(StreamConsumer consumer, byte[] pattern) {
      this.consumer = consumer;
      this.pattern = pattern;
    }

    @Override
    public byte[] subject() {
      return pattern;
    }

    @Override
    public byte @Nullable [] queue() {
      return null;
    }

    @Override
    public int weight() {
      return 1;
    }
  }

  void add(StreamConsumer consumer) {
    list.add(consumer);
    byName.put(consumer.name(), consumer);
    if (sublist != null) {
      enter(sublist, consumer);
    } else if (list.size() > FEW) {
      var made = new Sublist<Filter>();
      for (var one : list) {
        enter(made, one);
      }
      sublist = made;
    }
  }

  private void enter(Sublist<Filter> to, StreamConsumer consumer) {
    var entries = new ArrayList<Filter>();
    if (consumer.filter().isAll()) {
      entries.add(new Filter(consumer, ALL));
    }
    for (var pattern : consumer.filter().patterns()) {
      entries.add(new Filter(consumer, pattern));
    }
    for (var entry : entries) {
      to.insert(entry);
    }
    filters.put(consumer, entries);
  }

  boolean remove(StreamConsumer consumer) {
    byName.remove(consumer.name(), consumer);
    leave(consumer);
    return list.remove(consumer);
  }

  private void leave(StreamConsumer consumer) {
    var entries = filters.remove(consumer);
    if (entries != null && sublist != null) {
      for (var entry : entries) {
        sublist.remove(entry);
      }
    }
  }

  /// The consumer's filter is another one than when it was added.
  void refresh(StreamConsumer consumer) {
    if (sublist != null) {
      leave(consumer);
      enter(sublist, consumer);
    }
  }

  /// What any of them is about.
  SubjectFilter wanted() {
    var patterns = new TreeSet<String>();
    for (var consumer : list) {
      if (consumer.filter().isAll()) {
        return SubjectFilter.ALL;
      }
      for (var pattern : consumer.filter().patterns()) {
        patterns.add(new String(pattern, StandardCharsets.UTF_8));
      }
    }
    return SubjectFilter.of(List.copyOf(patterns));
  }

  @Nullable StreamConsumer find(String name) {
    return byName.get(name);
  }

  /// In the order of their creation.
  Collection<StreamConsumer> all() {
    return Collections.unmodifiableList(list);
  }

  boolean isEmpty() {
    return list.isEmpty();
  }

  int size() {
    return list.size();
  }

  /// Tells those that it is for of a new message.
  void appended(long sequence, byte[] subject) {
    if (sublist == null) {
      for (var i = 0; i < list.size(); i++) {
        if (list.get(i).filter().matches(subject)) {
          list.get(i).appended(sequence, subject);
        }
      }
      return;
    }
    var match = sublist.match(subject);
    for (var i = 0; i < match.plainCount(); i++) {
      match.plain(i).consumer.appended(sequence, subject);
    }
  }

  /// Tells those that it was for of a message that is gone.
  ///
  /// @param not who is not told
  void removed(long sequence, byte[] subject, @Nullable StreamConsumer not) {
    for (var consumer : matching(subject)) {
      if (!consumer.equals(not)) {
        consumer.removed(sequence, subject);
      }
    }
  }

  /// Somebody took many messages out.
  void purged(SubjectFilter what, long firstSequence) {
    for (var i = 0; i < list.size(); i++) {
      list.get(i).purged(what, firstSequence, false);
    }
  }

  /// Messages before a sequence were too old.
  void aged(long firstSequence) {
    for (var i = 0; i < list.size(); i++) {
      list.get(i).purged(SubjectFilter.ALL, firstSequence, true);
    }
  }

  /// Whether any consumer's filter matches.
  boolean hasInterest(byte[] subject) {
    if (sublist != null) {
      return !sublist.match(subject).isEmpty();
    }
    for (var i = 0; i < list.size(); i++) {
      if (list.get(i).filter().matches(subject)) {
        return true;
      }
    }
    return false;
  }

  /// Whether a consumer still needs a message.
  boolean needs(long sequence, byte[] subject) {
    for (var consumer : matching(subject)) {
      if (consumer.needs(sequence, subject)) {
        return true;
      }
    }
    return false;
  }

  private List<StreamConsumer> matching(byte[] subject) {
    var matching = new ArrayList<StreamConsumer>();
    if (sublist != null) {
      var match = sublist.match(subject);
      for (var i = 0; i < match.plainCount(); i++) {
        matching.add(match.plain(i).consumer);
      }
      return matching;
    }
    for (var consumer : list) {
      if (consumer.filter().matches(subject)) {
        matching.add(consumer);
      }
    }
    return matching;
  }
}

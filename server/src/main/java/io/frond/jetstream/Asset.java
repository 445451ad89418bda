package io.frond.jetstream;

import io.frond.api.ApiStream;
import io.frond.api.Assets;
import io.frond.consumer.Consumer;
import io.frond.consumer.ConsumerConfig;
import io.frond.shard.Outlet;
import io.frond.shard.ShardThread.Commitment;
import io.frond.stream.Stream;
import io.frond.stream.StreamConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A stream as the engine holds it: the stream, its consumers, its interest, and how far its
/// checkpoint is. On the shard's thread.
final class Asset implements ApiStream {
  /// Lost messages that are named.
  private static final int LOST_MAX = 10_000;

  private final long id;
  private final AccountStreams account;
  private final Stream stream;
  private final long created;
  private final boolean logged;
  private final Path directory;
  private final Proposals proposals;
  private final NavigableMap<String, Consumer> consumers = new TreeMap<>();
  private final Map<Integer, Consumer> byNumber = new HashMap<>();
  private final List<Outlet.Listening> interest = new ArrayList<>();
  private final Map<String, Outlet.Listening> subjects = new HashMap<>();
  private int nextConsumer = 1;
  private long applied;
  private boolean dirty;
  private boolean checkpointing;
  private boolean live;
  private boolean gone;

  /// Of the newest checkpoint; null where there is none.
  private CoveredIndex.@Nullable Mark mark;

  /// [StreamCheckpoint#shape] of the newest checkpoint that this process has written.
  private @Nullable Integer shape;

  private @Nullable Backlog backlog;
  private final TreeSet<Long> lost = new TreeSet<>();

  Asset(
      long id,
      AccountStreams account,
      Stream stream,
      long created,
      boolean logged,
      Path directory,
      Proposals proposals) {
    this.id = id;
    this.account = account;
    this.stream = stream;
    this.created = created;
    this.logged = logged;
    this.directory = directory;
    this.proposals = proposals;
  }

  long id() {
    return id;
  }

  AccountStreams account() {
    return account;
  }

  @Override
  public Stream stream() {
    return stream;
  }

  @Override
  public long created() {
    return created;
  }

  @Override
  public NavigableMap<String, Consumer> consumers() {
    return consumers;
  }

  @Override
  public @Nullable String trouble() {
    return backlog == null ? null : "its files cannot be written";
  }

  @Override
  public void update(StreamConfig config, Assets.Done<ApiStream> done) {
    proposals.updateStream(this, config, done);
  }

  @Override
  public void delete(Assets.Done<ApiStream> done) {
    proposals.deleteStream(this, done);
  }

  @Override
  public void create(ConsumerConfig config, Assets.Done<Consumer> done) {
    proposals.createConsumer(this, config, done);
  }

  @Override
  public void update(Consumer consumer, ConsumerConfig config, Assets.Done<Consumer> done) {
    proposals.updateConsumer(this, consumer, config, done);
  }

  @Override
  public void delete(Consumer consumer, Assets.Done<Consumer> done) {
    proposals.deleteConsumer(this, consumer.number(), done);
  }

  StreamConfig config() {
    return stream.config();
  }

  /// When its entries are applied. What is being restored waits for the disk.
  Commitment commitment() {
    if (!logged) {
      return Commitment.NONE;
    }
    var config = stream.config();
    return config.persistAsync() && !Restoring.isHidden(config)
        ? Commitment.WRITTEN
        : Commitment.SYNCED;
  }

  @Override
  public SortedSet<Long> lost() {
    return lost;
  }

  /// Messages were found damaged.
  void lost(long first, long last) {
    for (var sequence = first; sequence <= last && lost.size() < LOST_MAX; sequence++) {
      lost.add(sequence);
    }
  }

  /// Whether there is a checkpoint.
  boolean saved() {
    return mark != null;
  }

  /// A checkpoint was written.
  void saved(int shapeNow, CoveredIndex.Mark markNow) {
    shape = shapeNow;
    mark = markNow;
  }

  CoveredIndex.@Nullable Mark mark() {
    return mark;
  }

  /// Whether the newest checkpoint is known to have this shape.
  boolean hasShape(int wanted) {
    var known = shape;
    return known != null && known == wanted;
  }

  /// Whether its entries go through the log; a memory stream's don't.
  boolean logged() {
    return logged;
  }

  /// The stream of the same account that it mirrors; empty for none.
  String mirrors() {
    var mirror = config().mirror();
    return mirror == null || mirror.external() != null ? "" : mirror.name();
  }

  Path directory() {
    return directory;
  }

  @Nullable Consumer consumer(int number) {
    return byNumber.get(number);
  }

  void add(Consumer consumer) {
    nextConsumer = Math.max(nextConsumer, consumer.number() + 1);
    consumers.put(consumer.name(), consumer);
    byNumber.put(consumer.number(), consumer);
    stream.addConsumer(consumer);
  }

  void remove(Consumer consumer) {
    hide(consumer);
    byNumber.remove(consumer.number());
    stream.removeConsumer(consumer);
  }

  /// As [#remove], of a consumer that ended with its server.
  void end(Consumer consumer) {
    hide(consumer);
    byNumber.remove(consumer.number());
    var _ = stream.endConsumer(consumer);
  }

  /// Nobody sees the consumer any more, which is about to be deleted.
  void hide(Consumer consumer) {
    consumers.remove(consumer.name(), consumer);
  }

  /// Subscriptions that lead acknowledgements and flow control here.
  List<Outlet.Listening> interest() {
    return interest;
  }

  /// Those that lead messages here, by subject.
  Map<String, Outlet.Listening> subjects() {
    return subjects;
  }

  void closeInterest() {
    interest.forEach(Outlet.Listening::close);
    interest.clear();
    subjects.values().forEach(Outlet.Listening::close);
    subjects.clear();
  }

  /// A number that no consumer of this stream had before.
  int takeConsumerNumber() {
    return nextConsumer++;
  }

  int nextConsumer() {
    return nextConsumer;
  }

  void nextConsumerAtLeast(int number) {
    nextConsumer = Math.max(nextConsumer, number);
  }

  /// The last entry that it contains.
  long applied() {
    return applied;
  }

  void applied(long index) {
    applied = Math.max(applied, index);
    dirty = true;
  }

  /// It was read from a checkpoint at `index`.
  void restored(long index) {
    applied = index;
    dirty = false;
    mark = new CoveredIndex.Mark(index, stream.store());
  }

  /// It was made from what was left of it, as it was at `index`: it has no checkpoint.
  void rebuilt(long index) {
    applied = index;
    dirty = true;
  }

  boolean isDirty() {
    return dirty;
  }

  void dirty(boolean now) {
    dirty = now;
  }

  boolean checkpointing() {
    return checkpointing;
  }

  void checkpointing(boolean now) {
    checkpointing = now;
  }

  /// Its timers begin to run.
  ///
  /// @return false when they do already
  boolean begin() {
    var first = !live;
    live = true;
    return first;
  }

  /// Whether it was deleted.
  boolean gone() {
    return gone;
  }

  void end() {
    gone = true;
  }

  /// Entries that wait for the disk; null when it works.
  @Nullable Backlog backlog() {
    return backlog;
  }

  void backlog(@Nullable Backlog waiting) {
    backlog = waiting;
  }
}

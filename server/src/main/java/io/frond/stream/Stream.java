package io.frond.stream;

import io.frond.log.LogBatch;
import io.frond.shard.EntryKind;
import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import io.frond.store.MessageStore;
import io.frond.store.SubjectFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A stream. What comes from clients is proposed to the log ([Arrivals#publish] and the `propose…`
/// methods) and takes effect when its entry is applied ([#apply]); there every check is made, so
/// that the same entries give the same stream. The shard's thread.
///
/// The owner makes it (with a store that is as a checkpoint says, then [#restoreState]), adds its
/// consumers, applies what the log has, and calls [#start] when replay is over.
public final class Stream implements StreamView {
  private final long id;
  private final long created;
  private final MessageStore store;
  private final StreamHost host;
  private final Incoming incoming = new Incoming();
  private final SeenIds ids = new SeenIds(this);
  private final ConsumerIndex consumers = new ConsumerIndex();
  private final Chores chores;
  private final Numbering numbering;
  private final SubjectMapping mapping = new SubjectMapping();
  private final Answers answers;
  private final Counters counters;
  private final PublishRules rules;
  private final Limits limits;
  private final Intake intake;
  private final Schedules schedules;
  private final Expiry expiry;
  private final AtomicBatches atomic;
  private final FastBatches fast;
  private final Origins origins;
  private final InterestSweep sweep;
  private final TakenTags tags = new TakenTags();
  private final Arrivals arrivals;

  private StreamConfig config;
  private @Nullable Republisher republisher;
  private long lastTime;
  private long index;
  private long accounted;
  private boolean live;

  /// @param id the stream's number
  /// @param created nanoseconds since the epoch
  /// @param store opened, as a checkpoint left it, or empty
  public Stream(long id, StreamConfig config, long created, MessageStore store, StreamHost host)
      throws IOException {
    this.id = id;
    this.config = config;
    this.created = created;
    this.store = store;
    this.host = host;
    chores = new Chores(this, host);
    numbering = new Numbering(host, store, config.persistAsync());
    answers = new Answers(this);
    counters = new Counters(store);
    rules = new PublishRules(this, counters);
    limits = new Limits(this, consumers);
    intake = new Intake(this, rules);
    schedules = new Schedules(this);
    expiry = new Expiry(this);
    atomic = new AtomicBatches(this, host.batchBudget(), tags);
    fast = new FastBatches(this, host.batchBudget());
    origins = new Origins(this);
    sweep = new InterestSweep(this);
    arrivals =
        new Arrivals(this, host, numbering, tags, atomic, fast, new TracedArrivals(this, rules));
    if (config.firstSeq() > 1 && store.lastSequence() == 0) {
      store.skipTo(config.firstSeq());
    }
    lastTime = store.state().lastTime();
    configured();
    countBytes();
  }

  private void configured() {
    republisher = Republisher.of(config, host.outlet());
    mapping.configured(config);
    origins.configured();
  }

  // What comes from clients.

  /// The message whose entry was applied last.
  Incoming latest() {
    return incoming;
  }

  /// What clients publish to the stream's subjects comes here.
  public Arrivals arrivals() {
    return arrivals;
  }

  /// The log could not take a PUBLISH entry.
  public void refused(ByteBuffer bytes, int at, int length) {
    numbering.refused();
    answers.refuse(incoming.read(bytes, at, length), ApiErrorCode.INSUFFICIENT_RESOURCES.with());
  }

  /// Proposes the removal of a message.
  ///
  /// @param done gets a Boolean: whether the message was there
  public void proposeRemove(long sequence, boolean erase, Shard.@Nullable Completion done) {
    begin(EntryKind.REMOVE).putLong(sequence).put((byte) (erase ? 1 : 0));
    host.shard().propose(done);
  }

  /// Proposes a purge.
  ///
  /// @param filter a subject or pattern; empty for all
  /// @param before only messages before this sequence; 0 for no such limit
  /// @param keep so many of the newest stay; 0 for none
  /// @param done gets a Long: how many messages went
  public void proposePurge(String filter, long before, long keep, Shard.@Nullable Completion done) {
    begin(EntryKind.PURGE)
        .putLong(before)
        .putLong(keep)
        .put(filter.getBytes(StandardCharsets.UTF_8));
    host.shard().propose(done);
  }

  private LogBatch begin(byte kind) {
    return host.shard().begin(kind, id);
  }

  // What the log says.

  /// Applies an entry of a kind from [EntryKind#STREAM_FIRST] to 63.
  ///
  /// @param entryIndex in the log
  /// @throws IOException when the store fails: the same entry is to be applied again before any
  ///   other. What of an entry need not be done at once is not told so, see [StreamHost#failed]
  public void apply(long entryIndex, byte kind, ByteBuffer bytes, int at, int length)
      throws IOException {
    index = entryIndex;
    switch (kind) {
      case EntryKind.PUBLISH -> published(incoming.read(bytes, at, length));
      case EntryKind.REMOVE ->
          host.shard().answer(limits.remove(bytes.getLong(at), bytes.get(at + 8) != 0));
      case EntryKind.PURGE -> {
        host.shard().answer(limits.purge(bytes, at, length));
        expiry.arm();
      }
      case EntryKind.EXPIRE -> expiry.apply(bytes.getLong(at));
      case EntryKind.BATCH -> atomic.apply(entryIndex, bytes, at);
      case EntryKind.FAST_BATCH_END -> fast.timedOut(bytes, at, length);
      case EntryKind.MIRRORED -> origins.mirrored(incoming, bytes, at, length);
      case EntryKind.SOURCED -> origins.sourced(incoming, bytes, at, length);
      case EntryKind.SWEEP -> sweep.apply();
      case EntryKind.RESTORED -> RestoredEntry.apply(this, bytes, at, length);
      case EntryKind.SCHEDULE_FIRE -> {
        var made = schedules.fire(bytes, at, length);
        if (made != null) {
          transform(made, entryIndex);
          intake.internal(made);
        }
      }
      default -> throw new IllegalArgumentException("no entry of a stream: " + kind);
    }
    countBytes();
  }

  /// Does what the disk refused to do. Without effect when there is nothing.
  ///
  /// @throws IOException when it still refuses
  public void catchUp() throws IOException {
    chores.retry();
    countBytes();
  }

  private void published(Incoming message) throws IOException {
    if (message.isNumbered()) {
      numbering.applying(message.expected());
    }
    if (message.isTagged()) {
      tags.apply(message.entry(), message.tagAt(), message.tagLength(), message.tagSequence());
    }
    transform(message, index);
    intake.begin();
    if (message.replyLength() > 0
        && FastBatchReply.is(message.entry(), message.replyAt(), message.replyLength())) {
      fast.message(message);
    } else {
      intake.publish(message);
    }
  }

  /// Applies a change of the configuration, which was checked.
  public void update(StreamConfig now) {
    var before = config;
    config = now;
    configured();
    chores.run(limits::enforceAll);
    if (now.retention() == Retention.INTEREST
        && before.retention() != Retention.INTEREST
        && !consumers.isEmpty()) {
      sweep.begin(consumers.wanted()); // what nobody is about stays, as with nats-server
    }
    if (now.allowMsgSchedules() && !before.allowMsgSchedules()) {
      chores.run(() -> schedules.scan(lastTime));
    }
    for (var consumer : consumers.all()) {
      consumer.streamChanged();
    }
    if (!now.allowAtomic()) {
      atomic.stop();
    }
    if (!now.allowBatched()) {
      fast.stop();
    }
    expiry.arm();
    countBytes();
  }

  private void countBytes() {
    var bytes = store.bytes();
    if (bytes != accounted) {
      host.grew(config, bytes - accounted);
      accounted = bytes;
    }
  }

  /// Replay is over: timers run, answers go out.
  public void start() {
    live = true;
    tags.start();
    chores.run(origins::start);
    expiry.arm();
    schedules.arm();
    fast.start();
    sweep.goOn();
  }

  /// Ends live work; nothing may be called afterwards but [#close] and [#destroy].
  public void stop() {
    live = false;
    expiry.stop();
    schedules.stop();
    atomic.stop();
    fast.stop();
    origins.stop();
    host.grew(config, -accounted);
    accounted = 0;
  }

  /// Closes the store, after [#stop].
  public void close() throws IOException {
    store.close();
  }

  /// Deletes all messages and what they are kept in, after [#stop].
  public void destroy() throws IOException {
    store.destroy();
  }

  /// The stream's part of a checkpoint, without the store's: its configuration and what it
  /// remembers.
  public byte[] saveState() {
    var to = StreamState.write(config, created);
    to.number(lastTime);
    ids.save(to);
    schedules.save(to);
    fast.save(to);
    origins.save(to);
    tags.save(to);
    sweep.save(to);
    return to.done();
  }

  /// Takes what [#saveState] gave. The configuration in it is for [StreamState#read].
  public void restoreState(byte[] state) {
    var from = StreamState.begin(state);
    lastTime = Math.max(lastTime, from.number());
    ids.restore(from);
    schedules.restore(from);
    fast.restore(from);
    origins.restore(from);
    tags.restore(from);
    sweep.restore(from);
  }

  /// Takes from the messages behind a sequence what the state, which is older than they are, does
  /// not know of them. All consumers are there.
  public void learn(long after) throws IOException {
    new Relearning(ids, origins).run(store, after);
    schedules.scan(lastTime);
    limits.enforceAll();
    sweep.begin(SubjectFilter.ALL);
    countBytes();
  }

  /// Adds a consumer, while its creation is applied or its stream is opened.
  public void addConsumer(StreamConsumer consumer) {
    consumers.add(consumer);
  }

  /// Takes a consumer out, while its deletion is applied; messages that only it needed go.
  public void removeConsumer(StreamConsumer consumer) {
    if (endConsumer(consumer)) {
      sweep.begin(consumer.filter());
      countBytes();
    }
  }

  /// Takes out a consumer that ended with its server; messages that only it needed stay.
  public boolean endConsumer(StreamConsumer consumer) {
    limits.forget(consumer);
    return consumers.remove(consumer);
  }

  /// The consumer has other filters than before; messages that nobody needs any more go.
  public void consumerChanged(StreamConsumer consumer) {
    consumers.refresh(consumer);
    sweep.begin(SubjectFilter.ALL);
    countBytes();
  }

  public @Nullable StreamConsumer consumer(String name) {
    return consumers.find(name);
  }

  /// In the order of their creation.
  public Collection<StreamConsumer> allConsumers() {
    return consumers.all();
  }

  @Override
  public void settled(StreamConsumer consumer, long sequence) {
    limits.settled(consumer, sequence);
  }

  @Override
  public void settledUpTo(StreamConsumer consumer, long first, long last) {
    limits.settledUpTo(consumer, first, last);
  }

  @Override
  public void begunAnew(StreamConsumer consumer, long sequence) {
    limits.begunAnew(consumer, sequence);
  }

  @Override
  public void deleteConsumer(StreamConsumer consumer) {
    host.deleteConsumer(id, consumer.number());
  }

  // What it is.

  @Override
  public long id() {
    return id;
  }

  /// Nanoseconds since the epoch.
  public long created() {
    return created;
  }

  @Override
  public StreamConfig config() {
    return config;
  }

  @Override
  public MessageStore store() {
    return store;
  }

  @Override
  public Shard shard() {
    return host.shard();
  }

  @Override
  public Outlet outlet() {
    return host.outlet();
  }

  /// The mirror or the sources.
  public Origins origins() {
    return origins;
  }

  /// Messages that were refused since the stream was opened, those of a replay included.
  public long refused() {
    return answers.refused();
  }

  @Override
  public String account() {
    return host.account();
  }

  @Override
  public String domain() {
    return host.domain();
  }

  @Override
  public void event(String subject, Supplier<byte[]> json) {
    if (live && !host.shard().replaying()) {
      host.event(subject, json);
    }
  }

  @Override
  public String newId() {
    return host.newId();
  }

  // What its parts need of it.

  Chores chores() {
    return chores;
  }

  void note(String text) {
    host.note("stream '" + account() + " > " + config.name() + "': " + text);
  }

  ConsumerIndex consumers() {
    return consumers;
  }

  Answers answers() {
    return answers;
  }

  Limits limits() {
    return limits;
  }

  Intake intake() {
    return intake;
  }

  Schedules schedules() {
    return schedules;
  }

  Expiry expiry() {
    return expiry;
  }

  BatchRules batchRules() {
    return new BatchRules(this, rules, counters);
  }

  boolean isLive() {
    return live;
  }

  SeenIds ids() {
    return ids;
  }

  int sizeOf(Incoming message) {
    return store.sizeOf(message.subject().length, message.headerLength(), message.length());
  }

  /// Gives the message the subject that the configuration wants it to have.
  void transform(Incoming message, long random) {
    mapping.apply(message, random);
  }

  /// When a message counts as stored: never before the one before it.
  long timeOf(Incoming message) {
    return Math.max(message.time(), lastTime);
  }

  /// A message got a sequence.
  void stored(Incoming message, long sequence, long time) {
    lastTime = time;
    ids.stored(message, sequence, time);
  }

  boolean isRepublishing() {
    return republisher != null && live;
  }

  void republish(Incoming message, long sequence, long time, long before) {
    if (republisher != null && live) {
      var target = republisher.target(message.subject(), index);
      if (target != null) {
        republisher.publish(target, message, sequence, time, before);
      }
    }
  }
}

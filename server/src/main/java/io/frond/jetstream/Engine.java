package io.frond.jetstream;

import io.frond.account.Account;
import io.frond.api.Api;
import io.frond.api.ApiAccount;
import io.frond.api.Assets;
import io.frond.api.Events;
import io.frond.api.Losses;
import io.frond.api.OwnStreams;
import io.frond.api.Report;
import io.frond.api.Requester;
import io.frond.consumer.Consumer;
import io.frond.disk.Disk;
import io.frond.logging.Log;
import io.frond.options.AccountOptions.JetStreamLimits;
import io.frond.options.JetStreamOptions;
import io.frond.shard.Chunk;
import io.frond.shard.EntryKind;
import io.frond.shard.Outlet;
import io.frond.shard.ShardClock;
import io.frond.shard.ShardThread;
import io.frond.shard.ShardThread.Commitment;
import io.frond.stream.BatchBudget;
import io.frond.stream.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// All streams and consumers of a server, and the machine that its shard drives: entries find their
/// stream here. Everything on the shard's thread, but for the counts, which others may read a
/// moment old.
final class Engine implements ShardThread.Machine, Assets {
  private static final byte[] API_QUEUE = "_FROND.JS.API".getBytes(StandardCharsets.UTF_8);

  private final ShardThread shard;
  private final Log log;
  private final Ids ids;
  private final Function<Object, @Nullable Requester> requesters;
  private final Disk disk;
  private final Proposals proposals;
  private final Api api;
  private final BatchBudget batches;
  private final Map<Long, Asset> assets = new HashMap<>();
  private final TreeMap<String, AccountStreams> accounts = new TreeMap<>();
  private final List<Outlet.Listening> apiInterest = new ArrayList<>();
  private ServerFacts server;
  private @Nullable MetaEntries meta;
  private @Nullable Peers peers;
  private @Nullable ClusterRequests cluster;
  private @Nullable Asset last;
  private volatile long memoryBytes;
  private volatile long fileBytes;
  private final Troubles troubles;
  private @Nullable Checkpoints checkpoints;

  Engine(
      ServerFacts server,
      JetStream.Facts facts,
      Log log,
      Ids ids,
      Disk disk,
      Worker worker,
      ShardClock clock) {
    this.server = server;
    this.log = log;
    this.ids = ids;
    requesters = facts.requesters();
    this.disk = disk;
    var batch = server.options().limits().batch();
    batches =
        new BatchBudget(
            batch.maxInflightPerStream(),
            batch.maxInflightTotal(),
            batch.maxMessages(),
            batch.timeout().toNanos());
    shard = new ShardThread("js-engine", facts.loops(), this, worker, clock, ids.seed());
    proposals = new Proposals(shard);
    troubles = new Troubles(this, log);
    api = new Api(this);
  }

  void meta(MetaEntries entries) {
    meta = entries;
  }

  @Override
  public ShardThread shard() {
    return shard;
  }

  @Override
  public ServerFacts server() {
    return server;
  }

  /// Takes what of the options may change while it runs.
  void reconfigure(JetStreamOptions options) {
    server = server.with(options);
  }

  Proposals proposals() {
    return proposals;
  }

  Log log() {
    return log;
  }

  @Override
  public String newId() {
    return ids.next();
  }

  @Override
  public void warn(String text) {
    log.warn("JetStream: " + text);
  }

  @Override
  public @Nullable ApiAccount account(String name) {
    return streams(name);
  }

  @Override
  public @Nullable Outlet outlet(String account) {
    var known = accounts.get(account);
    return known == null ? null : known.outlet();
  }

  @Override
  public boolean hasLeaves(String account) {
    var known = accounts.get(account);
    return known != null && known.hasLeaves();
  }

  Events events() {
    return api.events();
  }

  OwnStreams ownStreams() {
    return api.ownStreams();
  }

  Report report() {
    return api.report();
  }

  BatchBudget batchBudget() {
    return batches;
  }

  /// Null when the account has no JetStream.
  @Nullable AccountStreams streams(String account) {
    var known = accounts.get(account);
    return known == null || !(known.enabled() || shard.replaying()) ? null : known;
  }

  @Override
  public Collection<AccountStreams> accounts() {
    return accounts.values();
  }

  @Nullable Asset asset(long id) {
    var recent = last;
    if (recent != null && recent.id() == id) {
      return recent;
    }
    var found = assets.get(id);
    if (found != null) {
      last = found;
    }
    return found;
  }

  Collection<Asset> assets() {
    return assets.values();
  }

  @Override
  public long memoryBytes() {
    return memoryBytes;
  }

  @Override
  public long fileBytes() {
    return fileBytes;
  }

  @Override
  public long usableBytes() {
    try {
      return disk.usableBytes(Path.of(server.storeDir()));
    } catch (IOException e) {
      return 0;
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void grew(Storage storage, long bytes) {
    if (storage == Storage.MEMORY) {
      memoryBytes += bytes;
    } else {
      fileBytes += bytes;
    }
  }

  /// The streams of an account, which clients reach only after [#enable].
  AccountStreams know(Account account) {
    var known = accounts.get(account.name());
    if (known == null) {
      known = new AccountStreams(account, shard.outlet(account), proposals);
      accounts.put(account.name(), known);
    } else if (!known.isOf(account)) {
      known.account(account, shard.outlet(account));
    }
    return known;
  }

  /// Gives an account JetStream, or changes its limits.
  void enable(Account account, JetStreamLimits limits) {
    var streams = know(account);
    streams.limits(limits);
    if (streams.enable()) {
      var through = cluster;
      if (through != null) {
        apiInterest.add(through.listen(streams));
      }
      listen(streams);
      streams.streams().values().forEach(this::goLive);
    }
  }

  /// Takes JetStream from an account, if it had it, and tells its clients that it has none.
  void decline(Account account) {
    var streams = know(account);
    if (streams.disable()) {
      for (var asset : streams.streams().values()) { // nothing goes in or out
        asset.closeInterest();
        asset.consumers().values().forEach(Consumer::shutdown);
      }
    }
    if (cluster == null) { // another server of a cluster may have it
      listen(know(account));
    }
  }

  private void listen(AccountStreams streams) {
    if (!streams.listen()) {
      return;
    }
    listen(streams, "$JS.API.>");
    if (!server.domain().isEmpty()) {
      listen(streams, "$JS." + server.domain() + ".API.>");
    }
  }

  private void listen(AccountStreams streams, String subject) {
    apiInterest.add(
        streams
            .outlet()
            .listenToRequests(
                subject.getBytes(StandardCharsets.UTF_8),
                API_QUEUE,
                Chunk.Target.ofService(
                    Requests::isQuick, Requests::service, (in, at) -> request(streams, in, at))));
  }

  private void request(AccountStreams streams, Chunk in, int at) {
    var through = cluster;
    if (through != null) {
      through.handle(streams, in, at);
      return;
    }
    api.handle(
        streams.name(),
        new String(in.copyOf(in.subjectAt(at), in.subjectLength(at)), StandardCharsets.UTF_8),
        in.copyOf(in.replyAt(at), in.replyLength(at)),
        in.headerLength(at),
        in.copyOf(in.bodyAt(at), in.bodyLength(at)),
        requester(in));
  }

  /// Who asks; null when it is no client of this server.
  @Nullable Requester requester(Chunk in) {
    var source = in.source();
    return source == null ? null : requesters.apply(source);
  }

  /// The server is one of a cluster: requests about other servers' streams are passed on.
  ///
  /// @param system into the system account
  void join(Outlet system, Neighbours neighbours) {
    var others = new Peers(this, system, neighbours);
    peers = others;
    cluster = new ClusterRequests(this, api, others);
    others.start();
  }

  @Override
  public Collection<String> mirrors(String account, String stream) {
    var others = peers;
    if (others == null) {
      return List.of();
    }
    var names = new TreeSet<>(others.directory().mirrors(account, stream));
    var here = accounts.get(account);
    if (here == null) {
      return names;
    }
    for (var asset : here.streams().values()) {
      if (asset.mirrors().equals(stream)) {
        names.add(asset.config().name());
      }
    }
    return names;
  }

  void add(Asset asset) {
    assets.put(asset.id(), asset);
    proposals.seen(asset.id());
    troubles.place(asset);
    if (Restoring.isHidden(asset.config())) {
      return;
    }
    asset.account().streams().put(asset.config().name(), asset);
    var others = peers;
    if (others != null) {
      others.added(asset);
    }
  }

  /// Deletes a stream and all of it.
  void remove(Asset asset) {
    asset.end();
    asset.closeInterest();
    asset.consumers().values().forEach(Consumer::deleted);
    asset.stream().stop();
    asset.account().streams().remove(asset.config().name(), asset);
    var others = peers;
    if (others != null && !Restoring.isHidden(asset.config())) {
      others.removed(asset);
    }
    assets.remove(asset.id());
    last = null;
    proposals.forget(asset.id());
    if (!asset.checkpointing()) {
      wipe(asset);
    }
  }

  /// Deletes the files of a stream that was deleted; a checkpoint that is being written goes first.
  void wipe(Asset asset) {
    try {
      if (asset.logged()) {
        StreamCheckpoint.delete(disk, asset.directory());
      }
      asset.stream().store().destroy();
      if (asset.logged()) {
        StoreFiles.deleteTree(disk, asset.directory());
      }
    } catch (IOException e) {
      broke("deleting the files of " + Troubles.describe(asset), e);
    }
  }

  /// Deletes the files of a stream that was deleted and could not be read.
  void wipe(Path directory) {
    try {
      StreamCheckpoint.delete(disk, directory);
      StoreFiles.deleteTree(disk, directory);
    } catch (IOException e) {
      broke("deleting the files in " + directory, e);
    }
  }

  /// Recovery is over, or the stream is new: messages may come, timers run.
  void goLive(Asset asset) {
    if (asset.begin()) {
      asset.stream().start();
    }
    asset.consumers().values().forEach(Consumer::start);
    StreamInterest.renew(asset);
  }

  /// Renews the interest of a stream whose subjects may have changed.
  void listen(Asset asset) {
    StreamInterest.renew(asset);
    var others = peers;
    if (others != null) {
      others.added(asset);
    }
  }

  /// No more requests or messages come in.
  void deafen() {
    var others = peers;
    if (others != null) {
      others.stop();
    }
    apiInterest.forEach(Outlet.Listening::close);
    apiInterest.clear();
    assets.values().forEach(Asset::closeInterest);
  }

  @Override
  public Commitment commitment(long stream) {
    var asset = asset(stream);
    if (asset == null) {
      return proposals.isMemory(stream) ? Commitment.NONE : Commitment.SYNCED;
    }
    return asset.commitment();
  }

  @Override
  public void apply(long index, byte kind, long stream, ByteBuffer bytes, int at, int length) {
    var asset = asset(stream);
    if (asset == null || (kind < EntryKind.STREAM_FIRST && asset.backlog() == null)) {
      if (kind < EntryKind.STREAM_FIRST) {
        meta(index, kind, stream, bytes, at, length);
      }
      return;
    }
    if (kind == EntryKind.STREAM_DELETE) {
      asset.backlog(null);
      meta(index, kind, stream, bytes, at, length);
    } else if (!asset.logged() || index > asset.applied()) {
      troubles.apply(asset, index, kind, bytes, at, length);
    }
  }

  /// Applies an entry about a stream or a consumer as such.
  void meta(long index, byte kind, long stream, ByteBuffer bytes, int at, int length) {
    var entries = meta;
    if (entries != null) {
      entries.apply(index, kind, stream, bytes, at, length);
    }
  }

  Troubles troubles() {
    return troubles;
  }

  @Override
  public Losses losses() {
    return troubles.losses();
  }

  @Override
  public void refused(
      byte kind, long stream, ByteBuffer bytes, int at, int length, IOException why) {
    var asset = asset(stream);
    if (kind == EntryKind.PUBLISH && asset != null) {
      asset.stream().refused(bytes, at, length);
    }
    log.error("JetStream: the log cannot be written: " + why.getMessage());
  }

  /// What an asynchronous stream has taken is in no log: it is to be in a checkpoint.
  @Override
  public void unsafe(long stream) {
    var asset = asset(stream);
    var making = checkpoints;
    if (asset != null && making != null) {
      log.error(
          "JetStream: " + Troubles.describe(asset) + " is not in the log; it gets a checkpoint");
      making.soon(asset);
    }
  }

  void checkpoints(Checkpoints made) {
    checkpoints = made;
  }

  @Override
  public void broke(String where, Throwable why) {
    log.error("JetStream: " + where + ": " + Log.trace(why));
  }
}

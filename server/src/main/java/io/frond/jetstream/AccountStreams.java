package io.frond.jetstream;

import io.frond.account.Account;
import io.frond.api.ApiAccount;
import io.frond.api.ApiStream;
import io.frond.api.Assets;
import io.frond.api.Restoration;
import io.frond.options.AccountOptions.JetStreamLimits;
import io.frond.shard.AccountOutlet;
import io.frond.stream.Storage;
import io.frond.stream.StreamConfig;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The streams of one account. On the shard's thread.
final class AccountStreams implements ApiAccount {
  private final Proposals proposals;
  private final NavigableMap<String, Asset> streams = new TreeMap<>();
  private Account account;
  private AccountOutlet outlet;
  private JetStreamLimits limits = JetStreamLimits.NONE;
  private boolean enabled;
  private boolean listening;
  private long memoryBytes;
  private long fileBytes;

  AccountStreams(Account account, AccountOutlet outlet, Proposals proposals) {
    this.account = account;
    this.outlet = outlet;
    this.proposals = proposals;
  }

  /// Whether it is of this very account: one that the configuration lost and got back is another.
  boolean isOf(Account one) {
    return account == one;
  }

  /// The configuration got the account back.
  void account(Account again, AccountOutlet out) {
    account = again;
    outlet = out;
    listening = false;
  }

  /// Whether clients may use it: not when only stored streams remember the account.
  boolean enabled() {
    return enabled;
  }

  /// From now on clients may use it.
  ///
  /// @return false when they could already
  boolean enable() {
    var first = !enabled;
    enabled = true;
    return first;
  }

  /// Its requests are listened to.
  ///
  /// @return false when they were already
  boolean listen() {
    var first = !listening;
    listening = true;
    return first;
  }

  /// From now on clients may not use it.
  ///
  /// @return false when they could not before
  boolean disable() {
    var was = enabled;
    enabled = false;
    return was;
  }

  @Override
  public String name() {
    return account.name();
  }

  @Override
  public AccountOutlet outlet() {
    return outlet;
  }

  @Override
  public JetStreamLimits limits() {
    return limits;
  }

  void limits(JetStreamLimits next) {
    limits = next;
  }

  @Override
  public long memoryBytes() {
    return memoryBytes;
  }

  @Override
  public long fileBytes() {
    return fileBytes;
  }

  void grew(Storage storage, long bytes) {
    if (storage == Storage.MEMORY) {
      memoryBytes += bytes;
    } else {
      fileBytes += bytes;
    }
  }

  @Override
  public NavigableMap<String, Asset> streams() {
    return streams;
  }

  boolean hasLeaves() {
    return account.leaves().get() > 0;
  }

  @Override
  public void create(StreamConfig config, Assets.Done<ApiStream> done) {
    proposals.createStream(this, config, done);
  }

  @Override
  public Restoration restore(StreamConfig config, long created) {
    return proposals.restore(this, config, created);
  }
}

package io.frond.shard;

import io.frond.account.Account;
import io.frond.account.InterestWatch;
import io.frond.subject.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Literal subjects of an account whose interest the shard watches. Subjects come and go on the
/// shard's thread; what changes is heard on any thread and told on the shard's.
final class InterestWatches implements InterestWatch {
  private final ShardThread shard;
  private final Account account;
  private final Map<String, List<Runnable>> watched = new ConcurrentHashMap<>();
  private boolean attached;

  InterestWatches(ShardThread shard, Account account) {
    this.shard = shard;
    this.account = account;
  }

  /// Shard's thread.
  Outlet.Listening add(byte[] subject, Runnable changed) {
    if (!attached) {
      attached = true;
      account.watch(this);
    }
    var key = new String(subject, StandardCharsets.UTF_8);
    var all = new ArrayList<>(watched.getOrDefault(key, List.of()));
    all.add(changed);
    watched.put(key, all);
    return () -> remove(key, changed);
  }

  private void remove(String key, Runnable changed) {
    var all = new ArrayList<>(watched.getOrDefault(key, List.of()));
    all.remove(changed);
    if (all.isEmpty()) {
      watched.remove(key);
    } else {
      watched.put(key, all);
    }
  }

  @Override
  public void changed(byte[] subject) {
    if (watched.isEmpty()) {
      return;
    }
    var text = new String(subject, StandardCharsets.UTF_8);
    if (Subjects.isLiteral(subject)) {
      if (watched.containsKey(text)) {
        shard.execute(() -> tell(text));
      }
    } else {
      shard.execute(() -> tellMatching(text));
    }
  }

  private void tell(String subject) {
    List.copyOf(watched.getOrDefault(subject, List.of())).forEach(Runnable::run);
  }

  private void tellMatching(String pattern) {
    for (var subject : List.copyOf(watched.keySet())) {
      if (Subjects.matches(subject, pattern)) {
        tell(subject);
      }
    }
  }
}

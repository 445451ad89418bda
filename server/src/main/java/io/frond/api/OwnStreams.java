package io.frond.api;

import io.frond.stream.ApiError;
import io.frond.stream.ApiErrorCode;
import io.frond.stream.ApiException;
import io.frond.stream.ApiLevel;
import io.frond.stream.StreamConfig;
import io.frond.stream.StreamRules;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Streams that the server keeps for itself, such as those of lanes: they are created and changed
/// in one line with what clients want changed, and checked like theirs. On the shard's thread.
public final class OwnStreams {
  /// Metadata that marks a lane's stream; its value is the lane's id. Such a stream takes what is
  /// published here and at leaves below, nothing that comes from a hub or over a route.
  public static final String LANE = "_frond.lane";

  /// Metadata of such a stream: its runs, see the lane's `LaneRuns`.
  public static final String LANE_RUNS = "_frond.lane.runs";

  private final Api api;
  private final Changes changes;
  private final StreamApi rules;

  OwnStreams(Api api, Changes changes) {
    this.api = api;
    this.changes = changes;
    rules = new StreamApi(api);
  }

  /// Whether it is a lane's.
  public static boolean isLane(StreamConfig config) {
    return config.metadata().containsKey(LANE);
  }

  /// A change of one account.
  private interface Change {
    void make(ApiAccount account, Assets.Done<ApiStream> over) throws ApiException;
  }

  /// Creates a stream, or changes the one of that name to be like this.
  public void ensure(String account, StreamConfig asked, Assets.Done<ApiStream> done) {
    run(
        account,
        (of, over) -> {
          var config = rules.newConfig(of, asked, false);
          var existing = of.streams().get(asked.name());
          if (existing == null) {
            rules.checkNew(of, config);
            of.create(ApiLevel.stored(config), over);
          } else if (ApiLevel.same(config, existing.stream().config())) {
            over.done(existing, null);
          } else {
            var old = existing.stream().config();
            var next =
                StreamRules.checkUpdate(
                    old, asked, api.limits().ofStreams(of), rules.byName(of), false);
            StreamApi.check(api.limits().update(of, old, next));
            StreamApi.checkOverlap(of, next);
            existing.update(ApiLevel.stored(next), over);
          }
        },
        done);
  }

  /// Deletes a stream.
  public void delete(String account, String name, Assets.Done<ApiStream> done) {
    run(
        account,
        (of, over) -> {
          var existing = of.streams().get(name);
          if (existing == null) {
            throw new ApiException(ApiErrorCode.STREAM_NOT_FOUND);
          }
          existing.delete(over);
        },
        done);
  }

  /// Deletes all streams of an account, one after the other; advisories tell of it.
  ///
  /// @param done hears of the first one that cannot be deleted, null when all are gone
  public void purge(String account, Consumer<@Nullable ApiError> done) {
    var of = api.assets().account(account);
    var outlet = api.assets().outlet(account);
    if (of == null || outlet == null || of.streams().isEmpty()) {
      done.accept(null);
      return;
    }
    var first = of.streams().firstEntry();
    var name = first.getKey();
    var consumers = List.copyOf(first.getValue().consumers().keySet());
    delete(
        account,
        name,
        (stream, error) -> {
          if (stream == null) {
            done.accept(error);
            return;
          }
          for (var consumer : consumers) {
            api.events().consumer(outlet, name, consumer, Events.Action.DELETE);
          }
          api.events().stream(outlet, name, Events.Action.DELETE);
          api.assets().shard().execute(() -> purge(account, done));
        });
  }

  private void run(String name, Change change, Assets.Done<ApiStream> done) {
    var taken =
        changes.run(
            name,
            () -> {
              Assets.Done<ApiStream> over =
                  (stream, error) -> {
                    changes.done(name);
                    done.done(stream, error);
                  };
              var error = attempt(name, change, over);
              if (error != null) {
                over.done(null, error);
              }
            });
    if (!taken) {
      done.done(null, ApiErrorCode.INSUFFICIENT_RESOURCES.with());
    }
  }

  private @Nullable ApiError attempt(String name, Change change, Assets.Done<ApiStream> over) {
    var account = api.assets().account(name);
    if (account == null) {
      return ApiErrorCode.NOT_ENABLED_FOR_ACCOUNT.with();
    }
    try {
      change.make(account, over);
      return null;
    } catch (ApiException e) {
      return e.error();
    }
  }
}

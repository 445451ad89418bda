package io.frond.api;

import io.frond.json.JsonException;
import io.frond.stream.ApiError;
import io.frond.stream.ApiErrorCode;
import io.frond.stream.ApiException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Answers the requests of `$JS.API.>` (ADR-1, wire API of nats.docs). On the shard's thread.
public final class Api {
  private static final String PREFIX = "$JS.API.";

  private final Assets assets;
  private final Events events;
  private final Infos infos;
  private final Limits limits;
  private final Changes changes = new Changes();
  private final Counters all = new Counters();
  private final Map<String, Counters> counters = new HashMap<>();
  private final Operations operations;

  public Api(Assets assets) {
    this.assets = assets;
    events = new Events(assets);
    infos = new Infos(assets);
    limits = new Limits(assets);
    operations = new Operations(this);
  }

  /// Handles one request. It is answered at once, or when what it asked for was committed.
  ///
  /// @param account of the one who asks
  /// @param subject beginning with `$JS.API.`, or with `$JS.DOMAIN.API.` of this server's domain
  /// @param reply empty for none: then nothing is answered
  /// @param headerLength bytes of headers at the beginning of `body`
  /// @param body headers and payload; not changed afterwards
  /// @param requester null for what does not come from a client
  public void handle(
      String account,
      String subject,
      byte[] reply,
      int headerLength,
      byte[] body,
      @Nullable Requester requester) {
    var outlet = assets.outlet(account);
    if (outlet == null) {
      return;
    }
    var plain = withoutDomain(subject);
    var call = new Call(this, account, outlet, plain, reply, headerLength, body, requester);
    if (!plain.equals(subject) && !Operations.isInDomain(call)) {
      call.noResponders(subject);
    } else if (!operations.direct(call)) {
      handle(call);
    }
  }

  private String withoutDomain(String subject) {
    var prefix = "$JS." + assets.server().domain() + ".API.";
    return subject.startsWith(prefix) ? PREFIX + subject.substring(prefix.length()) : subject;
  }

  private void handle(Call call) {
    var operation = operations.find(call);
    if (operation == null) {
      return; // as nats-server: who asks waits in vain
    }
    call.operation(operation);
    if (assets.account(call.accountName()) == null && assets.hasLeaves(call.accountName())) {
      return; // theirs to answer
    }
    if (operation.settled()) {
      assets.shard().fence(() -> perform(call, operation));
    } else {
      perform(call, operation);
    }
  }

  private void perform(Call call, Operation operation) {
    run(
        call,
        within -> {
          if (operation.kind() != Operation.Kind.ADMITTING) {
            call.admit();
          }
          operation.handler().handle(within);
        });
  }

  private void run(Call call, Operation.Handler handler) {
    try {
      handler.handle(call);
    } catch (ApiException e) {
      call.error(e.error());
    } catch (JsonException e) {
      call.error(ApiErrorCode.INVALID_JSON.with(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      assets.warn("JetStream API request " + call.subject() + " failed: " + e);
      call.error(ApiErrorCode.STREAM_GENERAL_ERROR.with(String.valueOf(e.getMessage())));
    }
  }

  /// Runs what changes streams or consumers when the account's changes before it are done.
  ///
  /// @param change must end with [#finish], however it goes; what it throws counts as that
  void change(Call call, Operation.Handler change) {
    counters(call.accountName()).began();
    all.began();
    var taken =
        changes.run(
            call.accountName(),
            () ->
                run(
                    call,
                    within -> {
                      try {
                        change.handle(within);
                      } catch (ApiException | JsonException | IOException e) {
                        changed(call);
                        throw e;
                      }
                    }));
    if (!taken) {
      ended(call);
      call.error(ApiErrorCode.INSUFFICIENT_RESOURCES.with());
    }
  }

  /// A change is over.
  void changed(Call call) {
    ended(call);
    changes.done(call.accountName());
  }

  /// Writes an answer that may need the disk.
  interface Answer<T> {
    void write(T result) throws IOException;
  }

  /// A change is over: answers, and lets the next one begin.
  <T> void finish(Call call, @Nullable T result, @Nullable ApiError error, Answer<T> answer) {
    try {
      if (result == null) {
        call.error(error == null ? ApiErrorCode.INSUFFICIENT_RESOURCES.with() : error);
      } else {
        answer.write(result);
      }
    } catch (IOException e) {
      call.error(ApiErrorCode.STREAM_GENERAL_ERROR.with(String.valueOf(e.getMessage())));
    } finally {
      changed(call);
    }
  }

  private void ended(Call call) {
    counters(call.accountName()).ended();
    all.ended();
  }

  void answer(Call call, byte[] answer, boolean error) {
    if (call.isOfOrigin()) { // nats-server asks its origins nothing
      call.publish(0, answer);
      return;
    }
    if (assets.account(call.accountName()) != null) { // else it hears that it has none
      counters(call.accountName()).answered(error);
      all.answered(error);
    }
    call.publish(0, answer);
    events.audit(call, answer);
  }

  Assets assets() {
    return assets;
  }

  Infos infos() {
    return infos;
  }

  Limits limits() {
    return limits;
  }

  /// What monitoring asks.
  public Report report() {
    return new Report(this);
  }

  /// Streams that the server keeps for itself.
  public OwnStreams ownStreams() {
    return new OwnStreams(this, changes);
  }

  public Events events() {
    return events;
  }

  /// Of the whole server.
  public Counters counters() {
    return all;
  }

  public Counters counters(String account) {
    return counters.computeIfAbsent(account, _ -> new Counters());
  }
}

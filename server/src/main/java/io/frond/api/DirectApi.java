package io.frond.api;

import io.frond.json.JsonException;
import io.frond.json.JsonFields;
import io.frond.json.JsonObject;
import io.frond.stream.ApiLevel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Direct get (ADR-31): stored messages as messages, with headers that tell where they come from
/// instead of a JSON document. On the shard's thread.
final class DirectApi {
  private static final String TYPE = "JSApiMsgGetRequest";

  private final Assets assets;

  DirectApi(Assets assets) {
    this.assets = assets;
  }

  /// `$JS.API.DIRECT.GET.STREAM` with a request, or with the subject whose newest message is wanted
  /// behind it.
  void get(Call call) {
    if (call.reply().length == 0) {
      return;
    }
    var stream = stream(call);
    if (stream == null) {
      call.noResponders();
      return;
    }
    var level = call.header(ApiLevel.HEADER);
    if (level != null && ApiLevel.refuses(level)) {
      call.status("412 Required Api Level");
      return;
    }
    var ofSubject = call.tokenCount() > 5;
    var payload = call.payload();
    if (payload.length == 0 && !ofSubject) {
      call.status("408 Empty Request");
      return;
    }
    var request = request(payload);
    if (request == null) {
      call.status("408 Malformed Request");
    } else if (ofSubject) {
      var subject = call.tail(5);
      if (subject.isEmpty() || request.hasChoice()) {
        call.status("408 Bad Request");
      } else {
        run(call, stream, request.lastFor(subject));
      }
    } else if (request.isEmpty()) {
      call.status("408 Empty Request");
    } else if (request.isContradictory()) {
      call.status("408 Bad Request");
    } else {
      run(call, stream, request);
    }
  }

  private static @Nullable GetRequest request(byte[] payload) {
    if (payload.length == 0) {
      return GetRequest.NOTHING;
    }
    try {
      return GetRequest.parse(new JsonFields(JsonObject.parse(payload, TYPE, false), TYPE));
    } catch (JsonException _) {
      return null;
    }
  }

  /// The stream that is asked: the one of that name, or a mirror of it that may answer for it.
  private @Nullable ApiStream stream(Call call) {
    var account = assets.account(call.accountName());
    if (account == null) {
      return null;
    }
    var name = call.token(4);
    var stream = account.streams().get(name);
    if (stream != null && stream.stream().config().allowDirect()) {
      return stream;
    }
    for (var other : account.streams().values()) {
      var config = other.stream().config();
      if (config.mirrorDirect()
          && config.mirror() != null
          && config.mirror().external() == null
          && config.mirror().name().equals(name)
          && other.stream().origins().isCaughtUp()) {
        return other;
      }
    }
    return null;
  }

  private void run(Call call, ApiStream stream, GetRequest request) {
    try {
      if (request.multiLast().isEmpty()) {
        new DirectBatch(assets, call, stream, request).begin();
      } else {
        new DirectMulti(call, stream, request).begin();
      }
    } catch (IOException e) {
      assets.warn("Direct get from stream " + call.token(4) + " failed: " + e);
      call.status("500 " + oneLine(e));
    }
  }

  /// An exception's message as a status line may hold it.
  static String oneLine(IOException e) {
    return String.valueOf(e.getMessage()).replace('\r', ' ').replace('\n', ' ');
  }
}

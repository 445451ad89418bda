package io.frond.api;

import io.frond.json.JsonException;
import io.frond.json.JsonTime;
import io.frond.store.MessageStore;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import io.frond.stream.ApiError;
import io.frond.stream.ApiErrorCode;
import io.frond.stream.ApiException;
import io.frond.stream.Storage;
import java.io.IOException;
import java.util.Base64;

/// Gets and deletes stored messages. On the shard's thread.
final class MessageApi {
  void get(Call call) throws ApiException, JsonException, IOException {
    if (call.isEmpty()) {
      throw new ApiException(ApiErrorCode.BAD_REQUEST);
    }
    var fields = call.fields("JSApiMsgGetRequest");
    var request = GetRequest.parse(fields);
    call.checkUnknown(fields);
    if (!request.isForOne()) {
      throw new ApiException(ApiErrorCode.BAD_REQUEST);
    }
    var stream = call.stream(call.token(5));
    var message = new StoredMessage();
    if (!find(stream.stream().store(), request, message)) {
      throw new ApiException(ApiErrorCode.NO_MESSAGE_FOUND);
    }
    var to = call.begin().begin("message");
    to.put("subject", message.subjectText()).put("seq", message.sequence());
    var base64 = Base64.getEncoder();
    if (!request.noHeaders()) {
      to.putIf("hdrs", base64.encodeToString(message.headers()));
    }
    to.putIf("data", base64.encodeToString(message.payload()))
        .put("time", JsonTime.of(message.timestamp()))
        .end();
    call.answerSilently(to);
  }

  private static boolean find(MessageStore store, GetRequest request, StoredMessage into)
      throws IOException {
    var time = request.startTime();
    var sequence = time == null ? request.sequence() : store.sequenceAt(time);
    if (!request.nextFor().isEmpty()) {
      return store.loadNext(SubjectFilter.of(request.nextFor()), sequence, into);
    }
    return sequence > 0
        ? store.load(sequence, into)
        : DirectBatch.loadLast(store, request.lastFor(), into);
  }

  void delete(Call call) throws ApiException, JsonException, IOException {
    if (call.isEmpty()) {
      throw new ApiException(ApiErrorCode.BAD_REQUEST);
    }
    var fields = call.fields("JSApiMsgDeleteRequest");
    var sequence = fields.sequence("seq");
    var erase = !fields.flag("no_erase");
    call.checkUnknown(fields);
    var stream = call.stream(call.token(5)).stream();
    if (stream.config().sealed()) {
      throw new ApiException(ApiErrorCode.STREAM_SEALED);
    }
    if (stream.config().denyDelete()) {
      throw new ApiException(ApiErrorCode.STREAM_MSG_DELETE_FAILED, "message delete not permitted");
    }
    if (stream.config().storage() == Storage.FILE) {
      beyond(sequence, stream.store().lastSequence());
    }
    stream.proposeRemove(
        sequence,
        erase,
        (result, failure) -> {
          if (failure != null) {
            call.error(ApiErrorCode.STREAM_MSG_DELETE_FAILED.with(text(failure)));
          } else if (result instanceof ApiError error) {
            call.error(error);
          } else if (result instanceof Boolean found && !found) {
            call.errorAsAnswer(ApiErrorCode.SEQUENCE_NOT_FOUND.with(sequence));
          } else {
            call.success();
          }
        });
  }

  /// What nats-server's file store says of sequences that cannot be; its memory store only that
  /// they are not found.
  private static void beyond(long sequence, long last) throws ApiException {
    if (sequence == 0 || sequence > last) {
      throw new ApiException(
          ApiErrorCode.STREAM_MSG_DELETE_FAILED,
          sequence == 0 ? "no message found" : "stream store EOF");
    }
  }

  private static String text(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }

  void purge(Call call) throws ApiException, JsonException {
    var upTo = 0L;
    var keep = 0L;
    var filter = "";
    if (call.isJson()) {
      var fields = call.fields("JSApiStreamPurgeRequest");
      upTo = fields.sequence("seq");
      filter = fields.text("filter");
      keep = fields.sequence("keep");
      call.checkUnknown(fields);
      if (upTo > 0 && keep > 0) {
        throw new ApiException(ApiErrorCode.BAD_REQUEST);
      }
    }
    var stream = call.stream(call.token(4)).stream();
    if (stream.config().sealed()) {
      throw new ApiException(ApiErrorCode.STREAM_SEALED);
    }
    if (stream.config().denyPurge()) {
      throw new ApiException(ApiErrorCode.STREAM_PURGE_FAILED, "stream purge not permitted");
    }
    stream.proposePurge(
        filter,
        upTo,
        keep,
        (result, failure) -> {
          if (failure != null) {
            call.error(ApiErrorCode.STREAM_GENERAL_ERROR.with(text(failure)));
          } else if (result instanceof ApiError error) {
            call.error(error);
          } else {
            var purged = result instanceof Number number ? number.longValue() : 0;
            call.answer(call.begin().put("success", true).put("purged", purged));
          }
        });
  }
}

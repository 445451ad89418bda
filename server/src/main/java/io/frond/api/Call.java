package io.frond.api;

import io.frond.json.JsonException;
import io.frond.json.JsonFields;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import io.frond.shard.Outlet;
import io.frond.stream.ApiError;
import io.frond.stream.ApiErrorCode;
import io.frond.stream.ApiException;
import io.frond.stream.ApiLevel;
import io.frond.stream.Origins;
import io.frond.wire.NoResponders;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One request on its way through the API: what was asked, and the way back. On the shard's thread.
final class Call {
  private static final String TYPE_PREFIX = "io.nats.jetstream.api.v1.";

  private final Api api;
  private final String accountName;
  private final Outlet outlet;
  private final String subject;
  private final String[] tokens;
  private final byte[] reply;
  private final int headerLength;
  private final byte[] body;
  private final @Nullable Requester requester;
  private Operation operation = Operation.UNKNOWN;

  Call(
      Api api,
      String accountName,
      Outlet outlet,
      String subject,
      byte[] reply,
      int headerLength,
      byte[] body,
      @Nullable Requester requester) {
    this.api = api;
    this.accountName = accountName;
    this.outlet = outlet;
    this.subject = subject;
    this.tokens = subject.split("\\.", -1);
    this.reply = reply;
    this.headerLength = headerLength;
    this.body = body;
    this.requester = requester;
  }

  void operation(Operation now) {
    operation = now;
  }

  Assets assets() {
    return api.assets();
  }

  String accountName() {
    return accountName;
  }

  /// Checks whether it may be asked at all.
  ///
  /// @throws ApiException when it wants another API level, or its account has no JetStream
  void admit() throws ApiException {
    checkLevel();
    var _ = account();
  }

  /// @throws ApiException when it wants another API level
  void checkLevel() throws ApiException {
    var level = header(ApiLevel.HEADER);
    if (level != null && ApiLevel.refuses(level)) {
      throw new ApiException(ApiErrorCode.REQUIRED_API_LEVEL);
    }
  }

  /// The account.
  ///
  /// @throws ApiException when it has no JetStream
  ApiAccount account() throws ApiException {
    var account = assets().account(accountName);
    if (account == null) {
      throw new ApiException(ApiErrorCode.NOT_ENABLED_FOR_ACCOUNT);
    }
    return account;
  }

  /// @throws ApiException when there is no such stream
  ApiStream stream(String name) throws ApiException {
    var stream = account().streams().get(name);
    if (stream == null) {
      throw new ApiException(ApiErrorCode.STREAM_NOT_FOUND);
    }
    return stream;
  }

  Outlet outlet() {
    return outlet;
  }

  String subject() {
    return subject;
  }

  int tokenCount() {
    return tokens.length;
  }

  /// The subject's tokens, from 0.
  String token(int at) {
    return at < tokens.length ? tokens[at] : "";
  }

  /// The subject from a token on.
  String tail(int at) {
    return String.join(
        ".", Arrays.asList(tokens).subList(Math.min(at, tokens.length), tokens.length));
  }

  byte[] reply() {
    return reply;
  }

  int headerLength() {
    return headerLength;
  }

  /// Headers and payload; the call's own.
  byte[] body() {
    return body;
  }

  @Nullable Requester requester() {
    return requester;
  }

  /// A header's value, null when it is not there.
  @Nullable String header(String name) {
    return headerLength == 0 ? null : MessageHeaders.value(body, headerLength, name);
  }

  byte[] payload() {
    return headerLength == 0 ? body : Arrays.copyOfRange(body, headerLength, body.length);
  }

  /// Whether a mirror or source, of this server or another, asks how its origin stands.
  boolean isOfOrigin() {
    return tokens[2].equals("STREAM") && token(3).equals("INFO") && Origins.asks(reply);
  }

  /// The request's text, for the audit.
  String text() {
    return new String(body, headerLength, body.length - headerLength, StandardCharsets.UTF_8);
  }

  /// Whether the request is an object or an array, by its first letter.
  boolean isJson() {
    var at = firstLetter();
    return at < body.length && (body[at] == '{' || body[at] == '[');
  }

  private int firstLetter() {
    var at = headerLength;
    while (at < body.length && " \t\r\n".indexOf(body[at]) >= 0) {
      at++;
    }
    return at;
  }

  /// Whether there is no request, or an object without fields.
  boolean isEmpty() {
    if (body.length == headerLength) {
      return true;
    }
    try {
      return isJson() && JsonObject.parse(payload()).names().isEmpty();
    } catch (JsonException _) {
      return false;
    }
  }

  /// The request's fields; none for an empty request. Call [#checkUnknown] when all were asked for.
  ///
  /// @param type the name of Go's struct, for error texts
  JsonFields fields(String type) throws JsonException {
    var empty = firstLetter() == body.length;
    var text = empty ? "{}".getBytes(StandardCharsets.US_ASCII) : payload();
    return new JsonFields(JsonObject.parseAll(text, type, assets().server().strict()), type);
  }

  /// The fields of a request that nats-server reads with no more than Go's decoder: there must be
  /// one, fields that nobody asks for are none of its errors, and errors do not say where.
  JsonFields plainFields(String type) throws JsonException {
    return new JsonFields(JsonObject.parse(payload(), type, false), type);
  }

  /// @throws JsonException when the request has fields that nobody asked for, and requests are read
  ///   strictly
  void checkUnknown(JsonFields fields) throws JsonException {
    var unknown = fields.unknown();
    if (unknown.isEmpty()) {
      return;
    }
    var text = "json: unknown field \"" + unknown.getFirst() + '"';
    assets().warn("Invalid JetStream request '" + accountName + " > " + subject + "': " + text);
    if (assets().server().strict()) {
      throw new JsonException(text);
    }
  }

  /// Begins an answer; put its fields and give it to [#answer].
  JsonWriter begin() {
    return begin(operation.type());
  }

  /// @param type without its prefix
  JsonWriter begin(String type) {
    return JsonWriter.compact().begin().put("type", TYPE_PREFIX + type);
  }

  /// Ends the answer and sends it.
  void answer(JsonWriter to) {
    api.answer(this, to.end().bytes(), false);
  }

  /// Sends an answer that is not counted and of which no audit tells.
  void answerSilently(JsonWriter to) {
    publish(0, to.end().bytes());
  }

  /// Answers that something is done.
  void success() {
    answer(begin().put("success", true));
  }

  void error(ApiError error) {
    var to = error.write(begin());
    operation.tail().accept(to);
    if (operation.kind() == Operation.Kind.OF_CONSUMER) {
      answerSilently(to);
    } else {
      api.answer(this, to.end().bytes(), true);
    }
  }

  /// Answers with an error that counts as an answer like any other, as with nats-server.
  void errorAsAnswer(ApiError error) {
    answer(error.write(begin()));
  }

  /// Answers with a status line instead of a document, such as `404 Message Not Found`.
  void status(String line) {
    var headers = MessageHeaders.status(line);
    publish(headers.length, headers);
  }

  /// Answers as if nobody took the request: as with nats-server, where each consumer and each
  /// stream takes its own.
  void noResponders() {
    noResponders(subject);
  }

  /// @param asked the subject that nobody took
  void noResponders(String asked) {
    var headers = NoResponders.headers(asked.getBytes(StandardCharsets.UTF_8));
    publish(headers.length, headers);
  }

  void publish(int ofHeaders, byte[] answer) {
    if (reply.length > 0) {
      outlet.publish(reply, MessageHeaders.NONE, ofHeaders, answer);
    }
  }
}

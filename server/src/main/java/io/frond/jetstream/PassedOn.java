package io.frond.jetstream;

import io.frond.api.Requester;
import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request as it goes to the server that answers it: who asked stands in its first header, as
/// `ClientInfo` in JSON.
///
/// @param headerLength bytes of headers at the beginning of `body`
/// @param requester null when that is not known
record PassedOn(int headerLength, byte[] body, @Nullable Requester requester) {
  private static final byte[] LINE = "NATS/1.0\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NAME = "Nats-Request-Info: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = {'\r', '\n'};
  private static final List<String> TEXTS =
      List.of("acc", "user", "name", "lang", "ver", "server", "cluster", "kind", "client_type");

  /// Puts the header in.
  PassedOn wrap() {
    if (requester == null) {
      return this;
    }
    var info = JsonWriter.compact().begin();
    requester.write(info);
    var to = new ByteArrayOutputStream();
    to.writeBytes(LINE);
    to.writeBytes(NAME);
    to.writeBytes(info.end().bytes());
    to.writeBytes(END);
    if (headerLength > 0) {
      to.write(body, LINE.length, headerLength - LINE.length);
    } else {
      to.writeBytes(END);
    }
    var length = to.size();
    to.write(body, headerLength, body.length - headerLength);
    return new PassedOn(length, to.toByteArray(), null);
  }

  /// Takes the header out, where there is one.
  PassedOn unwrap() {
    var at = LINE.length + NAME.length;
    if (headerLength <= at
        || !Arrays.equals(body, 0, LINE.length, LINE, 0, LINE.length)
        || !Arrays.equals(body, LINE.length, at, NAME, 0, NAME.length)) {
      return this;
    }
    var end = at;
    while (end < headerLength && body[end] != '\r') {
      end++;
    }
    JsonObject info;
    try {
      info = JsonObject.parse(Arrays.copyOfRange(body, at, end));
    } catch (JsonException e) {
      return this; // somebody else's
    }
    var cut = end + END.length - LINE.length;
    var more = headerLength - cut > LINE.length + END.length;
    var rest = new byte[body.length - (more ? cut : headerLength)];
    if (more) {
      System.arraycopy(body, 0, rest, 0, LINE.length);
      System.arraycopy(body, LINE.length + cut, rest, LINE.length, rest.length - LINE.length);
    } else {
      System.arraycopy(body, headerLength, rest, 0, rest.length);
    }
    return new PassedOn(more ? headerLength - cut : 0, rest, to -> write(info, to));
  }

  private static void write(JsonObject info, JsonWriter to) {
    var start = info.text("start");
    if (start != null) {
      to.put("start", start).put("host", info.text("host", "")).put("id", info.number("id", 0));
    }
    for (var name : TEXTS) {
      to.putIf(name, info.text(name));
    }
    to.putIf("rtt", info.number("rtt", 0));
  }
}

package io.frond.lane;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.leafnode.HubLink;
import java.util.Arrays;

/// What an answer to a lane's message means.
sealed interface Verdict {
  /// The message is safe over there.
  ///
  /// @param stream that has it, empty when a hub took it for plain subscribers
  /// @param sequence in that stream
  record Taken(String stream, long sequence, boolean duplicate) implements Verdict {}

  /// It will never be taken.
  record Refused(int code, int number, String why) implements Verdict {}

  /// It may be taken later.
  record Later(String why) implements Verdict {}

  /// The message before it is not the last one there, although we said so.
  ///
  /// @param stream that says so
  /// @param last id of the last message, empty when it has none
  record OutOfLine(String stream, String last) implements Verdict {}

  /// "maximum messages exceeded" and its like come with this number, as disk errors do.
  int STORE_FAILED = 10077;

  int WRONG_LAST_ID = 10070;

  /// Limits of an account: what frees space makes it pass.
  int ACCOUNT_FULL = 10002;

  /// What a message that may not go is told.
  static Refused misfit(HubLink.Fit fit) {
    return fit == HubLink.Fit.TOO_LARGE
        ? new Refused(413, 0, "maximum payload exceeded")
        : new Refused(403, 0, "permission violation");
  }

  static Verdict of(byte[] body, int headerLength) {
    var status = LaneHeaders.status(body, headerLength);
    if (status != 0) {
      return new Later(status == 503 ? "no responders" : "status " + status);
    }
    JsonObject answer;
    try {
      answer = JsonObject.parse(Arrays.copyOfRange(body, headerLength, body.length));
    } catch (JsonException e) {
      return new Later("an answer that is none of a stream's");
    }
    var error = answer.object("error");
    if (error != null) {
      return of(
          (int) error.number("code", 0),
          (int) error.number("err_code", 0),
          answer.text("stream", ""),
          error.text("description", ""));
    }
    if (answer.flag("taken", false) || answer.number("seq", 0) > 0) {
      return new Taken(
          answer.text("stream", ""), answer.number("seq", 0), answer.flag("duplicate", false));
    }
    return new Later("an answer that is none of a stream's");
  }

  private static Verdict of(int code, int number, String stream, String why) {
    if (number == WRONG_LAST_ID) {
      var at = why.indexOf(": ");
      return new OutOfLine(stream, at < 0 ? "" : why.substring(at + 2).strip());
    }
    var full = number == STORE_FAILED && why.contains("maximum");
    if (full || (code < 500 && number != ACCOUNT_FULL)) {
      return new Refused(code, number, why);
    }
    return new Later(why);
  }
}

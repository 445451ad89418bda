package io.frond.consumer;

/// Reads what pull requests almost always are, an object of plain numbers and flags, without a
/// parser's allocations. Anything else is left to the real one.
final class PullFields {
  private static final int DIGITS_MAX = 18;

  private final byte[] in;
  private final int end;
  private int at;

  PullFields(byte[] in, int at, int end) {
    this.in = in;
    this.at = at;
    this.end = end;
  }

  /// @return false when it is not that simple; the request's numbers are then to be read anew
  boolean read(PullRequest to) {
    to.left = 0;
    if (!take('{')) {
      return false;
    }
    if (take('}')) {
      return at == end;
    }
    do {
      if (!field(to)) {
        return false;
      }
    } while (take(','));
    return take('}') && at == end;
  }

  private boolean field(PullRequest to) {
    if (!take('"')) {
      return false;
    }
    var from = at;
    while (at < end && in[at] != '"' && in[at] != '\\') {
      at++;
    }
    var length = at - from;
    if (!take('"') || !take(':')) {
      return false;
    }
    blanks();
    if (is(from, length, "no_wait")) {
      return flag(to);
    }
    var value = number();
    if (value < 0) {
      return false;
    }
    if (is(from, length, "batch")) {
      to.left = value;
    } else if (is(from, length, "expires")) {
      to.expires = value;
    } else if (is(from, length, "max_bytes")) {
      to.bytesLeft = value;
    } else if (is(from, length, "idle_heartbeat")) {
      to.heartbeat = value;
    } else {
      return false;
    }
    return true;
  }

  private boolean flag(PullRequest to) {
    if (is(at, Math.min(4, end - at), "true")) {
      to.noWait = true;
      at += 4;
      return true;
    }
    if (is(at, Math.min(5, end - at), "false")) {
      to.noWait = false;
      at += 5;
      return true;
    }
    return false;
  }

  private long number() {
    var from = at;
    var value = 0L;
    while (at < end && in[at] >= '0' && in[at] <= '9') {
      value = value * 10 + (in[at++] - '0');
    }
    var digits = at - from;
    return digits == 0 || digits > DIGITS_MAX || (digits > 1 && in[from] == '0') ? -1 : value;
  }

  private boolean is(int from, int length, String name) {
    if (length != name.length()) {
      return false;
    }
    for (var i = 0; i < length; i++) {
      if (in[from + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private void blanks() {
    while (at < end && (in[at] == ' ' || in[at] == '\n' || in[at] == '\t' || in[at] == '\r')) {
      at++;
    }
  }

  private boolean take(char wanted) {
    blanks();
    if (at < end && in[at] == wanted) {
      at++;
      return true;
    }
    return false;
  }
}

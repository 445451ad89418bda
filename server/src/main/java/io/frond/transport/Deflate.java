package io.frond.transport;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;

/// The words of `permessage-deflate` (RFC 7692) in `Sec-WebSocket-Extensions`. Frond compresses
/// each message for itself, so that a connection keeps no compression state: no context takeover,
/// on either side.
final class Deflate {
  static final String EXTENSION =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  private static final String NAME = "permessage-deflate";
  private static final String SERVER_WINDOW = "server_max_window_bits";
  private static final String SERVER_NO_CONTEXT = "server_no_context_takeover";
  private static final String CLIENT_NO_CONTEXT = "client_no_context_takeover";

  private Deflate() {}

  /// What an answer says of compression.
  enum Answer {
    NONE,
    AGREED,
    /// Compression on terms that were not offered.
    UNUSABLE
  }

  /// Whether a request offers compression on terms that can be met: we cannot compress with a
  /// smaller window than the usual.
  static boolean offered(HttpHeaders headers) {
    for (var header : headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)) {
      for (var extension : header.split(",", -1)) {
        var words = words(extension);
        if (words[0].equals(NAME) && !smallWindow(words)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean smallWindow(String[] words) {
    for (var word : words) {
      if (word.startsWith(SERVER_WINDOW) && !word.replaceAll("[\\s\"]", "").endsWith("=15")) {
        return true;
      }
    }
    return false;
  }

  static Answer answered(HttpHeaders headers) {
    for (var header : headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)) {
      for (var extension : header.split(",", -1)) {
        var words = words(extension);
        if (words[0].equals(NAME)) {
          return has(words, SERVER_NO_CONTEXT) && has(words, CLIENT_NO_CONTEXT)
              ? Answer.AGREED
              : Answer.UNUSABLE;
        }
      }
    }
    return Answer.NONE;
  }

  private static boolean has(String[] words, String wanted) {
    for (var word : words) {
      if (word.equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static String[] words(String extension) {
    var words = extension.split(";", -1);
    for (var i = 0; i < words.length; i++) {
      words[i] = words[i].strip().toLowerCase(Locale.ROOT);
    }
    return words;
  }
}

package io.frond.jetstream;

import io.frond.account.Delivery;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the subject of an API request says of where it belongs. Pure functions.
final class Requests {
  /// Requests about all streams of an account, which every server of a cluster has a part of.
  enum Whole {
    INFO,
    STREAM_NAMES,
    STREAM_LIST
  }

  private static final List<String> STREAM_VERBS =
      List.of("CREATE", "UPDATE", "DELETE", "INFO", "PURGE", "SNAPSHOT", "RESTORE");
  private static final List<String> CONSUMER_VERBS =
      List.of("CREATE", "DELETE", "INFO", "LIST", "NAMES", "PAUSE", "UNPIN", "RESET");

  private static final byte[] GET = "$JS.API.DIRECT.GET.".getBytes(StandardCharsets.US_ASCII);

  private Requests() {}

  /// The tokens behind `API`, whatever the domain; empty when it is no API subject.
  static List<String> tokens(String subject) {
    var all = List.of(subject.split("\\.", -1));
    var api = all.indexOf("API");
    return api == 1 || api == 2 ? all.subList(api + 1, all.size()) : List.of();
  }

  /// The stream that a request is about; null when it is about none.
  static @Nullable String stream(List<String> tokens) {
    var at =
        switch (word(tokens, 0)) {
          case "STREAM" -> ofStream(tokens);
          case "CONSUMER" -> ofConsumer(tokens);
          case "DIRECT" -> word(tokens, 1).equals("GET") ? 2 : -1;
          default -> -1;
        };
    return at > 0 && at < tokens.size() ? tokens.get(at) : null;
  }

  private static int ofStream(List<String> tokens) {
    var verb = word(tokens, 1);
    if (verb.equals("MSG") || verb.equals("LEADER") || verb.equals("PEER")) {
      return 3;
    }
    return STREAM_VERBS.contains(verb) ? 2 : -1;
  }

  private static int ofConsumer(List<String> tokens) {
    var verb = word(tokens, 1);
    if (verb.equals("MSG") || verb.equals("LEADER") || verb.equals("DURABLE")) {
      return 3;
    }
    return CONSUMER_VERBS.contains(verb) ? 2 : -1;
  }

  /// Whether it asks for a new stream.
  static boolean creates(List<String> tokens) {
    return word(tokens, 0).equals("STREAM")
        && (word(tokens, 1).equals("CREATE") || word(tokens, 1).equals("RESTORE"));
  }

  /// Null when it is not about all streams.
  static @Nullable Whole whole(List<String> tokens) {
    if (tokens.equals(List.of("INFO"))) {
      return Whole.INFO;
    }
    if (tokens.equals(List.of("STREAM", "NAMES"))) {
      return Whole.STREAM_NAMES;
    }
    return tokens.equals(List.of("STREAM", "LIST")) ? Whole.STREAM_LIST : null;
  }

  /// Whether it is answered with a document, of which an audit tells.
  static boolean isAudited(List<String> tokens) {
    var isNext = word(tokens, 0).equals("CONSUMER") && word(tokens, 1).equals("MSG");
    return !isNext && !word(tokens, 0).equals("DIRECT");
  }

  /// The subject of a request without a domain; null for one that is no document, and in
  /// nats-server does not leave its account.
  static @Nullable String service(String subject) {
    var tokens = tokens(subject);
    return isAudited(tokens) ? "$JS.API." + String.join(".", tokens) : null;
  }

  /// Whether it asks for one message directly.
  static boolean isQuick(Delivery message) {
    var frame = message.frame();
    if (frame.size() > frame.headerLength() || frame.subjectLength() < GET.length) {
      return false;
    }
    for (var i = 0; i < GET.length; i++) {
      if (frame.buffer().get(frame.subjectAt() + i) != GET[i]) {
        return false;
      }
    }
    return true;
  }

  private static String word(List<String> tokens, int index) {
    return index < tokens.size() ? tokens.get(index) : "";
  }
}

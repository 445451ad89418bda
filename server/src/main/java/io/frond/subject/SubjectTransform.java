package io.frond.subject;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Makes one subject of another (ADR-36): a source pattern, and a destination in which `$1` and
/// `{{function(…)}}` take the source's wildcards. Immutable: any thread.
public final class SubjectTransform {
  private static final String BAD_SUBJECT = "invalid subject";

  private final byte @Nullable [] source;
  private final int sourceTokens;
  private final TransformToken[] destination;
  private final boolean same;
  private final boolean rest;

  private SubjectTransform(
      byte @Nullable [] source,
      int sourceTokens,
      TransformToken[] destination,
      boolean same,
      boolean rest) {
    this.source = source;
    this.sourceTokens = sourceTokens;
    this.destination = destination;
    this.same = same;
    this.rest = rest;
  }

  /// @param source a pattern; empty for all
  /// @param destination empty or `>` for "as it is"
  public static SubjectTransform of(String source, String destination) throws TransformException {
    var from = source.isEmpty() ? ">" : source;
    if (destination.isEmpty()) {
      return new SubjectTransform(
          from.equals(">") ? null : utf8(from), 1, new TransformToken[0], true, true);
    }
    var sources = tokens(from);
    var destinations = tokens(destination);
    var full = sources[sources.length - 1].equals(">");
    if (full != destinations[destinations.length - 1].equals(">")
        || Arrays.asList(destinations).contains("*")) {
      throw new TransformException(BAD_SUBJECT);
    }
    var places = wildcards(sources);
    var functions = new TransformToken[destinations.length];
    for (var i = 0; i < functions.length; i++) {
      var token = TransformToken.parse(destinations[i]);
      if (places.length > 0 || full) {
        token = token.placed(places);
      } else if (takesToken(token)) {
        throw TransformToken.outOfRange(destinations[i]);
      } else {
        token = token.kind() == TransformToken.Kind.PARTITION ? wholeSubject(token) : token;
      }
      functions[i] = token;
    }
    return new SubjectTransform(
        from.equals(">") ? null : utf8(from),
        sources.length,
        full ? Arrays.copyOf(functions, functions.length - 1) : functions,
        from.equals(">") && destination.equals(">"),
        full);
  }

  private static TransformToken wholeSubject(TransformToken token) {
    return new TransformToken(token.kind(), token.text(), new int[0], token.number(), "");
  }

  private static boolean takesToken(TransformToken token) {
    return switch (token.kind()) {
      case TEXT, RANDOM, PARTITION -> false;
      default -> true;
    };
  }

  private static String[] tokens(String subject) throws TransformException {
    var tokens = latin(utf8(subject)).split("\\.", -1);
    for (var i = 0; i < tokens.length; i++) {
      if (tokens[i].isEmpty() || (tokens[i].equals(">") && i < tokens.length - 1)) {
        throw new TransformException(BAD_SUBJECT);
      }
    }
    return tokens;
  }

  private static int[] wildcards(String[] tokens) {
    var places = new int[tokens.length];
    var count = 0;
    for (var i = 0; i < tokens.length; i++) {
      if (tokens[i].equals("*")) {
        places[count++] = i;
      }
    }
    return Arrays.copyOf(places, count);
  }

  /// Checks a transform as stream configurations and mappings may have it.
  ///
  /// @throws TransformException with the text that nats-server gives
  public static void validate(String source, String destination) throws TransformException {
    if (destination.isEmpty()) {
      return;
    }
    var full = false;
    for (var token : destination.split("\\.", -1)) {
      if (token.isEmpty() || full) {
        throw new TransformException(
            "invalid mapping destination: invalid transform"
                + (token.isEmpty() ? "" : " in " + token));
      }
      if (TransformToken.looksLikeFunction(token)) {
        TransformToken.checkName(token);
        continue;
      }
      full = token.equals(">");
      for (var i = 0; i < token.length(); i++) {
        if ("\t\n\f\r ".indexOf(token.charAt(i)) >= 0) {
          throw new TransformException("invalid mapping destination: invalid transform");
        }
      }
    }
    of(source, destination);
  }

  /// Transforms a literal subject.
  ///
  /// @param random decides what `random` gives; the same number gives the same subject
  /// @return null when the source does not match; may be `subject` itself
  public byte @Nullable [] apply(byte[] subject, long random) {
    if (source != null && !Subjects.matches(subject, source)) {
      return null;
    }
    if (same) {
      return subject;
    }
    if (!Subjects.isValidLiteral(subject)) {
      return null;
    }
    var whole = latin(subject);
    var tokens = whole.split("\\.", -1);
    var to = new StringBuilder(subject.length + 16);
    for (var i = 0; i < destination.length; i++) {
      if (i > 0) {
        to.append('.');
      }
      destination[i].apply(tokens, whole, random, to);
    }
    if (rest) {
      for (var i = sourceTokens - 1; i < tokens.length; i++) {
        if (destination.length > 0 || i >= sourceTokens) {
          to.append('.');
        }
        to.append(tokens[i]);
      }
    }
    return to.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /// As [#apply(byte[],long)], for texts.
  public @Nullable String apply(String subject, long random) {
    var made = apply(utf8(subject), random);
    return made == null ? null : new String(made, StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// A character for each byte, so that positions are those of bytes as in nats-server.
  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}

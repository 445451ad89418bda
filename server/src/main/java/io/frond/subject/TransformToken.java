package io.frond.subject;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// One token of a transform's destination (ADR-36): text as it is, or a function of the source's
/// tokens. Immutable. Texts hold one byte in each character.
///
/// @param text the token as it was written
/// @param tokens of the source, from 0, that the function takes
/// @param number its number argument
/// @param delimiter of `split`
record TransformToken(Kind kind, String text, int[] tokens, int number, String delimiter) {
  private static final Pattern FUNCTION =
      Pattern.compile("\\{\\{\\s*([A-Za-z]+)\\s*\\((.*)\\)\\s*\\}\\}");
  private static final Set<String> NAMES =
      Set.of(
          "wildcard",
          "partition",
          "splitfromleft",
          "splitfromright",
          "slicefromleft",
          "slicefromright",
          "left",
          "right",
          "split",
          "random");
  private static final Pattern COMMA = Pattern.compile(",\\s*");
  private static final String INVALID = "invalid mapping destination: ";
  private static final int FNV_OFFSET = 0x811c9dc5;
  private static final int FNV_PRIME = 0x01000193;

  enum Kind {
    TEXT,
    WILDCARD,
    PARTITION,
    SPLIT_FROM_LEFT,
    SPLIT_FROM_RIGHT,
    SLICE_FROM_LEFT,
    SLICE_FROM_RIGHT,
    SPLIT,
    LEFT,
    RIGHT,
    RANDOM
  }

  /// Reads a token; `tokens` are then numbers of wildcards, from 1.
  static TransformToken parse(String token) throws TransformException {
    var length = token.length();
    if (length > 1 && token.charAt(0) == '$') {
      return dollar(token);
    }
    if (!looksLikeFunction(token)) {
      return text(token);
    }
    var found = FUNCTION.matcher(token);
    if (!found.matches()) {
      throw new TransformException(INVALID + "unknown function in " + token);
    }
    var arguments = COMMA.split(found.group(2), -1);
    return switch (found.group(1).toLowerCase(Locale.ROOT)) {
      case "wildcard" -> {
        count(token, arguments, 1);
        if (arguments[0].isEmpty()) {
          throw new TransformException(
              INVALID + "not enough arguments passed to the function in " + token);
        }
        yield function(Kind.WILDCARD, token, number(token, arguments[0]), -1);
      }
      case "partition" -> partition(token, arguments);
      case "splitfromleft" -> positioned(Kind.SPLIT_FROM_LEFT, token, arguments);
      case "splitfromright" -> positioned(Kind.SPLIT_FROM_RIGHT, token, arguments);
      case "slicefromleft" -> positioned(Kind.SLICE_FROM_LEFT, token, arguments);
      case "slicefromright" -> positioned(Kind.SLICE_FROM_RIGHT, token, arguments);
      case "left" -> positioned(Kind.LEFT, token, arguments);
      case "right" -> positioned(Kind.RIGHT, token, arguments);
      case "split" -> {
        count(token, arguments, 2);
        if (arguments[1].contains(" ") || arguments[1].contains(".")) {
          throw invalidArgument(token);
        }
        yield new TransformToken(
            Kind.SPLIT, token, new int[] {number(token, arguments[0])}, -1, arguments[1]);
      }
      case "random" -> {
        if (arguments.length != 1) {
          throw new TransformException(
              INVALID + "not enough arguments passed to the function in " + token);
        }
        yield new TransformToken(Kind.RANDOM, token, new int[0], number(token, arguments[0]), "");
      }
      default -> throw new TransformException(INVALID + "unknown function in " + token);
    };
  }

  /// @throws TransformException when a token that looks like a function is none that there is
  static void checkName(String token) throws TransformException {
    var found = FUNCTION.matcher(token);
    if (!found.matches() || !NAMES.contains(found.group(1).toLowerCase(Locale.ROOT))) {
      throw new TransformException(INVALID + "unknown function in " + token);
    }
  }

  static boolean looksLikeFunction(String token) {
    return token.length() > 4 && token.startsWith("{{") && token.endsWith("}}");
  }

  private static TransformToken dollar(String token) {
    try {
      return function(Kind.WILDCARD, token, Integer.parseInt(token.substring(1)), -1);
    } catch (NumberFormatException e) {
      return text(token);
    }
  }

  private static TransformToken text(String token) {
    return new TransformToken(Kind.TEXT, token, new int[0], -1, "");
  }

  private static TransformToken function(Kind kind, String token, int wildcard, int number) {
    return new TransformToken(kind, token, new int[] {wildcard}, number, "");
  }

  private static TransformToken positioned(Kind kind, String token, String[] arguments)
      throws TransformException {
    count(token, arguments, 2);
    return function(kind, token, number(token, arguments[0]), number(token, arguments[1]));
  }

  private static TransformToken partition(String token, String[] arguments)
      throws TransformException {
    var tokens = new int[arguments.length - 1];
    for (var i = 0; i < tokens.length; i++) {
      tokens[i] = number(token, arguments[i + 1]);
    }
    return new TransformToken(Kind.PARTITION, token, tokens, number(token, arguments[0]), "");
  }

  private static void count(String token, String[] arguments, int wanted)
      throws TransformException {
    if (arguments.length < wanted) {
      throw new TransformException(
          INVALID + "not enough arguments passed to the function in " + token);
    }
    if (arguments.length > wanted) {
      throw new TransformException(
          INVALID + "too many arguments passed to the function in " + token);
    }
  }

  private static int number(String token, String argument) throws TransformException {
    try {
      return Integer.parseInt(argument.strip());
    } catch (NumberFormatException e) {
      throw invalidArgument(token);
    }
  }

  private static TransformException invalidArgument(String token) {
    return new TransformException(
        INVALID + "function argument is invalid or in the wrong format in " + token);
  }

  /// The same function with the source's tokens in place of wildcards' numbers.
  ///
  /// @param places of the source's wildcards among its tokens
  TransformToken placed(int[] places) throws TransformException {
    var placed = new int[tokens.length];
    for (var i = 0; i < tokens.length; i++) {
      if (tokens[i] > places.length) {
        throw outOfRange(text + ": [" + tokens[i] + "]");
      }
      placed[i] = tokens[i] < 1 ? 0 : places[tokens[i] - 1];
    }
    return new TransformToken(kind, text, placed, number, delimiter);
  }

  static TransformException outOfRange(String where) {
    return new TransformException(INVALID + "wildcard index out of range in " + where);
  }

  /// Appends what it makes of a subject.
  void apply(String[] source, String subject, long random, StringBuilder to) {
    switch (kind) {
      case TEXT -> to.append(text);
      case PARTITION -> to.append(bucket(source, subject));
      case RANDOM -> to.append(number == 0 ? 0 : (random & Integer.MAX_VALUE) % number);
      default -> {
        if (tokens[0] < source.length) {
          cut(source[tokens[0]], to);
        }
      }
    }
  }

  private void cut(String token, StringBuilder to) {
    var length = token.length();
    if (kind == Kind.SPLIT) {
      split(token, to);
    } else if (kind == Kind.WILDCARD || number <= 0 || number >= length) {
      to.append(token);
    } else {
      switch (kind) {
        case SPLIT_FROM_LEFT ->
            to.append(token, 0, number).append('.').append(token, number, length);
        case SPLIT_FROM_RIGHT ->
            to.append(token, 0, length - number).append('.').append(token, length - number, length);
        case SLICE_FROM_LEFT -> slice(token, 0, to);
        case SLICE_FROM_RIGHT -> slice(token, length % number, to);
        case LEFT -> to.append(token, 0, number);
        case RIGHT -> to.append(token, length - number, length);
        default -> throw new IllegalStateException();
      }
    }
  }

  private void slice(String token, int first, StringBuilder to) {
    to.append(token, 0, first);
    for (var at = first; at < token.length(); at += number) {
      if (at > 0) {
        to.append('.');
      }
      to.append(token, at, Math.min(at + number, token.length()));
    }
  }

  private void split(String token, StringBuilder to) {
    var parts = delimiter.isEmpty() ? token.split("") : token.split(Pattern.quote(delimiter), -1);
    for (var i = 0; i < parts.length; i++) {
      to.append(parts[i]);
      if (i < parts.length - 1 && !parts[i + 1].isEmpty() && !(i == 0 && parts[i].isEmpty())) {
        to.append('.');
      }
    }
  }

  private long bucket(String[] source, String subject) {
    if (number == 0) {
      return 0;
    }
    var hash = FNV_OFFSET;
    if (tokens.length == 0) {
      hash = hash(hash, subject);
    } else {
      for (var token : tokens) {
        hash = hash(hash, source[Math.min(token, source.length - 1)]);
      }
    }
    return Integer.toUnsignedLong(hash) % Integer.toUnsignedLong(number);
  }

  private static int hash(int hash, String text) {
    var h = hash;
    for (var b : text.getBytes(StandardCharsets.ISO_8859_1)) {
      h = (h ^ (b & 0xff)) * FNV_PRIME;
    }
    return h;
  }
}

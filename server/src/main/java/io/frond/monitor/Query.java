package io.frond.monitor;

import io.frond.wire.ErrorText;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request's parameters, read as nats-server reads them: an empty one is as good as none, and of
/// several with one name the first counts.
final class Query {
  private static final int PARAMETERS_MAX = 64;
  private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger UNSIGNED_MAX = LONG_MAX.shiftLeft(1).add(BigInteger.ONE);

  static final Query NONE = new Query(Map.of());

  private final Map<String, List<String>> parameters;

  private Query(Map<String, List<String>> parameters) {
    this.parameters = parameters;
  }

  /// @param text what stands behind the question mark
  /// @throws BadRequestException when an escape is malformed
  static Query parse(String text) throws BadRequestException {
    if (text.isEmpty()) {
      return NONE;
    }
    try {
      return new Query(
          new QueryStringDecoder(text, StandardCharsets.UTF_8, false, PARAMETERS_MAX).parameters());
    } catch (IllegalArgumentException e) {
      throw new BadRequestException("malformed query");
    }
  }

  static Query of(Map<String, String> parameters) {
    var lists = new HashMap<String, List<String>>();
    parameters.forEach((name, value) -> lists.put(name, List.of(value)));
    return new Query(lists);
  }

  /// The parameter's text, empty when there is none.
  String text(String name) {
    var values = parameters.get(name);
    return values == null || values.isEmpty() ? "" : values.getFirst();
  }

  @Nullable String textOrNull(String name) {
    var text = text(name);
    return text.isEmpty() ? null : text;
  }

  /// @throws BadRequestException when it is none of Go's spellings of true and false
  boolean flag(String name) throws BadRequestException {
    var text = text(name);
    return switch (text) {
      case "", "0", "f", "F", "false", "FALSE", "False" -> false;
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      default ->
          throw new BadRequestException(
              "Error decoding boolean for '"
                  + name
                  + "': strconv.ParseBool: parsing "
                  + ErrorText.quote(text)
                  + ": invalid syntax");
    };
  }

  /// A whole number, 0 when there is none; one that is too large for an `int` is the largest.
  ///
  /// @throws BadRequestException when it is not a whole number of 64 bits
  int number(String name) throws BadRequestException {
    var value = integer(name, "int", "Atoi", "[+-]?[0-9]+", LONG_MIN, LONG_MAX);
    return Math.clamp(value.longValue(), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /// A number of a connection, 0 when there is none.
  ///
  /// @throws BadRequestException when it is not an unsigned whole number of 64 bits
  long unsigned(String name) throws BadRequestException {
    return integer(name, "uint64", "ParseUint", "[0-9]+", BigInteger.ZERO, UNSIGNED_MAX)
        .longValue();
  }

  private BigInteger integer(
      String name, String type, String function, String form, BigInteger min, BigInteger max)
      throws BadRequestException {
    var text = text(name);
    if (text.isEmpty()) {
      return BigInteger.ZERO;
    }
    var wrong =
        "Error decoding "
            + type
            + " for '"
            + name
            + "': strconv."
            + function
            + ": parsing "
            + ErrorText.quote(text)
            + ": ";
    if (!text.matches(form)) {
      throw new BadRequestException(wrong + "invalid syntax");
    }
    var value = new BigInteger(text);
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new BadRequestException(wrong + "value out of range");
    }
    return value;
  }

  /// How much of subscriptions is asked for.
  enum Subs {
    NONE,
    NAMES,
    DETAIL
  }

  /// @throws BadRequestException when it is neither `detail` nor a boolean
  Subs subs() throws BadRequestException {
    if (text("subs").toLowerCase(Locale.ROOT).equals("detail")) {
      return Subs.DETAIL;
    }
    return flag("subs") ? Subs.NAMES : Subs.NONE;
  }
}

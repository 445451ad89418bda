package io.frond.wire;

import io.frond.wire.ControlOp.AccountInterest;
import io.frond.wire.ControlOp.AgainOp;
import io.frond.wire.ControlOp.AllAgainOp;
import io.frond.wire.ControlOp.Bare;
import io.frond.wire.ControlOp.ConnectOp;
import io.frond.wire.ControlOp.DomainNews;
import io.frond.wire.ControlOp.Err;
import io.frond.wire.ControlOp.FenceOp;
import io.frond.wire.ControlOp.FencedOp;
import io.frond.wire.ControlOp.InfoOp;
import io.frond.wire.ControlOp.LeafInterest;
import io.frond.wire.ControlOp.RouteInterest;
import io.frond.wire.ControlOp.RouteSessionOp;
import io.frond.wire.ControlOp.SessionInterest;
import io.frond.wire.ControlOp.SessionNews;
import io.frond.wire.ControlOp.SessionSettled;
import io.frond.wire.ControlOp.SettledOp;
import io.frond.wire.ControlOp.SourceOp;
import io.frond.wire.ControlOp.Sub;
import io.frond.wire.ControlOp.Unsub;
import io.frond.wire.ProtocolParser.Dialect;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Makes the operations without a body from the tokens of their line. One thread.
final class ControlReader {
  private final OperationReader in;

  ControlReader(OperationReader in) {
    this.in = in;
  }

  boolean knows(String word) {
    return switch (word) {
      case "CONNECT", "INFO", "PING", "PONG", "+OK", "-ERR" -> true;
      case "SUB", "UNSUB" -> in.dialect == Dialect.CLIENT;
      case "RS+", "RS-", "A+", "A-" -> in.dialect == Dialect.ROUTE;
      case "LS+", "LS-" -> in.dialect != Dialect.CLIENT;
      case "SRC", "LACK", "LS=" -> in.resumes;
      case "LAGN", "LEND" -> in.resumes && in.dialect == Dialect.LEAF;
      case "FENCE", "FENCED", "SES", "SS+", "SS-", "SACK", "LDOM" ->
          in.resumes && in.dialect == Dialect.ROUTE;
      default -> false;
    };
  }

  ControlOp operation(String word, ByteBuffer memory, int args, int newline)
      throws ProtocolException {
    return switch (word) {
      case "PING" -> Bare.PING;
      case "PONG" -> Bare.PONG;
      case "+OK" -> Bare.OK;
      case "CONNECT" -> new ConnectOp(rest(memory, args, newline));
      case "INFO" -> new InfoOp(rest(memory, args, newline));
      case "-ERR" -> new Err(unquoted(rest(memory, args, newline)));
      case "SUB" -> {
        arguments(word, 2, 3);
        yield new Sub(
            bytes(memory, 0),
            in.tokens == 3 ? bytes(memory, 1) : null,
            bytes(memory, in.tokens - 1));
      }
      case "UNSUB" -> {
        arguments(word, 1, 2);
        yield new Unsub(bytes(memory, 0), in.tokens == 2 ? Math.max(0, in.number(memory, 1)) : 0);
      }
      case "A+", "A-" -> {
        arguments(word, 1, 1);
        yield new AccountInterest(bytes(memory, 0), word.equals("A+"));
      }
      case "RS+", "RS-" -> routeInterest(word, memory, false);
      case "LS+", "LS-" -> {
        if (in.dialect == Dialect.ROUTE) {
          yield routeInterest(word, memory, word.equals("LS+") || in.originOfEnd);
        }
        arguments(word, 1, 3);
        var queue = in.tokens > 1 ? bytes(memory, 1) : null;
        yield new LeafInterest(bytes(memory, 0), queue, weight(word, memory, 2));
      }
      case "SRC" -> {
        arguments(word, 3, 4);
        yield new SourceOp(
            source(memory),
            bytes(memory, 1),
            high(memory),
            in.tokens == 4 ? bytes(memory, 3) : null);
      }
      case "LACK" -> {
        arguments(word, 2, 3);
        var settled = big(word, memory, 1);
        var taken = in.tokens == 3 ? big(word, memory, 2) : settled;
        yield new SettledOp(bytes(memory, 0), settled, Math.max(settled, taken));
      }
      case "LAGN" -> {
        arguments(word, 2, 2);
        yield new AgainOp(bytes(memory, 0), big(word, memory, 1));
      }
      case "LEND" -> {
        arguments(word, 1, 1);
        yield new AllAgainOp(bytes(memory, 0));
      }
      case "LS=" -> Bare.SHOWN;
      case "FENCE", "FENCED" -> {
        arguments(word, 1, 1);
        var token = big(word, memory, 0);
        yield word.equals("FENCE") ? new FenceOp(token) : new FencedOp(token);
      }
      case "SES", "SS+", "SS-", "SACK", "LDOM" -> sessionOperation(word, memory, newline);
      default -> throw OperationReader.badArguments(word, "no such operation");
    };
  }

  private RouteSessionOp sessionOperation(String word, ByteBuffer memory, int newline)
      throws ProtocolException {
    var first = in.accountless ? 0 : 1;
    var json = word.equals("SES") || word.equals("LDOM");
    arguments(word, first + 1, json ? Integer.MAX_VALUE : first + 4);
    var account = in.accountless ? new byte[0] : bytes(memory, 0);
    return switch (word) {
      case "SES" -> new SessionNews(account, rest(memory, in.from[first], newline));
      case "LDOM" -> new DomainNews(account, rest(memory, in.from[first], newline));
      case "SACK" -> {
        arguments(word, first + 3, first + 3);
        yield new SessionSettled(
            account, bytes(memory, first), bytes(memory, first + 1), big(word, memory, first + 2));
      }
      default -> {
        arguments(word, first + 2, first + 4);
        yield new SessionInterest(
            account,
            bytes(memory, first),
            bytes(memory, first + 1),
            in.tokens > first + 2 ? bytes(memory, first + 2) : null,
            weight(word, memory, first + 3));
      }
    };
  }

  private RouteInterest routeInterest(String word, ByteBuffer memory, boolean hasOrigin)
      throws ProtocolException {
    var subject = (hasOrigin ? 1 : 0) + (in.accountless ? 0 : 1);
    arguments(word, subject + 1, subject + 3);
    return new RouteInterest(
        hasOrigin ? bytes(memory, 0) : null,
        in.accountless ? new byte[0] : bytes(memory, subject - 1),
        bytes(memory, subject),
        in.tokens > subject + 1 ? bytes(memory, subject + 1) : null,
        weight(word, memory, subject + 2));
  }

  private void arguments(String word, int least, int most) throws ProtocolException {
    if (in.tokens < least || in.tokens > most) {
      throw OperationReader.badArguments(word, "Parse Error: " + in.tokens + " arguments");
    }
  }

  /// How many members a remote queue group has: the given number, 1 without a sensible one, 0 for
  /// its end.
  private int weight(String word, ByteBuffer memory, int token) {
    if (word.endsWith("-")) {
      return 0;
    }
    return in.tokens <= token ? 1 : Math.max(1, in.number(memory, token));
  }

  /// A number up to the largest of 63 bits.
  private long big(String word, ByteBuffer memory, int token) throws ProtocolException {
    var text = new String(bytes(memory, token), StandardCharsets.ISO_8859_1);
    if (text.length() > 19 || !text.chars().allMatch(it -> it >= '0' && it <= '9')) {
      throw OperationReader.badArguments(word, "no number");
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw OperationReader.badArguments(word, "no number");
    }
  }

  /// The number of a source.
  private int source(ByteBuffer memory) throws ProtocolException {
    var number = in.number(memory, 0);
    if (number < 0) {
      throw OperationReader.badArguments("SRC", "no number of a source");
    }
    return number;
  }

  /// The high half of a sequence of 63 bits.
  private long high(ByteBuffer memory) throws ProtocolException {
    var high = big("SRC", memory, 2);
    if (high > Integer.MAX_VALUE) {
      throw OperationReader.badArguments("SRC", "no high half of a sequence");
    }
    return high;
  }

  private byte[] bytes(ByteBuffer memory, int token) {
    return copy(memory, in.from[token], in.to[token]);
  }

  private static byte[] copy(ByteBuffer memory, int begin, int stop) {
    var copy = new byte[stop - begin];
    memory.get(begin, copy);
    return copy;
  }

  private static byte[] rest(ByteBuffer memory, int args, int newline) {
    var begin = args;
    var stop = newline;
    while (begin < stop && memory.get(begin) <= ' ' && memory.get(begin) >= 0) {
      begin++;
    }
    while (stop > begin && memory.get(stop - 1) <= ' ' && memory.get(stop - 1) >= 0) {
      stop--;
    }
    return copy(memory, begin, stop);
  }

  private static String unquoted(byte @Nullable [] bytes) {
    var text = bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    return text.length() > 1 && text.startsWith("'") && text.endsWith("'")
        ? text.substring(1, text.length() - 1)
        : text;
  }
}

package io.frond.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Operations as they are on the wire, for the log (`trace: true`). Any thread.
final class ControlText {
  private final StringBuilder text = new StringBuilder();

  private ControlText(String operation) {
    text.append(operation);
  }

  static String of(ControlOp op) {
    return switch (op) {
      case ControlOp.ConnectOp _ -> "CONNECT"; // not with what is secret in it
      case ControlOp.InfoOp(var json) -> new ControlText("INFO").add(json).toString();
      case ControlOp.Err(var said) -> "-ERR '" + said + "'";
      case ControlOp.Sub(var subject, var queue, var sid) ->
          new ControlText("SUB").add(subject).add(queue).add(sid).toString();
      case ControlOp.Unsub(var sid, var max) ->
          new ControlText("UNSUB").add(sid).add(max, max > 0).toString();
      case ControlOp.RouteInterest it -> interest(it);
      case ControlOp.LeafInterest(var subject, var queue, var weight) ->
          interest("LS", weight).add(subject).queue(queue, weight).toString();
      case ControlOp.AccountInterest(var account, var wanted) ->
          new ControlText(wanted ? "A+" : "A-").add(account).toString();
      case ControlOp.SourceOp(var number, var source, var high, var session) ->
          new ControlText("SRC")
              .add(number, true)
              .add(source)
              .add(high, true)
              .add(session)
              .toString();
      case ControlOp.OfSource it -> ofSource(it);
      case ControlOp.FenceOp(var token) -> "FENCE " + token;
      case ControlOp.FencedOp(var token) -> "FENCED " + token;
      case ControlOp.RouteSessionOp it -> session(it);
      case ControlOp.Bare bare ->
          switch (bare) {
            case PING, PONG -> bare.name();
            case OK -> "+OK";
            case SHOWN -> "LS=";
          };
    };
  }

  private static String interest(ControlOp.RouteInterest it) {
    var text = interest(it.origin() == null ? "RS" : "LS", it.weight());
    return text.add(it.origin())
        .add(it.account())
        .add(it.subject())
        .queue(it.queue(), it.weight())
        .toString();
  }

  private static String ofSource(ControlOp.OfSource op) {
    return switch (op) {
      case ControlOp.SettledOp(var source, var sequence, var taken) ->
          new ControlText("LACK")
              .add(source)
              .add(sequence, true)
              .add(taken, taken != sequence)
              .toString();
      case ControlOp.AgainOp(var source, var sequence) ->
          new ControlText("LAGN").add(source).add(sequence, true).toString();
      case ControlOp.AllAgainOp(var source) -> new ControlText("LEND").add(source).toString();
    };
  }

  private static String session(ControlOp.RouteSessionOp op) {
    return switch (op) {
      case ControlOp.SessionNews(var account, var json) ->
          new ControlText("SES").add(account).add(json).toString();
      case ControlOp.SessionInterest it ->
          interest("SS", it.weight())
              .add(it.account())
              .add(it.session())
              .add(it.subject())
              .queue(it.queue(), it.weight())
              .toString();
      case ControlOp.SessionSettled(var account, var session, var source, var sequence) ->
          new ControlText("SACK")
              .add(account)
              .add(session)
              .add(source)
              .add(sequence, true)
              .toString();
      case ControlOp.DomainNews(var account, var json) ->
          new ControlText("LDOM").add(account).add(json).toString();
    };
  }

  private static ControlText interest(String operation, int weight) {
    return new ControlText(operation + (weight > 0 ? '+' : '-'));
  }

  private ControlText queue(byte @Nullable [] queue, int weight) {
    return add(queue).add(weight, queue != null && weight > 0);
  }

  /// A word; an account that is not named on the wire is empty.
  private ControlText add(byte @Nullable [] word) {
    if (word != null && word.length > 0) {
      text.append(' ').append(new String(word, StandardCharsets.UTF_8));
    }
    return this;
  }

  private ControlText add(long number, boolean said) {
    if (said) {
      text.append(' ').append(number);
    }
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

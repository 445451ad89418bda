package io.frond.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes down what a parser hands over, as text that can be compared.
final class Recorder implements ProtocolParser.Sink {
  final List<String> seen = new ArrayList<>();

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void onMessage(MessageFrame frame) {
    var queues = new ArrayList<String>();
    for (var i = 0; i < frame.queueCount(); i++) {
      queues.add(text(frame.queue(i)));
    }
    seen.add(
        "message "
            + (frame.source() < 0 ? "" : "tag=" + frame.source() + ":" + frame.sequenceLow() + " ")
            + (frame.originLength() == 0 ? "" : "origin=" + text(frame.origin()) + " ")
            + "account="
            + text(frame.account())
            + " subject="
            + text(frame.subject())
            + " reply="
            + text(frame.reply())
            + " queues="
            + queues
            + " header="
            + frame.headerLength()
            + " body="
            + Arrays.hashCode(frame.body())
            + "/"
            + frame.size());
  }

  @Override
  public void onControl(ControlOp op) {
    seen.add(
        switch (op) {
          case ControlOp.ConnectOp(var json) -> "CONNECT " + text(json);
          case ControlOp.InfoOp(var json) -> "INFO " + text(json);
          case ControlOp.Sub(var subject, var queue, var sid) ->
              "SUB " + text(subject) + " " + (queue == null ? "-" : text(queue)) + " " + text(sid);
          case ControlOp.Unsub(var sid, var max) -> "UNSUB " + text(sid) + " " + max;
          case ControlOp.RouteInterest(
                  var origin,
                  var account,
                  var subject,
                  var queue,
                  var weight) ->
              (origin == null ? "RS " : "LS " + text(origin) + " ")
                  + text(account)
                  + " "
                  + text(subject)
                  + " "
                  + queueText(queue)
                  + " "
                  + weight;
          case ControlOp.LeafInterest(var subject, var queue, var weight) ->
              "LS " + text(subject) + " " + queueText(queue) + " " + weight;
          case ControlOp.AccountInterest(var account, var wanted) ->
              "A " + text(account) + " " + wanted;
          case ControlOp.SourceOp(var number, var source, var high, var session) ->
              "SRC " + number + " " + text(source) + " " + high + " " + queueText(session);
          case ControlOp.SettledOp(var source, var sequence, var taken) ->
              "LACK " + text(source) + " " + sequence + (taken == sequence ? "" : " " + taken);
          case ControlOp.AgainOp(var source, var sequence) ->
              "LAGN " + text(source) + " " + sequence;
          case ControlOp.AllAgainOp(var source) -> "LEND " + text(source);
          case ControlOp.FenceOp(var token) -> "FENCE " + token;
          case ControlOp.FencedOp(var token) -> "FENCED " + token;
          case ControlOp.SessionNews(var account, var json) ->
              "SES " + text(account) + " " + text(json);
          case ControlOp.DomainNews(var account, var json) ->
              "LDOM " + text(account) + " " + text(json);
          case ControlOp.SessionInterest(
                  var account,
                  var session,
                  var subject,
                  var queue,
                  var weight) ->
              "SS "
                  + text(account)
                  + " "
                  + text(session)
                  + " "
                  + text(subject)
                  + " "
                  + queueText(queue)
                  + " "
                  + weight;
          case ControlOp.SessionSettled(var account, var session, var source, var sequence) ->
              "SACK " + text(account) + " " + text(session) + " " + text(source) + " " + sequence;
          case ControlOp.Err(var text) -> "-ERR " + text;
          case ControlOp.Bare bare -> bare.name();
        });
  }

  private static String queueText(byte[] queue) {
    return queue == null ? "-" : text(queue);
  }

  @Override
  public boolean stopped() {
    return false;
  }
}

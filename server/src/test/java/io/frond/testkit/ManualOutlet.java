package io.frond.testkit;

import io.frond.shard.Outlet;
import io.frond.subject.Subjects;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// An account for tests: it keeps what is published and is interested in what it is told to be.
public final class ManualOutlet implements Outlet {
  /// A message that went out.
  public record Sent(String to, String shown, String reply, int headerLength, byte[] body) {
    public String headers() {
      return new String(body, 0, headerLength, StandardCharsets.UTF_8);
    }

    public String payload() {
      return new String(body, headerLength, body.length - headerLength, StandardCharsets.UTF_8);
    }
  }

  private record Watched(String subject, Runnable changed) {}

  private record Heard(String subject, Handler handler) {}

  private final List<Sent> sent = new ArrayList<>();
  private final Set<String> interest = new HashSet<>();
  private final List<Heard> handlers = new ArrayList<>();
  private final List<Watched> watched = new ArrayList<>();
  private long generation;
  private boolean crowded;

  /// What went out since the last call.
  public List<Sent> take() {
    var all = List.copyOf(sent);
    sent.clear();
    return all;
  }

  public void interested(String pattern) {
    interest.add(pattern);
    changed(pattern);
  }

  public void uninterested(String pattern) {
    interest.remove(pattern);
    changed(pattern);
  }

  private void changed(String pattern) {
    generation++;
    for (var one : List.copyOf(watched)) {
      if (Subjects.matches(one.subject, pattern)) {
        one.changed.run();
      }
    }
  }

  @Override
  public Listening watch(byte[] subject, Runnable changed) {
    var one = new Watched(text(subject), changed);
    watched.add(one);
    return () -> watched.remove(one);
  }

  public void crowded(boolean now) {
    crowded = now;
  }

  @Override
  public Taken publish(byte[] subject, byte[] reply, int headerLength, byte[] body) {
    return deliver(
        subject, subject, reply, reply.length, headerLength, ByteBuffer.wrap(body), 0, body.length);
  }

  @Override
  public Taken deliver(
      byte[] to,
      byte[] shown,
      byte[] reply,
      int replyLength,
      int headerLength,
      ByteBuffer buffer,
      int at,
      int length) {
    var copy = new byte[length];
    buffer.get(at, copy);
    sent.add(
        new Sent(
            text(to),
            text(shown),
            new String(reply, 0, replyLength, StandardCharsets.UTF_8),
            headerLength,
            copy));
    var heard = false;
    for (var one : List.copyOf(handlers)) {
      if (Subjects.matches(text(to), one.subject)) {
        heard = true;
        one.handler.message(shown, Arrays.copyOf(reply, replyLength), headerLength, copy);
      }
    }
    if (!heard && !hasInterest(to)) {
      return Taken.NOBODY;
    }
    return crowded ? Taken.CROWDED : Taken.YES;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean hasInterest(byte[] subject) {
    var literal = text(subject);
    return interest.stream().anyMatch(pattern -> Subjects.matches(literal, pattern))
        || handlers.stream().anyMatch(one -> Subjects.matches(literal, one.subject));
  }

  @Override
  public boolean hasLiteralInterest(byte[] subject, byte[] queue) {
    return interest.contains(text(subject));
  }

  @Override
  public long interestGeneration() {
    return generation;
  }

  @Override
  public Listening subscribe(String subject, Handler handler) {
    var one = new Heard(subject, handler);
    handlers.add(one);
    generation++;
    return () -> {
      handlers.remove(one);
      generation++;
    };
  }
}

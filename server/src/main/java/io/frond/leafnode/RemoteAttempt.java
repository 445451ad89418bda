package io.frond.leafnode;

import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.options.ServerUrl;
import io.frond.transport.DialResult;
import io.frond.transport.Dialer;
import io.frond.wire.ProtocolParser;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One attempt of a remote to join a hub, and the link that it became: from the dial to the end.
/// Tells the remote of its end exactly once. Any thread.
final class RemoteAttempt {
  /// How an attempt ended.
  sealed interface End {
    /// No connection, or one that ended before we had joined.
    record Failed(String why) implements End {}

    /// A link that had joined.
    record Lost(CloseReason why) implements End {}

    record Refused(Refusal refusal, String why) implements End {}

    /// Another remote has the link to this hub.
    record Taken(String by) implements End {}
  }

  private final Remote remote;
  private final ServerUrl url;
  private final RemoteTargets targets;
  private final boolean hurried;
  private final AtomicBoolean told = new AtomicBoolean();
  private final AtomicReference<Claims.@Nullable Key> claim = new AtomicReference<>();
  private volatile @Nullable End end;
  private volatile @Nullable Link link;
  private volatile Dialer.@Nullable Dial dial;
  private volatile boolean hungUp;

  /// @param hurried a server that keeps silent is given up soon, for the sake of the next
  RemoteAttempt(Remote remote, ServerUrl url, RemoteTargets targets, boolean hurried) {
    this.remote = remote;
    this.url = url;
    this.targets = targets;
    this.hurried = hurried;
  }

  ServerUrl url() {
    return url;
  }

  Remote remote() {
    return remote;
  }

  /// How long the hub may take for its INFO.
  Duration firstInfoTimeout() {
    return targets.firstInfoTimeout(hurried);
  }

  RemoteTargets targets() {
    return targets;
  }

  void begin(Dialer dialer) {
    dial = dialer.dial(targets.of(url, hurried), this::dialled);
  }

  private void dialled(DialResult result) {
    switch (result) {
      case DialResult.Failed(var cause) -> {
        var why = String.valueOf(cause.getMessage());
        var refusal = Refusal.of(why); // told in answer to a WebSocket request
        ended(refusal == null ? new End.Failed(why) : new End.Refused(refusal, why));
      }
      case DialResult.Dialed(var channel) -> speak(channel);
    }
  }

  private void speak(Channel channel) {
    var nodes = remote.nodes();
    var host = nodes.host();
    var parser =
        new ProtocolParser(
            ProtocolParser.Dialect.LEAF, LeafNodes.LINE_MAX, host.limits().maxPayload());
    var made =
        new Link(
            host.nextLinkId(),
            channel,
            host.loops().of(channel.eventLoop()),
            parser,
            nodes.linkOptions(),
            it -> new RemoteHandshake(nodes, this, it));
    channel.pipeline().addLast(made);
    link = made;
    if (hungUp) {
      made.close(CloseReason.CLIENT_CLOSED, null);
    } else {
      remote.connected(this);
    }
  }

  /// Ends whatever there is.
  void hangUp(CloseReason reason) {
    hungUp = true;
    var current = link;
    if (current != null) {
      current.close(reason, null);
      return;
    }
    var dialling = dial;
    if (dialling != null) {
      dialling.cancel();
    }
  }

  /// Takes the hub for this remote.
  ///
  /// @return who else has it, null when we have it now
  @Nullable Remote claim(Claims.Key key) {
    var before = claim.get();
    if (key.equals(before)) {
      return null;
    }
    var claims = remote.nodes().claims();
    var holder = claims.claim(key, remote);
    if (holder == null || holder == remote) {
      claim.set(key);
      if (before != null && claims.release(before, remote)) {
        remote.nodes().released(remote, true);
      }
      return null;
    }
    return holder;
  }

  /// Gives back what was taken.
  ///
  /// @return whether there was something
  boolean giveBack() {
    var key = claim.getAndSet(null);
    return key != null && remote.nodes().claims().release(key, remote);
  }

  /// We have joined: what was said before has no consequence.
  void begun() {
    end = null;
  }

  /// How the attempt is going to end, told when the link is down; the first counts.
  void endsWith(End how) {
    if (end == null) {
      end = how;
    }
  }

  /// It has ended; what [#endsWith] said goes before.
  void ended(End how) {
    if (told.compareAndSet(false, true)) {
      var known = end;
      remote.ended(this, known == null ? how : known);
    }
  }
}

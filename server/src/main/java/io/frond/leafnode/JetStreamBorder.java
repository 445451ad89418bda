package io.frond.leafnode;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a leaf link never carries, since each side of it has a JetStream of its own: the API and
/// the buckets of this side under their plain names, either way. The other side's are reached by
/// their domain, `$JS.DOMAIN.API.>`; requests for our own domain have no business over there.
/// nats-server's rules, but that a JetStream is never extended over a link. Immutable; any thread.
final class JetStreamBorder {
  private static final List<String> PLAIN = List.of("$JS.API.", "$KV.", "$OBJ.");

  /// What servers that replicate say to each other, in the system account.
  private static final List<String> CLUSTER = List.of("$JSC.", "$NRG.", "$SYS.FROND.JS.");

  private static final JetStreamBorder OPEN = new JetStreamBorder(List.of(), List.of());

  private final byte[][] out;
  private final byte[][] in;

  private JetStreamBorder(List<String> out, List<String> in) {
    this.out = bytes(out);
    this.in = bytes(in);
  }

  private static byte[][] bytes(List<String> prefixes) {
    return prefixes.stream().map(it -> it.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }

  /// The border of a link in an account.
  ///
  /// @param domain ours, null when we have none or no JetStream
  /// @param defaultDomain of the account, as `default_js_domain` says; empty for the other side's
  ///   JetStream, which has no domain: then the link carries everything
  static JetStreamBorder of(
      boolean system, @Nullable String domain, @Nullable String defaultDomain) {
    if (!system && defaultDomain != null && defaultDomain.isEmpty()) {
      return OPEN;
    }
    var in = new ArrayList<>(PLAIN);
    if (system) {
      in.addAll(CLUSTER);
    }
    var out = new ArrayList<>(in);
    if (domain != null) {
      out.add("$JS." + domain + ".API.");
    }
    return new JetStreamBorder(out, in);
  }

  /// Whether a message may not go to the other side.
  boolean keeps(ByteBuffer buffer, int at, int length) {
    return length > 0 && buffer.get(at) == '$' && begins(buffer, at, length, out);
  }

  /// Whether a message of the other side may not come in.
  boolean stops(ByteBuffer buffer, int at, int length) {
    return length > 0 && buffer.get(at) == '$' && begins(buffer, at, length, in);
  }

  /// Whether interest of ours is for nothing but what cannot come in.
  boolean hides(byte[] subject) {
    return stops(ByteBuffer.wrap(subject), 0, subject.length);
  }

  /// Whether interest of the other side is for nothing but what it will not get.
  boolean ignores(byte[] subject) {
    return keeps(ByteBuffer.wrap(subject), 0, subject.length);
  }

  private static boolean begins(ByteBuffer buffer, int at, int length, byte[][] prefixes) {
    for (var prefix : prefixes) {
      if (length > prefix.length && fits(buffer, at, prefix)) {
        return true;
      }
    }
    return false;
  }

  private static boolean fits(ByteBuffer buffer, int at, byte[] prefix) {
    for (var i = 0; i < prefix.length; i++) {
      if (buffer.get(at + i) != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}

package io.frond.account;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Subjects that mean others in an account: a message whose subject begins with one prefix is taken
/// as if it began with another. It is what JetStream's domains need: `$JS.DOMAIN.API.$KV.…` of the
/// own domain is `$KV.…`, and in an account whose API is in another domain `$JS.API.…` is
/// `$JS.DOMAIN.API.…`. All prefixes begin with `$`, so that other subjects cost one comparison.
/// Immutable; any thread.
public final class Renames {
  private record Rename(byte[] from, byte[] to) {
    boolean fits(ByteBuffer buffer, int at, int length) {
      if (length <= from.length) {
        return false;
      }
      for (var i = 0; i < from.length; i++) {
        if (buffer.get(at + i) != from[i]) {
          return false;
        }
      }
      return true;
    }
  }

  private final List<Rename> renames;

  private Renames(List<Rename> renames) {
    this.renames = List.copyOf(renames);
  }

  /// What holds in an account.
  ///
  /// @param own this server's JetStream domain, empty for none
  /// @param other the domain where the account's JetStream is, empty for here
  /// @return null when nothing is to be renamed
  public static @Nullable Renames ofDomains(String own, String other) {
    var renames = new ArrayList<Rename>();
    if (!own.isEmpty()) {
      renames.add(rename("$JS." + own + ".API.$KV.", "$KV."));
      renames.add(rename("$JS." + own + ".API.$OBJ.", "$OBJ."));
    }
    if (!other.isEmpty()) {
      var api = "$JS." + other + ".API.";
      renames.add(rename("$JS.API.", api));
      renames.add(rename("$KV.", api + "$KV."));
      renames.add(rename("$OBJ.", api + "$OBJ."));
    }
    return renames.isEmpty() ? null : new Renames(renames);
  }

  private static Rename rename(String from, String to) {
    return new Rename(from.getBytes(StandardCharsets.UTF_8), to.getBytes(StandardCharsets.UTF_8));
  }

  /// The subject that is meant; null when it is the one that is there.
  byte @Nullable [] of(ByteBuffer buffer, int at, int length) {
    if (length == 0 || buffer.get(at) != '$') {
      return null;
    }
    for (var rename : renames) {
      if (rename.fits(buffer, at, length)) {
        var to = rename.to;
        var rest = length - rename.from.length;
        var subject = new byte[to.length + rest];
        System.arraycopy(to, 0, subject, 0, to.length);
        buffer.get(at + rename.from.length, subject, to.length, rest);
        return subject;
      }
    }
    return null;
  }
}

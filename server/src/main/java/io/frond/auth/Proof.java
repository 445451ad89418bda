package io.frond.auth;

import io.frond.nkey.Nkey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a connection has to prove, and what it showed for it.
sealed interface Proof {

  /// Whether [#failure] takes longer than an event loop may spend.
  boolean isSlow();

  /// @return null when it holds, else what is wrong
  @Nullable String failure();

  /// A password or token against the configured one, which may be a bcrypt hash.
  record Password(String stored, String shown) implements Proof {
    private static final Pattern BCRYPT = Pattern.compile("\\$2[abxy]\\$\\d{2}\\$.*");

    @Override
    public boolean isSlow() {
      return isBcrypt(stored);
    }

    @Override
    public @Nullable String failure() {
      var holds = isBcrypt(stored) ? Bcrypt.matches(stored, shown) : same();
      return holds ? null : "wrong password or token";
    }

    static boolean isBcrypt(String stored) {
      return stored.startsWith("$") && BCRYPT.matcher(stored).matches();
    }

    /// In a time that tells nothing of where the two differ.
    private boolean same() {
      return MessageDigest.isEqual(
          stored.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
      return "Password";
    }
  }

  /// A signature over the nonce.
  ///
  /// @param signature base64, raw URL or standard; empty when none was shown
  record Signature(String nkey, byte @Nullable [] nonce, String signature) implements Proof {
    @Override
    public boolean isSlow() {
      return true;
    }

    @Override
    public @Nullable String failure() {
      if (signature.isEmpty()) {
        return "Signature missing";
      }
      if (nonce == null) {
        return "no nonce was asked to be signed";
      }
      var bytes = decoded();
      if (bytes == null) {
        return "Signature not valid base64";
      }
      return Nkey.verify(nkey, nonce, bytes) ? null : "Signature not verified";
    }

    private byte @Nullable [] decoded() {
      var standard = signature.indexOf('+') >= 0 || signature.indexOf('/') >= 0;
      try {
        return (standard ? Base64.getDecoder() : Base64.getUrlDecoder()).decode(signature);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
  }
}

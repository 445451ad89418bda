package io.frond.nkey;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A nkey with its private half, made from a seed; and, as static functions, what needs only the
/// public half. Immutable, for any thread. Signing and verifying take about a millisecond, the
/// first time in a process some hundred: not for an event loop.
public final class Nkey {
  private static final String ALGORITHM = "Ed25519";
  private static final int KEY_BYTES = 32;
  private static final int SEED_PREFIX = 18 << 3;

  /// What precedes the 32 bytes of an Ed25519 public key in its X.509 encoding (RFC 8410).
  private static final byte[] X509_HEADER = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
  };

  private final NkeyType type;
  private final PrivateKey privateKey;
  private final String publicKey;

  private Nkey(NkeyType type, PrivateKey privateKey, String publicKey) {
    this.type = type;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /// @param seed `S…` as nk or nsc print it; white space around it is ignored
  /// @throws NkeyException for text that is no seed, and for a curve key's seed, which cannot sign
  public static Nkey fromSeed(String seed) throws NkeyException {
    var bytes = NkeyText.decode(seed.strip());
    if (bytes == null) {
      throw new NkeyException("not a nkey seed: wrong character, length or check sum");
    }
    if (bytes.length != KEY_BYTES + 2 || (bytes[0] & 0xf8) != SEED_PREFIX) {
      throw new NkeyException("not a nkey seed: it must begin with S");
    }
    var type = NkeyType.ofPrefix((bytes[0] & 7) << 5 | (bytes[1] & 0xf8) >> 3);
    if (type == null) {
      throw new NkeyException("not a nkey seed: unknown type of key");
    }
    if (type == NkeyType.CURVE) {
      throw new NkeyException("the seed is of a curve key, which cannot sign");
    }
    return fromRaw(type, Arrays.copyOfRange(bytes, 2, bytes.length));
  }

  /// Whether [#fromSeed] takes the text and makes a user's key of it.
  public static boolean isUserSeed(String seed) {
    try {
      return fromSeed(seed).type == NkeyType.USER;
    } catch (NkeyException e) {
      return false;
    }
  }

  /// A new key of a signing type: how a server gets its id.
  public static Nkey generate(NkeyType type, SecureRandom random) {
    if (type == NkeyType.CURVE) {
      throw new IllegalArgumentException("a curve key cannot sign");
    }
    var raw = new byte[KEY_BYTES];
    random.nextBytes(raw);
    return fromRaw(type, raw);
  }

  public NkeyType type() {
    return type;
  }

  /// The public half as text, 56 characters.
  public String publicKey() {
    return publicKey;
  }

  /// @return the Ed25519 signature, 64 bytes
  public byte[] sign(byte[] data) {
    try {
      return signed(privateKey, data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Ed25519 does not work in this Java runtime", e);
    }
  }

  /// Whether the private half of a public key signed the data.
  ///
  /// @return false also for a public key that is none and for a signature of a wrong form
  public static boolean verify(String publicKey, byte[] data, byte[] signature) {
    var raw = decodePublic(publicKey);
    if (raw == null) {
      return false;
    }
    try {
      return verified(publicOf(raw), data, signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /// @return null for text that is no public key
  public static @Nullable NkeyType publicKeyType(String text) {
    var bytes = NkeyText.decode(text);
    return bytes == null || bytes.length != KEY_BYTES + 1
        ? null
        : NkeyType.ofPrefix(bytes[0] & 0xff);
  }

  /// Whether the text is a user's public key (`U…`) with a right check sum.
  public static boolean isPublicUserKey(String text) {
    return publicKeyType(text) == NkeyType.USER;
  }

  @Override
  public String toString() {
    return publicKey;
  }

  private static Nkey fromRaw(NkeyType type, byte[] raw) {
    try {
      var privateKey =
          KeyFactory.getInstance(ALGORITHM)
              .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, raw));
      return new Nkey(type, privateKey, encodePublic(type, publicHalf(privateKey, raw)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Ed25519 does not work in this Java runtime", e);
    }
  }

  /// The JDK has no call that derives the public half from the private one, but its generator does
  /// when its randomness is the seed. A signature proves that the halves belong together, should a
  /// runtime ever draw differently.
  private static PublicKey publicHalf(PrivateKey privateKey, byte[] raw)
      throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance(ALGORITHM);
    generator.initialize(NamedParameterSpec.ED25519, new FixedRandom(raw));
    var publicKey = generator.generateKeyPair().getPublic();
    if (!verified(publicKey, raw, signed(privateKey, raw))) {
      throw new GeneralSecurityException("the key generator did not use the seed");
    }
    return publicKey;
  }

  private static String encodePublic(NkeyType type, PublicKey key) {
    var encoded = key.getEncoded();
    var bytes = new byte[KEY_BYTES + 1];
    bytes[0] = (byte) type.prefix();
    System.arraycopy(encoded, encoded.length - KEY_BYTES, bytes, 1, KEY_BYTES);
    return NkeyText.encode(bytes);
  }

  private static byte @Nullable [] decodePublic(String text) {
    var type = publicKeyType(text);
    var bytes = NkeyText.decode(text);
    return type == null || type == NkeyType.CURVE || bytes == null
        ? null
        : Arrays.copyOfRange(bytes, 1, bytes.length);
  }

  private static PublicKey publicOf(byte[] raw) throws GeneralSecurityException {
    var encoded = Arrays.copyOf(X509_HEADER, X509_HEADER.length + KEY_BYTES);
    System.arraycopy(raw, 0, encoded, X509_HEADER.length, KEY_BYTES);
    return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
  }

  private static byte[] signed(PrivateKey key, byte[] data) throws GeneralSecurityException {
    var signature = Signature.getInstance(ALGORITHM);
    signature.initSign(key);
    signature.update(data);
    return signature.sign();
  }

  private static boolean verified(PublicKey key, byte[] data, byte[] bytes)
      throws GeneralSecurityException {
    var signature = Signature.getInstance(ALGORITHM);
    signature.initVerify(key);
    signature.update(data);
    return signature.verify(bytes);
  }

  /// Yields the seed's bytes instead of randomness.
  private static final class FixedRandom extends SecureRandom {
    private final byte[] bytes;

    FixedRandom(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void nextBytes(byte[] target) {
      System.arraycopy(bytes, 0, target, 0, target.length);
    }
  }
}

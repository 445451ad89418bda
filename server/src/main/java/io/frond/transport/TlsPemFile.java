package io.frond.transport;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A file of PEM blocks (RFC 7468): certificates, or a private key. Text around the blocks is
/// ignored.
///
/// Old forms of keys, PKCS#1 for RSA and SEC1 for elliptic curves, are wrapped into the PKCS#8 that
/// the JDK reads. That is done here and not by BouncyCastle, whose first use costs a start several
/// hundred milliseconds.
final class TlsPemFile {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int EXPLICIT_0 = 0xa0;

  /// `INTEGER 0`, PKCS#8's version.
  private static final byte[] VERSION = {0x02, 0x01, 0x00};

  /// `SEQUENCE { rsaEncryption, NULL }`.
  private static final byte[] RSA = {
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  /// The object identifier ecPublicKey, whose parameter is the curve.
  private static final byte[] EC_PUBLIC_KEY = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };

  private final String file;
  private final List<Block> blocks = new ArrayList<>();

  private record Block(String label, String body) {
    @Override
    public String toString() {
      return label;
    }
  }

  /// @throws TlsConfigException when the file cannot be read
  TlsPemFile(String file) throws TlsConfigException {
    this.file = file;
    String text;
    try {
      text = Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
    } catch (IOException | InvalidPathException e) {
      var missing = e instanceof NoSuchFileException;
      throw new TlsConfigException(
          file, missing ? "no such file" : "cannot be read: " + e.getMessage(), e);
    }
    var matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
  }

  /// All certificates in the file's order, at least one.
  X509Certificate[] certificates() throws TlsConfigException {
    var certificates = new ArrayList<X509Certificate>();
    for (var block : blocks) {
      if (block.label.endsWith("CERTIFICATE")) {
        certificates.add(certificate(bytes(block)));
      }
    }
    if (certificates.isEmpty()) {
      throw new TlsConfigException(file, "holds no certificate in PEM");
    }
    return certificates.toArray(X509Certificate[]::new);
  }

  /// The first private key.
  PrivateKey privateKey() throws TlsConfigException {
    for (var block : blocks) {
      switch (block.label) {
        case "PRIVATE KEY" -> {
          return pkcs8(bytes(block));
        }
        case "RSA PRIVATE KEY" -> {
          return pkcs8(wrapped(RSA, bytes(block)));
        }
        case "EC PRIVATE KEY" -> {
          var key = bytes(block);
          return pkcs8(wrapped(der(SEQUENCE, EC_PUBLIC_KEY, curve(key)), key));
        }
        case "ENCRYPTED PRIVATE KEY" ->
            throw new TlsConfigException(
                file, "the private key is encrypted, which is not supported");
        default -> {}
      }
    }
    throw new TlsConfigException(file, "holds no private key in PEM");
  }

  private X509Certificate certificate(byte[] der) throws TlsConfigException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new TlsConfigException(file, "holds a broken certificate: " + e.getMessage(), e);
    }
  }

  private byte[] bytes(Block block) throws TlsConfigException {
    if (block.body.contains("ENCRYPTED")) {
      throw new TlsConfigException(file, "the private key is encrypted, which is not supported");
    }
    try {
      return Base64.getMimeDecoder().decode(block.body);
    } catch (IllegalArgumentException e) {
      throw new TlsConfigException(file, "has broken base64 in a " + block.label + " block");
    }
  }

  private PrivateKey pkcs8(byte[] der) throws TlsConfigException {
    for (var algorithm : List.of("RSA", "EC", "EdDSA")) {
      var key = pkcs8(algorithm, der);
      if (key != null) {
        return key;
      }
    }
    throw new TlsConfigException(file, "holds a private key that is broken or of an unknown kind");
  }

  private static @Nullable PrivateKey pkcs8(String algorithm, byte[] der) {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (InvalidKeySpecException e) {
      return null;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks " + algorithm, e);
    }
  }

  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, VERSION, algorithm, der(OCTET_STRING, key));
  }

  /// The curve's object identifier in `SEQUENCE { INTEGER, OCTET STRING, [0] { OID }, … }` (RFC
  /// 5915).
  private byte[] curve(byte[] sec1) throws TlsConfigException {
    var der = ByteBuffer.wrap(sec1);
    try {
      der.get();
      length(der);
      while (der.hasRemaining()) {
        var tag = der.get() & 0xff;
        var length = length(der);
        if (tag == EXPLICIT_0 && length > 0) {
          var curve = new byte[length];
          der.get(curve);
          return curve;
        }
        der.position(der.position() + length);
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new TlsConfigException(file, "holds a broken EC key", e);
    }
    throw new TlsConfigException(file, "holds an EC key that names no curve");
  }

  private static int length(ByteBuffer der) {
    var first = der.get() & 0xff;
    if (first < 0x80) {
      return first;
    }
    return switch (first) {
      case 0x81 -> der.get() & 0xff;
      case 0x82 -> der.getShort() & 0xffff;
      default -> throw new IllegalArgumentException("longer than any key");
    };
  }

  private static byte[] der(int tag, byte[]... parts) {
    var length = 0;
    for (var part : parts) {
      length += part.length;
    }
    var der = new ByteArrayOutputStream(length + 4);
    der.write(tag);
    if (length >= 0x80) {
      der.write(0x82);
      der.write(length >> 8);
    }
    der.write(length);
    for (var part : parts) {
      der.writeBytes(part);
    }
    return der.toByteArray();
  }
}

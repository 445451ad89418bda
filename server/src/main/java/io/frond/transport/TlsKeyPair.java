package io.frond.transport;

import io.frond.options.TlsOptions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// A private key and the certificate that it belongs to, followed by those that vouch for it.
record TlsKeyPair(PrivateKey key, X509Certificate[] chain) {

  /// All that the options name, at least one.
  ///
  /// @throws TlsConfigException when a file is missing or broken, or the two of a pair do not fit
  static List<TlsKeyPair> read(TlsOptions options) throws TlsConfigException {
    var certFile = options.certFile();
    var keyFile = options.keyFile();
    if (certFile == null) {
      throw new TlsConfigException(null, "missing 'cert_file' in TLS configuration");
    }
    if (keyFile == null) {
      throw new TlsConfigException(null, "missing 'key_file' in TLS configuration");
    }
    var pairs = new ArrayList<TlsKeyPair>();
    pairs.add(read(certFile, keyFile));
    for (var each : options.more()) {
      pairs.add(read(each.certFile(), each.keyFile()));
    }
    return List.copyOf(pairs);
  }

  private static TlsKeyPair read(String certFile, String keyFile) throws TlsConfigException {
    var key = new TlsPemFile(keyFile).privateKey();
    var chain = new TlsPemFile(certFile).certificates();
    if (!fit(key, chain[0].getPublicKey())) {
      throw new TlsConfigException(keyFile, "is not the key of the certificate in " + certFile);
    }
    return new TlsKeyPair(key, chain);
  }

  @Override
  public String toString() {
    return "TlsKeyPair[" + chain[0].getSubjectX500Principal() + "]";
  }

  /// The JDK would notice only in the first handshake, and tell nobody but the client.
  private static boolean fit(PrivateKey key, PublicKey certified) {
    var algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    try {
      var signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update((byte) 1);
      var bytes = signature.sign();
      signature.initVerify(certified);
      signature.update((byte) 1);
      return signature.verify(bytes);
    } catch (GeneralSecurityException e) {
      return false; // keys of two algorithms
    }
  }
}

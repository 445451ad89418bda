package io.frond.testkit;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority made for one test, which issues certificates as PEM files in a folder.
/// The usual ones are made by [#create]: a server's for `localhost`, `127.0.0.1` and `::1`, and a
/// client's with the e-mail address [#CLIENT_EMAIL].
public final class TestCertificates {
  public static final String CLIENT_EMAIL = "derek@nats.io";
  public static final String CLIENT_SUBJECT = "CN=client,OU=Fleet,O=Frond";

  private static final Duration USUAL_SPAN = Duration.ofDays(1);

  private final Path folder;
  private final X500Name issuer;
  private final KeyPair issuerKeys;
  private final Path ca;
  private final AtomicLong serial = new AtomicLong();
  private final Issued server;
  private final Issued client;

  /// A certificate and its key, as files and as objects.
  ///
  /// @param key unencrypted PKCS#8
  public record Issued(Path certificate, Path key, X509Certificate x509, PrivateKey privateKey) {}

  private TestCertificates(Path folder, String authority)
      throws IOException, GeneralSecurityException {
    this.folder = Files.createDirectories(folder);
    issuer = new X500Name(authority);
    issuerKeys = keys("EC");
    ca = folder.resolve("ca.pem");
    server =
        issue(
            "server",
            "CN=localhost",
            keys("EC"),
            List.of(
                new GeneralName(GeneralName.dNSName, "localhost"),
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                new GeneralName(GeneralName.iPAddress, "::1")));
    client =
        issue(
            "client",
            CLIENT_SUBJECT,
            keys("EC"),
            List.of(new GeneralName(GeneralName.rfc822Name, CLIENT_EMAIL)));
    write(ca, "CERTIFICATE", authority().getEncoded());
  }

  /// @param folder where the files go, made when missing
  public static TestCertificates create(Path folder) {
    return create(folder, "CN=Frond Test CA");
  }

  /// @param authority its name
  public static TestCertificates create(Path folder, String authority) {
    try {
      return new TestCertificates(folder, authority);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot make test certificates", e);
    }
  }

  /// The authority's own certificate.
  public Path ca() {
    return ca;
  }

  public Issued server() {
    return server;
  }

  public Issued client() {
    return client;
  }

  /// Another certificate, for servers and clients alike.
  ///
  /// @param name of its files
  /// @param subject as RFC 4514 writes it, the most specific part first
  /// @param alternatives subject alternative names, none for no extension
  public Issued issue(String name, String subject, GeneralName... alternatives) {
    try {
      return issue(name, subject, keys("EC"), List.of(alternatives));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot make a test certificate", e);
    }
  }

  /// As [#issue(String, String, GeneralName...)] with a key of the caller's.
  public Issued issue(String name, String subject, KeyPair keys, GeneralName... alternatives) {
    try {
      return issue(name, subject, keys, List.of(alternatives));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot make a test certificate", e);
    }
  }

  /// As [#issue(String, String, GeneralName...)], soon to end.
  public Issued issueFor(Duration span, String name, String subject, GeneralName... alternatives) {
    try {
      return issue(name, subject, keys("EC"), span, List.of(alternatives));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot make a test certificate", e);
    }
  }

  /// Writes one PEM block.
  public static Path write(Path file, String label, byte[] der) throws IOException {
    var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    var dashes = "-----";
    return Files.writeString(
        file,
        dashes + "BEGIN " + label + dashes + '\n' + body + '\n' + dashes + "END " + label + dashes
            + '\n');
  }

  /// @param algorithm `EC` (P-256), `RSA` (2,048 bits) or `Ed25519`
  public static KeyPair keys(String algorithm) throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance(algorithm);
    if (!algorithm.equals("Ed25519")) {
      generator.initialize(algorithm.equals("EC") ? 256 : 2048);
    }
    return generator.generateKeyPair();
  }

  private Issued issue(String name, String subject, KeyPair keys, List<GeneralName> alternatives)
      throws IOException, GeneralSecurityException {
    return issue(name, subject, keys, USUAL_SPAN, alternatives);
  }

  private Issued issue(
      String name, String subject, KeyPair keys, Duration span, List<GeneralName> alternatives)
      throws IOException, GeneralSecurityException {
    var builder = builder(x500(subject), keys, span);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(
            new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
    if (!alternatives.isEmpty()) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(alternatives.toArray(GeneralName[]::new)));
    }
    var x509 = signed(builder);
    return new Issued(
        write(folder.resolve(name + ".pem"), "CERTIFICATE", x509.getEncoded()),
        write(
            folder.resolve(name + "-key.pem"),
            "PRIVATE KEY",
            PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded()).getEncoded()),
        x509,
        keys.getPrivate());
  }

  private X509Certificate authority() throws CertIOException, GeneralSecurityException {
    var builder = builder(issuer, issuerKeys, USUAL_SPAN);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    return signed(builder);
  }

  private JcaX509v3CertificateBuilder builder(X500Name subject, KeyPair keys, Duration span) {
    var now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        issuer,
        BigInteger.valueOf(serial.incrementAndGet()),
        Date.from(now.minus(Duration.ofHours(1))),
        Date.from(now.plus(span)),
        subject,
        keys.getPublic());
  }

  private X509Certificate signed(JcaX509v3CertificateBuilder builder)
      throws GeneralSecurityException {
    try {
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKeys.getPrivate());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /// BouncyCastle takes the parts in the encoding's order, which is RFC 4514's reversed.
  private static X500Name x500(String subject) {
    var rdns = new X500Name(subject).getRDNs();
    return new X500Name(List.of(rdns).reversed().toArray(rdns.clone()));
  }
}

package io.frond.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.TlsOptions.CertPair;
import io.frond.testkit.Await;
import io.frond.testkit.TestCertificates;
import io.frond.testkit.TestCertificates.Issued;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslContext;
import io.netty.handler.ssl.OpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsContextsTest {
  @TempDir static Path folder;
  private static TestCertificates certificates;

  @BeforeAll
  static void makeCertificates() {
    certificates = TestCertificates.create(folder);
  }

  @Test
  void aClientThatTrustsTheAuthorityJoinsByNameAndByAddress() throws TlsConfigException {
    var server = TlsContexts.server(serverOptions().build());
    var client = TlsContexts.client(dialling().build());
    for (var host : List.of("localhost", "127.0.0.1")) {
      var handshake = TlsHandshake.between(client, server, host);
      assertNull(handshake.clientFailure());
      assertNull(handshake.serverFailure());
      assertEquals("TLSv1.3", handshake.server().getSession().getProtocol());
      assertThrows(
          SSLPeerUnverifiedException.class,
          () -> handshake.server().getSession().getPeerCertificates());
    }
  }

  @Test
  void whatBoringSslDoesNotHaveTheJdkDoes() throws Exception {
    assertTrue(TlsContexts.server(serverOptions().build()) instanceof OpenSslContext);
    var suites = serverOptions();
    suites.cipherSuites =
        List.of("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    var curves = serverOptions();
    curves.curves = List.of("x448");
    var verify = serverOptions();
    verify.verify = true;
    for (var options : List.of(suites, curves, verify)) {
      assertFalse(TlsContexts.server(options.build()) instanceof OpenSslContext);
    }
    assertTrue(joins(dialling(), TlsContexts.server(suites.build())));
    var dialling = TlsContexts.client(dialling().build());
    var elsewhere = TlsContexts.server(curves.build());
    assertFalse(TlsHandshake.between(dialling, elsewhere, "localhost").succeeded());
    assertTrue(TlsHandshake.between(dialling, elsewhere, "localhost").succeeded());
    var edwards = certificates.issue("edwards", "CN=e", TestCertificates.keys("Ed25519"));
    assertTrue(joins(dialling().shows(edwards), TlsContexts.server(verify.build())));
  }

  /// Each by a client that knows no other.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
        "TLS_AES_128_GCM_SHA256",
        "TLS_CHACHA20_POLY1305_SHA256"
      })
  void aListenerHasTheSuitesThatClientsMayAskFor(String suite) throws Exception {
    var client =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .trustManager(certificates.ca().toFile())
            .ciphers(List.of(suite))
            .build();
    var server = TlsContexts.server(serverOptions().build());
    var handshake = TlsHandshake.between(client, server, "localhost");
    assertTrue(handshake.succeeded(), () -> String.valueOf(handshake.clientFailure()));
    assertEquals(suite, handshake.server().getSession().getCipherSuite());
  }

  @Test
  void suitesOfTls13OnlyLeaveNoOtherVersion() throws TlsConfigException {
    var options = serverOptions();
    options.cipherSuites = List.of("TLS_AES_128_GCM_SHA256");
    var server = TlsContexts.server(options.build());
    assertFalse(TlsHandshake.between(onlyTls12(), server, "localhost").succeeded());
    assertTrue(joins(dialling(), server));
  }

  @Test
  void aCertificateForAnotherHostIsRefused() throws TlsConfigException {
    var server = TlsContexts.server(serverOptions().build());
    var client = TlsContexts.client(dialling().build());
    assertFalse(TlsHandshake.between(client, server, "elsewhere.test").succeeded());
  }

  @Test
  void anAuthorityThatIsNotTrustedIsRefusedUnlessTheClientIsInsecure() throws TlsConfigException {
    var server = TlsContexts.server(serverOptions().build());
    assertFalse(TlsHandshake.between(TlsContexts.client(null), server, "localhost").succeeded());
    var insecure = new ChangingOptions(certificates);
    insecure.insecure = true;
    assertTrue(
        TlsHandshake.between(TlsContexts.client(insecure.build()), server, "elsewhere.test")
            .succeeded());
  }

  @Test
  void verifyAsksForACertificateOfTheAuthority() throws Exception {
    var options = serverOptions();
    options.verify = true;
    var server = TlsContexts.server(options.build());
    var without = TlsContexts.client(dialling().build());
    assertFalse(TlsHandshake.between(without, server, "localhost").succeeded());

    var with = TlsContexts.client(dialling().shows(certificates.client()).build());
    var handshake = TlsHandshake.between(with, server, "localhost");
    assertTrue(handshake.succeeded());
    assertEquals(
        certificates.client().x509(), handshake.server().getSession().getPeerCertificates()[0]);

    var strangers = TestCertificates.create(folder.resolve("strangers"));
    var stranger = TlsContexts.client(dialling().shows(strangers.client()).build());
    assertFalse(TlsHandshake.between(stranger, server, "localhost").succeeded());
  }

  private interface Attempt {
    boolean succeeds() throws Exception;
  }

  private interface Making {
    Attempt with(Issued brief) throws Exception;
  }

  /// Whether it succeeds again after the certificate's end. A busy machine may need longer for the
  /// first time than the certificate has.
  private static boolean succeedsAfterTheEnd(String name, Making making, GeneralName... names)
      throws Exception {
    for (var seconds = 2; ; seconds *= 2) {
      var span = Duration.ofSeconds(seconds);
      var brief = certificates.issueFor(span, name + "-" + seconds, "CN=brief", names);
      var attempt = making.with(brief);
      var first = attempt.succeeds();
      var end = brief.x509().getNotAfter().toInstant().toEpochMilli();
      assertTrue(first || System.currentTimeMillis() > end, "it fails before the end");
      Await.until("the certificate's end", () -> System.currentTimeMillis() > end);
      if (first) {
        return attempt.succeeds();
      }
    }
  }

  /// The JDK's own contexts let it in for a day.
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aSessionIsNotResumedOnceTheClientsCertificateHasEnded(String protocol) throws Exception {
    var options = serverOptions();
    options.verify = true;
    var server = TlsContexts.server(options.build());
    Making making =
        brief -> {
          var client =
              SslContextBuilder.forClient()
                  .trustManager(certificates.ca().toFile())
                  .keyManager(brief.privateKey(), brief.x509())
                  .sslProvider(SslProvider.JDK)
                  .protocols(protocol)
                  .build();
          return () -> TlsHandshake.between(client, server, "localhost").succeeded();
        };
    assertFalse(succeedsAfterTheEnd("brief-" + protocol, making));
    var other = TlsContexts.client(dialling().shows(certificates.client()).build());
    assertTrue(TlsHandshake.between(other, server, "localhost").succeeded());
  }

  /// Nor is one that we dialled, with BoringSSL or, after a handshake that failed, with Java.
  @ParameterizedTest
  @CsvSource({"TLSv1.2, false", "TLSv1.3, false", "TLSv1.2, true", "TLSv1.3, true"})
  void aSessionIsNotResumedOnceTheServersCertificateHasEnded(String protocol, boolean java)
      throws Exception {
    var client = TlsContexts.client(dialling().build());
    if (java) {
      var some = TlsContexts.server(serverOptions().build());
      assertFalse(TlsHandshake.between(client, some, "elsewhere.test").succeeded());
    }
    Making making =
        brief -> {
          var server =
              SslContextBuilder.forServer(brief.privateKey(), brief.x509())
                  .sslProvider(SslProvider.JDK)
                  .protocols(protocol)
                  .build();
          return () -> TlsHandshake.between(client, server, "localhost").succeeded();
        };
    assertFalse(succeedsAfterTheEnd("server-" + protocol + java, making, dns("localhost")));
  }

  /// BoringSSL does not take it, so Java does at the second attempt, and from then on.
  @Test
  void aDialledServerMayShowAnEd25519Certificate() throws Exception {
    var edwards =
        certificates.issue("e", "CN=e", TestCertificates.keys("Ed25519"), dns("localhost"));
    var options = serverOptions().shows(edwards);
    var server = TlsContexts.server(options.build());
    var client = TlsContexts.client(dialling().build());
    assertTrue(client.newEngine(ByteBufAllocator.DEFAULT) instanceof OpenSslEngine);
    assertFalse(TlsHandshake.between(client, server, "localhost").succeeded());
    assertTrue(TlsHandshake.between(client, server, "localhost").succeeded());
    assertTrue(TlsHandshake.between(client, server, "localhost").succeeded());
    assertFalse(TlsHandshake.between(client, server, "elsewhere.test").succeeded());
  }

  @Test
  void ofSeveralCertificatesTheOneForTheNameIsShown() throws Exception {
    var one = certificates.issue("one", "CN=one", dns("one.test"));
    var wild = certificates.issue("wild", "CN=wild", dns("*.wild.test"));
    var rsa = certificates.issue("rsa", "CN=rsa", TestCertificates.keys("RSA"), dns("rsa.test"));
    var options = serverOptions();
    options.more = List.of(pair(one), pair(wild), pair(rsa));
    var server = TlsContexts.server(options.build());
    assertEquals(one.x509(), shown(server, "one.test"));
    assertEquals(wild.x509(), shown(server, "a.wild.test"));
    assertEquals(rsa.x509(), shown(server, "rsa.test"));
    assertEquals(certificates.server().x509(), shown(server, "a.b.wild.test"));
    assertEquals(certificates.server().x509(), shown(server, "127.0.0.1"));
  }

  @Test
  void ofSeveralCertificatesAClientShowsTheOneThatTheServerKnows() throws Exception {
    var strangers = TestCertificates.create(folder.resolve("several"), "CN=Others");
    var options = serverOptions();
    options.verify = true;
    var server = TlsContexts.server(options.build());
    var dialling = dialling().shows(strangers.client());
    dialling.more = List.of(pair(certificates.client()));
    assertTrue(joins(dialling, server));
  }

  private static GeneralName dns(String name) {
    return new GeneralName(GeneralName.dNSName, name);
  }

  private static CertPair pair(Issued issued) {
    return new CertPair(issued.certificate().toString(), issued.key().toString());
  }

  private static Certificate shown(SslContext server, String to) throws Exception {
    var options = new ChangingOptions(certificates);
    options.insecure = true;
    var handshake = TlsHandshake.between(TlsContexts.client(options.build()), server, to);
    assertTrue(handshake.succeeded());
    return handshake.client().getSession().getPeerCertificates()[0];
  }

  @Test
  void aClusterListenerAsksForACertificateWithoutBeingTold() throws TlsConfigException {
    var server = TlsContexts.mutualServer(serverOptions().build());
    var without = TlsContexts.client(dialling().build());
    assertFalse(TlsHandshake.between(without, server, "localhost").succeeded());
  }

  @Test
  void aListenerAdmitsPinnedKeysOnly() throws TlsConfigException {
    var other = certificates.issue("not-pinned", "CN=other");
    for (var verify : List.of(true, false)) {
      var options = serverOptions();
      options.verify = verify;
      options.pins = Set.of(TlsPinnedTrust.pin(certificates.client().x509()), "00");
      var server = TlsContexts.server(options.build());
      assertTrue(joins(dialling().shows(certificates.client()), server));
      assertFalse(joins(dialling().shows(other), server));
      assertFalse(joins(dialling(), server));
      var strangers = TestCertificates.create(folder.resolve("pinned-strangers"));
      options.pins = Set.of(TlsPinnedTrust.pin(strangers.client().x509()));
      assertFalse(joins(dialling().shows(strangers.client()), TlsContexts.server(options.build())));
    }
  }

  @Test
  void aDialledServerMustHaveAPinnedKeyEvenWhenInsecure() throws TlsConfigException {
    var server = TlsContexts.server(serverOptions().build());
    for (var insecure : List.of(true, false)) {
      var options = dialling();
      options.insecure = insecure;
      options.pins = Set.of(TlsPinnedTrust.pin(certificates.server().x509()));
      assertTrue(joins(options, server));
      assertEquals(
          insecure,
          TlsHandshake.between(TlsContexts.client(options.build()), server, "elsewhere.test")
              .succeeded());
      options.pins = Set.of(TlsPinnedTrust.pin(certificates.client().x509()));
      assertFalse(joins(options, server));
    }
  }

  private static boolean joins(ChangingOptions client, SslContext server)
      throws TlsConfigException {
    return TlsHandshake.between(TlsContexts.client(client.build()), server, "localhost")
        .succeeded();
  }

  @Test
  void theMinimumVersionHolds() throws TlsConfigException {
    var old = serverOptions();
    old.cipherSuites = List.of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    var server = TlsContexts.server(old.build());
    var handshake = TlsHandshake.between(onlyTls12(), server, "localhost");
    assertEquals("TLSv1.2", handshake.server().getSession().getProtocol());
    assertEquals(
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        handshake.server().getSession().getCipherSuite());

    var newer = serverOptions();
    newer.minVersion = "1.3";
    assertFalse(
        TlsHandshake.between(onlyTls12(), TlsContexts.server(newer.build()), "localhost")
            .succeeded());
  }

  @Test
  void curvesAreThoseConfigured() throws TlsConfigException {
    var server = serverOptions();
    server.curves = List.of("secp384r1");
    var client = dialling();
    client.curves = List.of("x25519");
    var servers = TlsContexts.server(server.build());
    assertFalse(
        TlsHandshake.between(TlsContexts.client(client.build()), servers, "localhost").succeeded());
    client.curves = List.of("x25519", "secp384r1");
    assertTrue(
        TlsHandshake.between(TlsContexts.client(client.build()), servers, "localhost").succeeded());
  }

  @Test
  void keysInAllFormsAreRead() throws Exception {
    for (var algorithm : List.of("RSA", "EC")) {
      var keys = TestCertificates.keys(algorithm);
      var issued =
          certificates.issue(
              algorithm, "CN=localhost", keys, new GeneralName(GeneralName.dNSName, "localhost"));
      assertServes(issued.certificate(), issued.key());
      assertServes(issued.certificate(), oldForm(algorithm, issued.privateKey()));
    }
  }

  @Test
  void aChainInOneFileIsSentWhole() throws Exception {
    var chain = folder.resolve("chain.pem");
    Files.writeString(
        chain,
        "subject=CN=localhost\n"
            + Files.readString(certificates.server().certificate())
            + "\n# the authority\n"
            + Files.readString(certificates.ca()));
    assertEquals(2, new TlsPemFile(chain.toString()).certificates().length);
    assertServes(chain, certificates.server().key());
  }

  @Test
  void whatIsWrongWithAFileIsSaid() throws IOException {
    var missing = serverOptions();
    missing.certFile = folder.resolve("none.pem").toString();
    assertProblem(missing, missing.certFile, "no such file");

    var empty = serverOptions();
    empty.keyFile = Files.writeString(folder.resolve("empty.pem"), "nothing").toString();
    assertProblem(empty, empty.keyFile, "holds no private key in PEM");

    var swapped = serverOptions();
    swapped.certFile = swapped.keyFile;
    assertProblem(swapped, swapped.certFile, "holds no certificate in PEM");

    var broken = serverOptions();
    broken.caFile =
        TestCertificates.write(folder.resolve("broken.pem"), "CERTIFICATE", new byte[] {1, 2, 3})
            .toString();
    assertProblem(broken, broken.caFile, "holds a broken certificate");

    var encrypted = serverOptions();
    encrypted.keyFile =
        TestCertificates.write(folder.resolve("enc.pem"), "ENCRYPTED PRIVATE KEY", new byte[9])
            .toString();
    assertProblem(encrypted, encrypted.keyFile, "the private key is encrypted");

    for (var length = 0; length < 40; length++) {
      var cut = serverOptions();
      var key = new byte[length];
      Arrays.fill(key, (byte) 0xa0);
      cut.keyFile =
          TestCertificates.write(folder.resolve("cut.pem"), "EC PRIVATE KEY", key).toString();
      assertProblem(cut, cut.keyFile, "holds");
    }
  }

  @Test
  void whatIsWrongWithTheOptionsIsSaid() {
    var noKey = serverOptions();
    noKey.keyFile = null;
    assertProblem(noKey, null, "missing 'key_file' in TLS configuration");
    var noCertificate = serverOptions();
    noCertificate.certFile = null;
    assertProblem(noCertificate, null, "missing 'cert_file' in TLS configuration");
    var otherKey = serverOptions();
    otherKey.keyFile = certificates.client().key().toString();
    var suites = serverOptions();
    suites.cipherSuites = List.of("TLS_RSA_WITH_RC4_128_SHA");
    assertProblem(suites, null, "cipher suite TLS_RSA_WITH_RC4_128_SHA is not supported");
    var curves = serverOptions();
    curves.curves = List.of("x25519", "X25519MLKEM768");
    assertProblem(curves, null, "curve X25519MLKEM768 is not supported");
    assertProblem(otherKey, otherKey.keyFile, "is not the key of");
  }

  private static SslContext onlyTls12() throws TlsConfigException {
    try {
      return SslContextBuilder.forClient()
          .trustManager(certificates.ca().toFile())
          .sslProvider(SslProvider.JDK)
          .protocols("TLSv1.2")
          .build();
    } catch (SSLException e) {
      throw new TlsConfigException(null, "test", e);
    }
  }

  private static void assertServes(Path certificate, Path key) throws TlsConfigException {
    var options = serverOptions();
    options.certFile = certificate.toString();
    options.keyFile = key.toString();
    var handshake =
        TlsHandshake.between(
            TlsContexts.client(dialling().build()),
            TlsContexts.server(options.build()),
            "localhost");
    assertNull(handshake.clientFailure(), () -> key + ": " + handshake.clientFailure());
  }

  private static void assertProblem(ChangingOptions options, @Nullable String file, String reason) {
    var problem = assertThrows(TlsConfigException.class, () -> TlsContexts.server(options.build()));
    assertEquals(file, problem.file());
    assertNotNull(problem.getMessage());
    assertTrue(problem.getMessage().contains(reason), problem.getMessage());
  }

  /// The key as `openssl` wrote it before PKCS#8: the structure that PKCS#8 wraps.
  private static Path oldForm(String algorithm, PrivateKey key)
      throws IOException, GeneralSecurityException {
    var info = PrivateKeyInfo.getInstance(key.getEncoded());
    byte[] der;
    if (algorithm.equals("EC")) {
      var curve = info.getPrivateKeyAlgorithm().getParameters();
      var inner = ECPrivateKey.getInstance(info.parsePrivateKey());
      der = new ECPrivateKey(256, inner.getKey(), curve).getEncoded();
    } else {
      der = info.parsePrivateKey().toASN1Primitive().getEncoded();
    }
    return TestCertificates.write(
        folder.resolve(algorithm + "-old.pem"), algorithm + " PRIVATE KEY", der);
  }

  private static ChangingOptions serverOptions() {
    return new ChangingOptions(certificates).shows(certificates.server());
  }

  private static ChangingOptions dialling() {
    return new ChangingOptions(certificates);
  }
}

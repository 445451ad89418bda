package io.frond.auth;

import static io.frond.auth.AuthenticatorsTest.assertAccepted;
import static io.frond.auth.AuthenticatorsTest.assertRejected;
import static io.frond.auth.AuthenticatorsTest.auth;
import static io.frond.auth.AuthenticatorsTest.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.AuthOptions;
import io.frond.options.ClusterOptions;
import io.frond.options.ServerOptions;
import io.frond.options.TlsOptions;
import io.frond.options.TlsOptions.HandshakeFirst;
import io.frond.options.UserOptions;
import io.frond.options.WriteTimeout;
import io.frond.testkit.TestCertificates;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateUsersTest {
  private static final TlsOptions MAPPING =
      new TlsOptions(
          "server.pem",
          "server-key.pem",
          "ca.pem",
          true,
          true,
          false,
          TlsOptions.DEFAULT_TIMEOUT,
          "1.2",
          List.of(),
          List.of(),
          Set.of(),
          HandshakeFirst.OFF,
          TlsOptions.DEFAULT_HANDSHAKE_FIRST_DELAY,
          0,
          List.of());

  @TempDir static Path folder;
  private static TestCertificates certificates;

  @BeforeAll
  static void makeCertificates() {
    certificates = TestCertificates.create(folder);
  }

  @Test
  void anEmailAddressNamesTheUser() {
    var users = mapped(TestCertificates.CLIENT_EMAIL, "other");
    assertUser(TestCertificates.CLIENT_EMAIL, users, certificates.client().x509());
  }

  @Test
  void withoutACertificateOrAUserOfItsNameNobodyComesIn() {
    var users = mapped("other");
    assertRejected(users.check(Connects.EMPTY, context(null)));
    assertRejected(users.check(Connects.EMPTY, context(certificates.client().x509())));
    assertRejected(
        users.check(Connects.user("other", null), context(certificates.client().x509())));
  }

  @Test
  void alternativeNamesGoInTheOrderEmailDnsUri() {
    var x509 =
        certificates
            .issue(
                "all",
                "CN=all",
                new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://frond/a"),
                new GeneralName(GeneralName.dNSName, "a.frond.test"),
                new GeneralName(GeneralName.rfc822Name, "a@frond.test"))
            .x509();
    var names = List.of("a@frond.test", "a.frond.test", "spiffe://frond/a", "CN=all");
    for (var i = 0; i < names.size(); i++) {
      var rest = names.subList(i, names.size()).reversed().toArray(String[]::new);
      assertUser(names.get(i), mapped(rest), x509);
    }
  }

  @Test
  void theSubjectNamesTheUserInTwoSpellingsAndInAnyOrder() {
    var subject = "CN=device,OU=Line 1,OU=Press,O=Frond,L=Bern,ST=BE,C=CH";
    var x509 = certificates.issue("subject", subject).x509();
    assertUser(subject, mapped(subject), x509);
    for (var name :
        List.of(
            "CN=device,OU=Press+OU=Line 1,O=Frond,L=Bern,ST=BE,C=CH",
            "C=CH,ST=BE,L=Bern,O=Frond,OU=Press,OU=Line 1,CN=device",
            "cn=device, ou=Line 1, ou=Press, o=Frond, l=Bern, st=BE, c=CH")) {
      assertUser(name, mapped("unrelated", name), x509);
    }
    for (var name :
        List.of(
            "CN=Device,OU=Line 1,OU=Press,O=Frond,L=Bern,ST=BE,C=CH",
            "CN=device,OU=Line 1,O=Frond,L=Bern,ST=BE,C=CH",
            "CN=device,OU=Line 1,OU=Line 1,O=Frond,L=Bern,ST=BE,C=CH",
            "CN=device")) {
      assertRejected(mapped(name).check(Connects.EMPTY, context(x509)));
    }
  }

  @Test
  void theExactOrderIsPreferredToAnother() {
    var x509 = certificates.issue("order", "CN=a,OU=b,O=c").x509();
    assertUser("CN=a,OU=b,O=c", mapped("O=c,OU=b,CN=a", "CN=a,OU=b,O=c"), x509);
  }

  @Test
  void domainComponentsBelongToTheSubject() {
    var x509 = certificates.issue("dc", "CN=www,OU=Sales,DC=frond,DC=test").x509();
    assertUser(
        "CN=www,OU=Sales,DC=frond,DC=test", mapped("CN=www,OU=Sales,DC=frond,DC=test"), x509);
    assertUser(
        "DC=test,DC=frond,OU=Sales,CN=www", mapped("DC=test,DC=frond,OU=Sales,CN=www"), x509);
    assertUser("CN=www,OU=Sales", mapped("CN=www,OU=Sales"), x509);
  }

  @Test
  void aSubjectWithUnknownAttributesIsComparedByTheKnownOnes() {
    var x509 = certificates.issue("email", "EMAILADDRESS=a@b.test,CN=a\\, b,O=c").x509();
    assertNull(DistinguishedName.of(x509.getSubjectX500Principal()));
    assertUser("CN=a\\, b,O=c", mapped("CN=a\\, b,O=c"), x509);
  }

  @Test
  void namesAreReadAsRfc4514WritesThem() {
    assertEquals(
        DistinguishedName.parse("CN=a b\\ ,O=x\\2Cy"),
        DistinguishedName.parse(" cn = a b\\20 , o = x\\,y "));
    var multi = DistinguishedName.parse("CN=a+UID=1,O=b");
    assertNotNull(multi);
    assertEquals(multi, DistinguishedName.parse("UID=1+CN=a,O=b"));
    assertEquals(2, multi.rdns().size());
    for (var wrong :
        List.of("", "a", "=a", "CN", "CN=a,", "CN=a,O", ",CN=a", "CN=a\\", "CN=a\\zz", "CN=#12")) {
      assertNull(DistinguishedName.parse(wrong), wrong);
    }
  }

  @Test
  void aMappedUserWithAPasswordMustShowIt() {
    var name = TestCertificates.CLIENT_EMAIL;
    var users = mapped(List.of(user(name, "s", "A", Set.of())));
    var context = context(certificates.client().x509());
    assertRejected(users.check(Connects.EMPTY, context));
    assertAccepted(name, "A", users.check(Connects.user("ignored", "s"), context));
  }

  @Test
  void aMappedUserIsBoundToItsTypesOfConnection() {
    var users =
        mapped(List.of(user(TestCertificates.CLIENT_EMAIL, null, "A", Set.of("WEBSOCKET"))));
    assertRejected(users.check(Connects.EMPTY, context(certificates.client().x509())));
  }

  @Test
  void whomOnlyACertificateCanNameDoesNotComeInByName() {
    var name = TestCertificates.CLIENT_EMAIL;
    var auth = auth(null, null, null, List.of(user(name, null, "A", Set.of())), null);
    var all = new Authenticators(ServerOptions.DEFAULT.withAuth(auth).withTls(MAPPING));
    var leaves = all.of(ConnectionType.LEAFNODE);
    assertRejected(leaves.check(Connects.user(name, null), AuthContext.plain(null)));
    var open = new Authenticators(ServerOptions.DEFAULT.withAuth(auth));
    assertAccepted(
        name,
        "A",
        open.of(ConnectionType.LEAFNODE).check(Connects.user(name, null), AuthContext.plain(null)));
  }

  @Test
  void aLeafListenersOwnUsersAreNamedByAlternativeNamesAndTheSubjectsText() {
    var own = auth(null, null, null, List.of(user("CN=a,OU=b,O=c", null, "SITE", Set.of())), null);
    var leaves =
        new Authenticators(ServerOptions.DEFAULT.withLeaf(AuthenticatorsTest.leafOptions(own)))
            .of(ConnectionType.LEAFNODE);
    var same = certificates.issue("leaf-same", "CN=a,OU=b,O=c").x509();
    assertAccepted("CN=a,OU=b,O=c", "SITE", leaves.check(Connects.EMPTY, context(same)));
    var other = certificates.issue("leaf-other", "CN=a,OU=b,O=d").x509();
    assertRejected(leaves.check(Connects.EMPTY, context(other)));
  }

  @Test
  void aRouteShowsItsUserOrACertificateThatNamesIt() {
    var auth = auth("route", "s", null, List.of(), null);
    var plain = routes(auth, null);
    assertTrue(plain.required());
    assertAccepted(
        "route", "$G", plain.check(Connects.user("route", "s"), AuthContext.plain(null)));
    assertRejected(plain.check(Connects.user("route", "x"), AuthContext.plain(null)));
    assertRejected(plain.check(Connects.EMPTY, AuthContext.plain(null)));

    var mapped = routes(auth("n1.frond.test", "s", null, List.of(), null), MAPPING);
    var named =
        certificates
            .issue("route", "CN=n1", new GeneralName(GeneralName.dNSName, "n1.frond.test"))
            .x509();
    assertAccepted(
        "n1.frond.test", "$G", mapped.check(Connects.user("any", "any"), context(named)));
    assertRejected(
        mapped.check(Connects.user("n1.frond.test", "s"), context(certificates.server().x509())));
    assertRejected(mapped.check(Connects.user("n1.frond.test", "s"), AuthContext.plain(null)));
    assertRejected(mapped.check(Connects.user("n1.frond.test", null), AuthContext.plain(null)));
    assertFalse(routes(AuthOptions.NONE, null).required());
  }

  private static Authenticator routes(AuthOptions auth, @Nullable TlsOptions tls) {
    var cluster =
        new ClusterOptions(
            "c",
            null,
            List.of(),
            auth,
            tls,
            null,
            false,
            0,
            false,
            -1,
            null,
            null,
            null,
            0,
            null,
            List.of(),
            WriteTimeout.DEFAULT);
    return new Authenticators(ServerOptions.DEFAULT.withCluster(cluster)).routes();
  }

  private static Authenticator mapped(String... names) {
    return mapped(Stream.of(names).map(n -> user(n, null, "A", Set.of())).toList());
  }

  private static Authenticator mapped(List<UserOptions> users) {
    return new Authenticators(
            ServerOptions.DEFAULT.withAuth(auth(null, null, null, users, null)).withTls(MAPPING))
        .of(ConnectionType.STANDARD);
  }

  private static void assertUser(String name, Authenticator users, X509Certificate x509) {
    assertAccepted(name, "A", users.check(Connects.EMPTY, context(x509)));
  }

  private static AuthContext context(@Nullable X509Certificate x509) {
    return new AuthContext(null, true, x509);
  }
}

package io.frond.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.AccountOptions.JetStreamLimits;
import io.frond.options.Cidr;
import io.frond.options.HostPort;
import io.frond.options.JetStreamOptions;
import io.frond.options.PermissionOptions.SubjectRule;
import io.frond.options.ServerUrl;
import io.frond.options.TlsOptions.HandshakeFirst;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole files as people write them.
class SpellingsTest {
  @TempDir private Path directory;

  private static Configuration.Loaded example(String name) throws ConfigException {
    var root = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(root.resolve("examples"))) {
      root = root.getParent();
      assertNotNull(root, "no folder examples above the working directory");
    }
    return Configuration.load(root.resolve("examples").resolve(name), Flags.none());
  }

  private static Configuration.Loaded parse(String text) throws ConfigException {
    return Configuration.parse(text, "test", Map.of());
  }

  @Test
  void theArticlesCoreWorksAsItStands() throws ConfigException {
    var loaded = example("article/core.conf");
    var options = loaded.options();
    assertEquals(List.of(), loaded.warnings());
    assertEquals(new HostPort("0.0.0.0", 4222), options.listen());
    var cluster = options.cluster();
    assertNotNull(cluster);
    assertEquals(new HostPort("0.0.0.0", 6222), cluster.listen());
    assertEquals(
        List.of(ServerUrl.nats("nats-2", 6222), ServerUrl.nats("nats-3", 6222)), cluster.routes());
    assertEquals(JetStreamOptions.in("./store"), options.jetstream());
    assertEquals(
        List.of(new Cidr(InetAddress.ofLiteral("192.168.1.0"), 24)), options.leaf().allowed());
    assertTrue(!options.auth().required());
  }

  @Test
  void theArticlesLeafWorksAsItStands() throws ConfigException {
    var loaded = example("article/leaf.conf");
    var options = loaded.options();
    assertEquals(List.of(), loaded.warnings());
    assertEquals(JetStreamOptions.in("./store"), options.jetstream());
    assertNull(options.cluster());
    assertEquals(
        List.of(
            List.of(ServerUrl.nats("nats-1", 4222)),
            List.of(ServerUrl.nats("nats-2", 4222)),
            List.of(ServerUrl.nats("nats-3", 4222))),
        options.leaf().remotes().stream().map(remote -> remote.urls()).toList());
    // What nats-server 2.14.5 prints with -t for this file.
    assertEquals(
        "sha256:38f400eb33b07fbef41170bc496024102b7922168d889e4de408151660acf6ef", loaded.digest());
  }

  @Test
  void separatorsQuotesAndListsAsClientsSuitesWriteThem() throws ConfigException {
    var text =
        """
        # comment
        jetstream = enabled
        authorization: {
          // another one
          USERS_CAN: {
            publish = tar.api.>
            subscribe = [
              "_INBOX.>"
              '$JS.API.>',
              foo.*.bar
            ]
          }
          users: [
            {user: "größe", password: s3cret!, permissions: $USERS_CAN},
            {user: nopass}
          ]
        }
        no_auth_user: nopass
        port 4333\
        """;
    var options = parse(text).options();
    assertEquals(4333, options.listen().port());
    var user = options.auth().users().getFirst();
    assertEquals("größe", user.user());
    assertEquals("s3cret!", user.password());
    var permissions = user.permissions();
    assertNotNull(permissions);
    assertEquals(new SubjectRule(List.of("tar.api.>"), List.of()), permissions.publish());
    assertEquals(
        new SubjectRule(List.of("_INBOX.>", "$JS.API.>", "foo.*.bar"), List.of()),
        permissions.subscribe());
    assertEquals("nopass", options.auth().noAuthUser());
    assertNull(options.auth().users().get(1).password());
  }

  @Test
  void leavesRoutesAndWebSocketsAsClientsSuitesWriteThem() throws Exception {
    var pem = Files.writeString(directory.resolve("x.pem"), "x");
    var text =
        """
        server_name: SRV
        ws { listen: "127.0.0.1:-1", no_tls: true }
        tls { cert_file: 'PEM', key_file: 'PEM', handshake_first: 300ms }
        cluster: { name: clstr, listen: localhost:5222, routes: [ nats-route://127.0.0.1:5223 ] }
        leaf { remotes = [ { url: "leaf://127.0.0.1:7422", account: ACC } ] }
        accounts: {
          ACC: { jetstream: "enabled", users: [ {user: acc, password: acc} ] }
          TWO: { jetstream: true, users = [ {user: two, pass: two} ] },
          $SYS: { users: [ { user: "admin", pass: "s3cr3t!" } ] }
        }
        """
            .replace("PEM", pem.toString());
    var options = parse(text).options();
    assertEquals(-1, options.websocket() == null ? 0 : options.websocket().listen().port());
    var tls = options.tls();
    assertNotNull(tls);
    assertEquals(HandshakeFirst.AUTO, tls.handshakeFirst());
    assertEquals(Duration.ofMillis(300), tls.handshakeFirstDelay());
    assertEquals(
        ServerUrl.nats("127.0.0.1", 7422), options.leaf().remotes().getFirst().urls().getFirst());
    assertEquals(
        List.of("ACC", "TWO", "$SYS"), options.accounts().stream().map(a -> a.name()).toList());
    assertEquals(JetStreamLimits.NONE, options.accounts().getFirst().jetstream());
    assertEquals("$SYS", options.auth().users().get(2).account());
  }

  @Test
  void jsonIsAConfigurationToo() throws ConfigException {
    var text =
        """
        {
          "port": 4333,
          "cluster":
          {
            "port": 6222,
            "routes": [ "nats://a:6222"
                      , "nats://b:6222" ]
          },
          "debug": true
        }
        """;
    var options = parse(text).options();
    assertEquals(4333, options.listen().port());
    assertTrue(options.log().debug());
    assertEquals(2, options.cluster() == null ? 0 : options.cluster().routes().size());
  }
}

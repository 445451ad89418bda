package io.frond.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.AuthOptions;
import io.frond.options.HostPort;
import io.frond.options.JetStreamOptions;
import io.frond.options.LogOptions;
import io.frond.options.ServerOptions;
import io.frond.options.ServerUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlagsTest {
  @TempDir private Path directory;

  /// @param line arguments parted by blanks
  private static Flags flags(String line) throws ConfigException {
    return Flags.parse(line.isEmpty() ? new String[0] : line.split(" ", -1));
  }

  private static ServerOptions options(String line) throws ConfigException {
    return Configuration.load(flags(line)).options();
  }

  private ServerOptions options(String file, String line) throws Exception {
    var path = Files.writeString(directory.resolve("flags.conf"), file);
    return options(("-c " + path + " " + line).strip());
  }

  private static String failure(String line) {
    return assertThrows(ConfigException.class, () -> options(line), line).getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-p 4333",
        "--port 4333",
        "-port=4333",
        "--p=4333",
        "--port=4333 --",
        "-p 1 -p 4333"
      })
  void oneDashOrTwoAndTheValueAfterABlankOrAnEqualsSign(String line) throws ConfigException {
    assertEquals(4333, options(line).listen().port());
  }

  @ParameterizedTest
  @CsvSource({
    "-D,true,false,false", "--debug,true,false,false", "-V,false,true,false",
    "--trace,false,true,false", "-DV,true,true,false", "-VV,false,true,true",
    "-DVV,true,true,true", "-DV=false,false,false,false", "-D=T -V=0,true,false,false"
  })
  void loggingSwitches(String line, boolean debug, boolean trace, boolean verbose)
      throws ConfigException {
    var log = options(line).log();
    assertEquals(
        List.of(debug, trace, verbose), List.of(log.debug(), log.trace(), log.traceVerbose()));
  }

  @Test
  void everyFlagIsMapped() throws ConfigException {
    var options =
        options(
            "-a 127.0.0.1 -p -1 -n me -P p.pid -m 8222 --client_advertise adv:7 --ports_file_dir pd"
                + " -l x.log -T=false --logtime_utc --log_size_limit 1000 --max_traced_msg_len 50"
                + " -js -sd store --user u --pass p"
                + " --cluster nats://cu:cp@127.0.0.1:-1 --routes nats://a:1,nats-route://b:2"
                + " --cluster_name cn --no_advertise --cluster_advertise ca --connect_retries 4");
    assertEquals(new HostPort("127.0.0.1", -1), options.listen());
    assertEquals("me", options.name());
    assertEquals("p.pid", options.pidFile());
    assertEquals("pd", options.portsFileDir());
    assertEquals(new HostPort("127.0.0.1", 8222), options.monitor().http());
    assertEquals(new HostPort("adv", 7), options.client().advertise());
    assertTrue(options.client().noAdvertise());
    assertEquals(
        new LogOptions(
            "x.log", 1000, 0, false, false, false, false, 50, false, true, 3600, 1, null),
        options.log());
    assertEquals(JetStreamOptions.in("store"), options.jetstream());
    assertEquals("u", options.auth().user());
    assertEquals("p", options.auth().password());
    var cluster = options.cluster();
    assertNotNull(cluster);
    assertEquals(new HostPort("127.0.0.1", -1), cluster.listen());
    assertEquals("cu", cluster.auth().user());
    assertEquals("cp", cluster.auth().password());
    assertEquals(List.of(ServerUrl.nats("a", 1), ServerUrl.nats("b", 2)), cluster.routes());
    assertEquals("cn", cluster.name());
    assertEquals(new HostPort("ca", 0), cluster.advertise());
    assertEquals(4, cluster.connectRetries());
    assertTrue(cluster.noAdvertise());
    assertEquals("t", options("--auth t").auth().token());
  }

  @Test
  void everyFlagHasOneMeaning() {
    var count = FlagTable.flags().stream().mapToInt(flag -> flag.names().size()).sum();
    assertEquals(count, FlagTable.index().size());
    assertTrue(count > 60, "only " + count);
    for (var flag : FlagTable.flags()) {
      assertEquals(flag.kind() == FlagTable.Kind.SWITCH, flag.value().isEmpty(), flag.toString());
      assertEquals(
          !flag.later(),
          Flags.usage().contains("-" + flag.name() + " ")
              || Flags.usage().contains("-" + flag.name() + ","),
          flag.name());
    }
  }

  @Test
  void flagsWinOverTheFile() throws Exception {
    var file =
        """
        listen: "10.0.0.1:5000", server_name: file, debug: true, logtime: false, http: 9000
        authorization { user: a, password: b }
        cluster { name: fc, listen: "0.0.0.0:6000", routes: ["nats://x:1"], authorization { user: q } }
        jetstream { store_dir: fs, max_mem: 1G }
        """;
    var kept = options(file, "");
    assertEquals(new HostPort("10.0.0.1", 5000), kept.listen());
    var options =
        options(
            file,
            "-p 4333 --name flag -D=false -T -m 8222 --auth tok -sd ds --cluster nats://h:7"
                + " --routes nats://y:2 --cluster_name gc");
    assertEquals(new HostPort("10.0.0.1", 4333), options.listen());
    assertEquals("flag", options.name());
    assertTrue(!options.log().debug() && options.log().time());
    assertEquals(new HostPort("10.0.0.1", 8222), options.monitor().http());
    assertEquals(
        new AuthOptions(null, null, "tok", List.of(), null, kept.auth().timeout(), null),
        options.auth());
    assertEquals(JetStreamOptions.in("ds").withStorage(1_000_000_000, -1), options.jetstream());
    var cluster = options.cluster();
    assertNotNull(cluster);
    assertEquals(new HostPort("h", 7), cluster.listen());
    assertNull(cluster.auth().user());
    assertEquals(List.of(ServerUrl.nats("y", 2)), cluster.routes());
    assertEquals("gc", cluster.name());
    assertEquals("u", options(file, "--user u").auth().user());
    assertNull(options(file, "-js=false").jetstream());
    var off = options(file, "--cluster=").cluster();
    assertNotNull(off);
    assertNull(off.listen());
  }

  @Test
  void tlsFlagsMakeOrUnmakeTls() throws Exception {
    var file = Files.writeString(directory.resolve("f.pem"), "x").toString();
    var tls =
        options("--tlscert " + file + " --tlskey " + file + " --tlscacert " + file + " --tlsverify")
            .tls();
    assertNotNull(tls);
    assertEquals(
        List.of(file, file, file),
        List.of(tls.certFile() + "", tls.keyFile() + "", tls.caFile() + ""));
    assertTrue(tls.verify());
    assertTrue(failure("--tls").contains("--tlscert and --tlskey"));
    assertTrue(failure("--tls --tlscert /nowhere --tlskey " + file).contains("/nowhere"));
    var conf = "tls { cert_file: '" + file + "', key_file: '" + file + "' }";
    assertNotNull(options(conf, "").tls());
    assertNull(options(conf, "--tls=false").tls());
  }

  @Test
  void passwordsMayHoldAnything() throws ConfigException {
    var password = "a\b\t\n\f\r/\\=é$2a$";
    var auth =
        Configuration.load(Flags.parse(new String[] {"--user", "u", "--pass", password}))
            .options()
            .auth();
    assertEquals(password, auth.password());
    auth =
        Configuration.load(Flags.parse(new String[] {"--user=u", "--pass=" + password}))
            .options()
            .auth();
    assertEquals(password, auth.password());
  }

  @ParameterizedTest
  @CsvSource({
    "'',RUN",
    "-p 1,RUN",
    "-h,HELP",
    "--help,HELP",
    "help,HELP",
    "-v,VERSION",
    "--version,VERSION",
    "version,VERSION",
    "-t -c x,TEST",
    "--help_tls,TLS_HELP",
    "-sl reload,SIGNAL",
    "--signal stop=12,SIGNAL",
    "-v -h,VERSION"
  })
  void whatIsAsked(String line, Flags.Action action) throws ConfigException {
    assertEquals(action, flags(line).action());
  }

  @Test
  void valuesForTheCaller() throws ConfigException {
    assertEquals(Path.of("x.conf"), flags("--config x.conf").configFile());
    assertNull(flags("-p 1").configFile());
    assertEquals("reload=12", flags("-sl reload=12").signal());
    assertEquals("", flags("").signal());
    assertTrue(Flags.tlsUsage().contains("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--prot 1|flag provided but not defined: --prot, did you mean --port?",
        "-x|flag provided but not defined: -x",
        "-p|flag needs a value: -p",
        "-t|needs a configuration file: -t -c FILE",
        "-p abc|invalid value \"abc\" for flag -p: expected a number",
        "-p 70000|expected -1 to 65535",
        "-js=maybe|true or false?",
        "-js true|unrecognized command: \"true\"",
        "run|unrecognized command: \"run\"",
        "-r h:1|expected udp://host:port",
        "--profile 1|not supported yet: -profile",
        "--routes nats://a:1|needs a cluster to listen",
        "--cluster nats://u@h:1|expected the cluster's password",
        "--cluster xyz|expects a URL",
        "--client_advertise a:b:c|expected host:port",
        "--user a --auth b|cannot have a user and a token",
        "-m 1 -ms 2|not both",
      })
  void mistakes(String line, String message) {
    assertTrue(failure(line).contains(message), () -> failure(line));
  }

  @Test
  void aLaterCapabilityMayBeSwitchedOff() throws ConfigException {
    assertEquals(ServerOptions.DEFAULT, options("-s=false --profile 0"));
  }
}

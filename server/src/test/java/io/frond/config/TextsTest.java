package io.frond.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.HostPort;
import io.frond.options.ServerUrl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
  @ParameterizedTest
  @CsvSource({
    "0,0",
    "1ns,1",
    "1us,1000",
    "1µs,1000",
    "2ms,2000000",
    "1s,1000000000",
    "1m,60000000000",
    "1h,3600000000000",
    "1.5s,1500000000",
    ".5s,500000000",
    "1h2m3s,3723000000000",
    "-1s,-1000000000",
    "+1s,1000000000",
    "1m0.5s,60500000000"
  })
  void durationsAreGos(String text, long nanos) {
    var duration = Texts.duration(text);
    assertTrue(duration != null && duration.toNanos() == nanos, text + ": " + duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "1",
        "s",
        "1x",
        "1 s",
        "1s ",
        "..s",
        "1.2.3s",
        "1d",
        "999999999h",
        "--1s"
      })
  void otherTextsAreNoDurations(String text) {
    assertNull(Texts.duration(text));
  }

  @ParameterizedTest
  @CsvSource({"1K,1024", "2M,2097152", "10G,10737418240", "1T,1099511627776", "'',0", "-1K,-1024"})
  void sizesInTextArePowersOf1024(String text, long bytes) {
    assertEquals(bytes, Texts.size(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"K", "1", "1k", "1KB", "x", "9999999999999G"})
  void otherTextsAreNoSizes(String text) {
    assertNull(Texts.size(text));
  }

  @ParameterizedTest
  @CsvSource({"h:1,h,1", ":1,'',1", "[::1]:1,::1,1", "h:-1,h,-1", "h:0,h,0", "h:65535,h,65535"})
  void addresses(String text, String host, int port) {
    assertEquals(new HostPort(host, port), Texts.hostPort(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"h", "h:", "h:x", "h:65536", "h:-2", "::1:5", "a b:1", "[::1:5", "u@h:1", "h/x:1"})
  void otherTextsAreNoAddresses(String text) {
    assertNull(Texts.hostPort(text));
  }

  @Test
  void whatIsAdvertisedMayLackAPort() {
    assertEquals(new HostPort("h", 0), Texts.advertised("h"));
    assertEquals(new HostPort("::1", 0), Texts.advertised("[::1]"));
    assertEquals(new HostPort("::1", 5), Texts.advertised("[::1]:5"));
    assertEquals(new HostPort("h", 0), Texts.advertised("h:-1"));
    assertNull(Texts.advertised(":5"));
    assertNull(Texts.advertised(""));
  }

  @Test
  void aQueueMayFollowASubject() {
    assertTrue(Texts.isSubjectAndQueue("foo.*"));
    assertTrue(Texts.isSubjectAndQueue("foo.> queue.*"));
    assertTrue(Texts.isSubjectAndQueue("foo \t q"));
    assertFalse(Texts.isSubjectAndQueue("foo a b"));
    assertFalse(Texts.isSubjectAndQueue("foo..a q"));
    assertFalse(Texts.isSubjectAndQueue(""));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "h,nats,-,-,h,7,''",
        "h:1,nats,-,-,h,1,''",
        "nats://h:1/,nats,-,-,h,1,''",
        "NATS://h_1.x,nats,-,-,h_1.x,7,''",
        "nats-leaf://h:1,nats,-,-,h,1,''",
        "leaf://t@h:1,nats,t,-,h,1,''",
        "tls://u:p@h:1,tls,u,p,h,1,''",
        "ws://u:p%40%3a%2F@h:1/a/b,ws,u,p@:/,h,1,/a/b",
        "wss://u:p@w@[fe80::1]:1,wss,u,p@w,fe80::1,1,''",
        "nats://u:100%@h:1,nats,u,100%,h,1,''",
        "nats://u:gr%C3%B6%C3%9Fe@h,nats,u,größe,h,7,''",
        "nats://u:a/b@h:1,nats,u,a/b,h,1,''",
        "nats://u:@h:1,nats,u,'',h,1,''",
      })
  void urls(
      String text,
      String scheme,
      @Nullable String user,
      @Nullable String password,
      String host,
      int port,
      String path)
      throws ConfigException {
    assertEquals(new ServerUrl(scheme, user, password, host, port, path), Urls.remote(text, 7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nats://",
        "nats://:1",
        "nats://h:0",
        "nats://h:65536",
        "nats://h:x",
        "x://h",
        "http://h",
        "nats://a b",
        "nats://u@"
      })
  void otherTextsAreNoUrls(String text) {
    assertThrows(ConfigException.class, () -> Urls.remote(text, 7));
  }

  @Test
  void secretsAreNotInTheTextOfAUrl() throws ConfigException {
    assertEquals("wss://h:1/x", Urls.remote("wss://user:secret@h:1/x", 7).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3,10.1.2.3/32",
    "10.0.0.0/8,10.0.0.0/8",
    "0.0.0.0/0,0.0.0.0/0",
    "::/0,0:0:0:0:0:0:0:0/0",
    "192.168.1.128/25,192.168.1.128/25",
    "fd00::/8,fd00:0:0:0:0:0:0:0/8",
    "::1,0:0:0:0:0:0:0:1/128",
    "::ffff:10.1.2.3,10.1.2.3/32"
  })
  void cidrs(String text, String expected) throws ConfigException {
    assertEquals(expected, Cidrs.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "10.0.0.0/33",
        "10.0.0.1/8",
        "10.0.0",
        "10.0.0.010",
        "fe80::1%1",
        "::1/0",
        "h",
        "10.0.0.0/8/8",
        "1.2.3.4.5"
      })
  void otherTextsAreNoCidrs(String text) {
    assertThrows(ConfigException.class, () -> Cidrs.parse(text));
  }

  @Test
  void distancesCountLettersAndSwaps() {
    assertEquals(0, Texts.distance("port", "port"));
    assertEquals(1, Texts.distance("prot", "port"));
    assertEquals(1, Texts.distance("lisen", "listen"));
    assertEquals(1, Texts.distance("listenn", "listen"));
    assertEquals(1, Texts.distance("lipten", "listen"));
    assertEquals(4, Texts.distance("", "port"));
    assertEquals(3, Texts.distance("kitten", "sitting"));
  }
}

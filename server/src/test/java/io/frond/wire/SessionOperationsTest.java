package io.frond.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.wire.ProtocolException.Violation;
import io.frond.wire.ProtocolParser.Dialect;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The operations of links that resume.
class SessionOperationsTest {
  private static final int LINE_MAX = 4096;

  private static final String LEAF =
      "SRC 0 abc.1 1732000000\r\n"
          + "LTAG 0:1 a.b 2\r\n"
          + "hi\r\n"
          + "LTAG 12:ffffffff s + r q1 q2 3\r\n"
          + "a\r\n\r\n"
          + "HTAG 3:0aB s r 12 14\r\n"
          + "NATS/1.0\r\n\r\n"
          + "hi\r\n"
          + "LACK abc.1 7439000000000000001\r\n"
          + "LS=\r\n"
          + "LS+ a\r\n"
          + "LTAG 99999:0 s | q 0\r\n\r\n"
          + "lack x 0\r\n"
          + "src 7 y 0\r\n"
          + "SRC 7 y 0 +\r\n"
          + "LACK x 5 9\r\n"
          + "LACK x 5 5\r\n"
          + "LAGN x 5\r\n"
          + "LEND x\r\n";

  private static final String ROUTE =
      "SES A {\"session\":\"x\", \"link\":1}\r\nSS+ A id a.b\r\nSS+ A id a.b q 3\r\n"
          + "SS- A id a.b q\r\nSS- A id a.b\r\nSRC 65536 src 17 3:a:9,4:b:10\r\nSRC 1 src 17\r\n"
          + "RTAG 65536:1f A a.b 2\r\nhi\r\nRTAG 65536:20 A a.b + r q1 2\r\nhi\r\n"
          + "LTAG 1:21 edge A a.b 0 2\r\nhi\r\nHTAG 1:22 A a.b 12 12\r\nNATS/1.0\r\n\r\n\r\n"
          + "SACK A id src.0 73014444033\r\nFENCE 1\r\nFENCED 9223372036854775807\r\n"
          + "LACK src 5\r\nLS=\r\nLDOM A {\"domain\":\"edge\"}\r\nRS+ A x\r\n";

  /// A route that is one account's own.
  private static final String OWN =
      "SES {\"session\":\"x\"}\r\nSS+ id a.b\r\nSS- id a.b q\r\nRTAG 5:1f a.b 2\r\nhi\r\n"
          + "LTAG 5:20 edge a.b 0 2\r\nhi\r\nSACK id src 1\r\nLDOM {}\r\n";

  enum Stream {
    LEAF_LINK(Dialect.LEAF, false, LEAF, 15),
    ROUTE_LINK(Dialect.ROUTE, false, ROUTE, 18),
    OWN_ROUTE(Dialect.ROUTE, true, OWN, 7);

    final Dialect dialect;
    final boolean own;
    private final String text;
    final int operations;

    Stream(Dialect dialect, boolean own, String text, int operations) {
      this.dialect = dialect;
      this.own = own;
      this.text = text;
      this.operations = operations;
    }

    byte[] bytes() {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  private static ProtocolParser parser(Dialect dialect, boolean own, boolean resumes) {
    var parser = new ProtocolParser(dialect, LINE_MAX, 1 << 20);
    parser.accountless(own);
    parser.resumes(resumes);
    return parser;
  }

  private static List<String> parse(ProtocolParser parser, byte[] bytes, int... cuts)
      throws ProtocolException {
    var recorder = new Recorder();
    try {
      var from = 0;
      for (var i = 0; i <= cuts.length; i++) {
        var to = i < cuts.length ? cuts[i] : bytes.length;
        var in = UnpooledByteBufAllocator.DEFAULT.directBuffer(Math.max(1, to - from));
        in.writeBytes(bytes, from, to - from);
        try {
          parser.parse(in, recorder);
        } finally {
          in.release();
        }
        from = to;
      }
      assertEquals(0, parser.pendingBytes());
    } finally {
      parser.release();
    }
    return recorder.seen;
  }

  private static List<String> parse(Stream of, byte[] bytes, int... cuts) throws ProtocolException {
    return parse(parser(of.dialect, of.own, true), bytes, cuts);
  }

  @Test
  void readsWhatALeafSays() throws Exception {
    var seen = parse(Stream.LEAF_LINK, Stream.LEAF_LINK.bytes());
    assertEquals("SRC 0 abc.1 1732000000 -", seen.get(0));
    assertTrue(seen.get(1).startsWith("message tag=0:1 account= subject=a.b reply= queues=[]"));
    assertTrue(
        seen.get(2)
            .startsWith("message tag=12:4294967295 account= subject=s reply=r queues=[q1, q2]"));
    assertTrue(seen.get(3).startsWith("message tag=3:171 "), seen.get(3));
    assertEquals("LACK abc.1 7439000000000000001", seen.get(4));
    assertEquals("SHOWN", seen.get(5));
    assertTrue(seen.get(7).startsWith("message tag=99999:0 account= subject=s reply= queues=[q]"));
    assertEquals(
        List.of(
            "LACK x 0",
            "SRC 7 y 0 -",
            "SRC 7 y 0 +",
            "LACK x 5 9",
            "LACK x 5",
            "LAGN x 5",
            "LEND x"),
        seen.subList(8, 15));
  }

  @Test
  void readsWhatARouteSays() throws Exception {
    var seen = parse(Stream.ROUTE_LINK, Stream.ROUTE_LINK.bytes());
    assertEquals(
        List.of(
            "SES A {\"session\":\"x\", \"link\":1}",
            "SS A id a.b - 1",
            "SS A id a.b q 3",
            "SS A id a.b q 0",
            "SS A id a.b - 0",
            "SRC 65536 src 17 3:a:9,4:b:10",
            "SRC 1 src 17 -"),
        seen.subList(0, 7));
    assertTrue(seen.get(7).startsWith("message tag=65536:31 account=A subject=a.b"));
    assertTrue(seen.get(8).contains("reply=r queues=[q1]"));
    assertTrue(seen.get(9).startsWith("message tag=1:33 origin=edge account=A subject=a.b"));
    assertEquals("SACK A id src.0 73014444033", seen.get(11));
    assertEquals(List.of("FENCE 1", "FENCED 9223372036854775807"), seen.subList(12, 14));
    assertEquals("LDOM A {\"domain\":\"edge\"}", seen.get(16));
    var own = parse(Stream.OWN_ROUTE, Stream.OWN_ROUTE.bytes());
    assertEquals("SES  {\"session\":\"x\"}", own.get(0));
    assertTrue(own.get(4).startsWith("message tag=5:32 origin=edge account= subject=a.b"));
    assertEquals("SACK  id src 1", own.get(5));
    assertEquals("LDOM  {}", own.get(6));
  }

  @ParameterizedTest
  @EnumSource(Stream.class)
  void everySplitSaysTheSame(Stream stream) throws Exception {
    var bytes = stream.bytes();
    var whole = parse(stream, bytes);
    assertEquals(stream.operations, whole.size(), whole::toString);
    for (var one = 1; one < bytes.length; one++) {
      assertEquals(whole, parse(stream, bytes, one), "cut at " + one);
      for (var two = one + 1; two < bytes.length; two += 7) {
        assertEquals(whole, parse(stream, bytes, one, two), "cut at " + one + ", " + two);
      }
    }
    var each = new int[bytes.length - 1];
    for (var i = 0; i < each.length; i++) {
      each[i] = i + 1;
    }
    assertEquals(whole, parse(stream, bytes, each), "byte by byte");
  }

  @ParameterizedTest
  @EnumSource(Stream.class)
  void damagedInputEndsInAProtocolErrorOrNothing(Stream stream) {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    var random = new Random(seed);
    for (var round = 0; round < 20_000; round++) {
      var bytes = stream.bytes();
      for (var i = 0; i <= random.nextInt(4); i++) {
        bytes[random.nextInt(bytes.length)] =
            (byte)
                (random.nextBoolean()
                    ? random.nextInt(256)
                    : "0123456789: \r\nf".charAt(random.nextInt(15)));
      }
      var parser = parser(stream.dialect, stream.own, true);
      var in = Unpooled.directBuffer().writeBytes(bytes);
      try {
        parser.parse(in, new Recorder());
      } catch (ProtocolException e) {
        assertTrue(e.getMessage() != null);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + " round " + round, e);
      } finally {
        parser.release();
        in.release();
      }
    }
  }

  private static Violation violation(ProtocolParser parser, String text) {
    return assertThrows(
            ProtocolException.class,
            () -> parse(parser, text.getBytes(StandardCharsets.ISO_8859_1)),
            text)
        .violation();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SRC",
        "SRC 1 x",
        "SRC 1 x 2 y z",
        "SRC x x 2",
        "SRC -1 x 2",
        "SRC 4294967296 x 2",
        "SRC 18446744073709551616 x 2",
        "SRC 1 x 2147483648",
        "SRC 1 x -2",
        "SRC 1 x 0x2",
        "LACK x",
        "LACK x y",
        "LACK x 1 2 3",
        "LACK x 1 y",
        "LAGN x",
        "LAGN x -1",
        "LEND",
        "LEND x y",
        "LACK x -1",
        "LACK x 9223372036854775808",
        "LACK x 99999999999999999999",
        "LTAG 1:1 2",
        "LTAG x:1 a 2",
        "LTAG 1 a 2",
        "LTAG : a 2",
        "LTAG 1: a 2",
        "LTAG :1 a 2",
        "LTAG 1:123456789 a 2",
        "LTAG 100000:1 a 2",
        "LTAG 1:g a 2",
        "LTAG 1:-1 a 2",
        "LTAG 1:1 a -1",
        "LTAG 1:1 a b c 2",
        "LTAG 1:1 a + 2",
        "HTAG 1:1 a 2",
        "HTAG 1:1 a 5 2",
        "RTAG 1:1 A a 2",
        "FENCE 1",
        "FENCED 1",
        "SES A {}",
        "SS+ A i a",
        "SS- A i a",
        "SACK A i s 1",
        "LDOM A {}"
      })
  void aLeafIsRefused(String line) {
    assertEquals(
        Violation.PARSE, violation(parser(Dialect.LEAF, false, true), line + "\r\nhi\r\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SES",
        "SES A",
        "SS+ A",
        "SS+ A i",
        "SS+ A i s q x",
        "SS+ A i s q -1",
        "SS+ A i s q 1 2",
        "SS- A i",
        "SACK A i s",
        "SACK A i s x",
        "SACK A i s 1 2",
        "SACK A i s 9223372036854775808",
        "FENCE",
        "FENCE x",
        "FENCE 1 2",
        "FENCED -1",
        "FENCED 9223372036854775808",
        "LDOM",
        "LDOM A",
        "RTAG 1:1 a 2",
        "LTAG 1:1 A a 0 2",
        "RTAG A a 2"
      })
  void aRouteIsRefused(String line) {
    assertEquals(
        Violation.PARSE, violation(parser(Dialect.ROUTE, false, true), line + "\r\nhi\r\n"));
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void whoDoesNotResumeHasNoneOfThem(Dialect dialect) {
    for (var line :
        List.of(
            "SRC 1 x 2",
            "LACK x 1",
            "LAGN x 1",
            "LEND x",
            "LS=",
            "LTAG 1:1 a 2",
            "HTAG 1:1 a 0 2",
            "RTAG 1:1 A a 2",
            "FENCE 1",
            "FENCED 1",
            "SES A {}",
            "SS+ A i s",
            "SS- A i s",
            "SACK A i s 1",
            "LDOM A {}")) {
      assertEquals(
          Violation.PARSE, violation(parser(dialect, false, false), line + "\r\nhi\r\n"), line);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SES A ", "SS+ A i ", "SRC 1 x 2 ", "LTAG 1:1 ", "LDOM A ", "RTAG 1:1 "})
  void aLineWithoutEndCostsBoundedMemory(String begin) throws Exception {
    var parser = parser(Dialect.ROUTE, false, true);
    var most = 0;
    var refused = false;
    var in = Unpooled.directBuffer();
    try {
      parser.parse(in.writeBytes(begin.getBytes(StandardCharsets.ISO_8859_1)), new Recorder());
      for (var i = 0; i < 10 * LINE_MAX && !refused; i += 64) {
        in.clear().writeBytes("x".repeat(64).getBytes(StandardCharsets.ISO_8859_1));
        parser.parse(in, new Recorder());
        most = Math.max(most, parser.pendingBytes());
      }
    } catch (ProtocolException e) {
      assertEquals(Violation.CONTROL_LINE, e.violation());
      refused = true;
    } finally {
      parser.release();
      in.release();
    }
    assertTrue(refused);
    assertTrue(most <= 4 * LINE_MAX, "held " + most);
  }
}

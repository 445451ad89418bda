package io.frond.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.wire.ProtocolException.Violation;
import io.frond.wire.ProtocolParser.Dialect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProtocolParserTest {
  private static final int LINE_MAX = 4096;
  private static final int PAYLOAD_MAX = 1 << 20;

  private static ByteBuf direct(byte[] bytes, int from, int to) {
    return UnpooledByteBufAllocator.DEFAULT
        .directBuffer(Math.max(1, to - from))
        .writeBytes(bytes, from, to - from);
  }

  private static List<String> parse(Dialect dialect, byte[] bytes, int... cuts)
      throws ProtocolException {
    var parser = new ProtocolParser(dialect, LINE_MAX, PAYLOAD_MAX);
    var recorder = new Recorder();
    try {
      var from = 0;
      for (var i = 0; i <= cuts.length; i++) {
        var to = i < cuts.length ? cuts[i] : bytes.length;
        var in = direct(bytes, from, to);
        try {
          parser.parse(in, recorder);
        } finally {
          in.release();
        }
        from = to;
      }
    } finally {
      parser.release();
    }
    return recorder.seen;
  }

  private static List<String> parse(Dialect dialect, String text) throws ProtocolException {
    return parse(dialect, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void readsWhatAClientSays() throws Exception {
    assertEquals(
        List.of(
            "CONNECT {\"a\":1}",
            "PING",
            "PONG",
            "SUB foo - 1",
            "SUB foo.* workers 22",
            "UNSUB 1 0",
            "UNSUB 22 5",
            "OK",
            "-ERR Some Text"),
        parse(
            Dialect.CLIENT,
            "CONNECT {\"a\":1}\r\nPING\r\npong\r\nSUB foo 1\r\nsub \tfoo.*  workers\t22 \r\n"
                + "UNSUB 1\r\nUNSUB 22 5\r\n+OK\r\n-ERR 'Some Text'\r\n"));
  }

  @Test
  void readsAClientsMessages() throws Exception {
    var seen =
        parse(
            Dialect.CLIENT,
            "PUB a 0\r\n\r\nPUB a.b in.box 5\r\nhello\r\npub c 2\n\r\n\r\n"
                + "HPUB h 12 14\r\nNATS/1.0\r\n\r\nhi\r\nHPUB h r 12 12\r\nNATS/1.0\r\n\r\n\r\n");
    assertEquals(5, seen.size());
    assertTrue(seen.get(0).startsWith("message account= subject=a reply= queues=[] header=0"));
    assertTrue(seen.get(1).contains("subject=a.b reply=in.box"));
    assertTrue(seen.get(3).contains("subject=h reply= queues=[] header=12"), seen.get(3));
    assertTrue(seen.get(3).endsWith("/14"));
    assertTrue(seen.get(4).contains("reply=r queues=[] header=12"));
  }

  /// What is written with one blank before each argument is read in another way than the rest.
  @Test
  void aMessageIsTheSameHoweverItsLineIsWritten() throws Exception {
    for (var subject :
        List.of("a", "sevenby", "eight.by", "nine.byte", "ärger.ß", "s".repeat(40))) {
      for (var reply : List.of("", "r", "_INBOX.0123456789.12345678")) {
        for (var size : List.of("0", "5", "005", "12345")) {
          var body = "x".repeat(Integer.parseInt(size));
          var plain = read("PUB ", subject, reply, " ", size, "\r\n", body);
          assertEquals(plain, read("PUB ", subject, reply, "\t", size, "\r\n", body));
          assertEquals(plain, read("PUB  ", subject, reply, " ", size, "\r\n", body));
          assertEquals(plain, read("PUB ", subject, reply, "  ", size, " \r\n", body));
          assertEquals(plain, read("PUB ", subject, reply, " ", size, "\n", body));
          assertEquals(plain, read("pub ", subject, reply, " ", size, "\r\n", body));
          assertTrue(plain.contains("subject=" + subject + " reply=" + reply + " "), plain);
        }
      }
    }
    assertEquals(Violation.PARSE, violation("PUB a 1x\r\nhello\r\nPING\r\n"));
    assertEquals(Violation.PARSE, violation("PUB a r -1\r\nhello\r\nPING\r\n"));
    assertEquals(Violation.PARSE, violation("PUB a b c 1\r\nhello\r\nPING\r\n"));
    assertEquals(Violation.PARSE, violation("PUB a 1234567890\r\nhello\r\nPING\r\n"));
    assertEquals(Violation.PARSE, violation("PUB a 3\r\nhello\r\nPING\r\n"));
    assertEquals(
        Violation.CONTROL_LINE, violation("PUB " + "a".repeat(LINE_MAX) + " 1\r\nx\r\nPING\r\n"));
  }

  private static String read(
      String verb, String subject, String reply, String blank, String size, String end, String body)
      throws ProtocolException {
    var arguments = subject + blank + (reply.isEmpty() ? "" : reply + blank) + size;
    var text = verb + arguments + end + body + "\r\nPING\r\nPING\r\n";
    var seen = parse(Dialect.CLIENT, text);
    assertEquals(List.of("PING", "PING"), seen.subList(1, seen.size()));
    return seen.getFirst();
  }

  @Test
  void readsWhatARouteSays() throws Exception {
    assertEquals(
        List.of(
            "RS $G foo - 1",
            "RS $G foo q 3",
            "RS $G foo - 0",
            "RS $G foo q 0",
            "A X true",
            "A X false"),
        parse(
            Dialect.ROUTE,
            "RS+ $G foo\r\nRS+ $G foo q 3\r\nRS- $G foo\r\nRS- $G foo q\r\nA+ X\r\nA- X\r\n"));
    var seen =
        parse(
            Dialect.ROUTE,
            "RMSG $G s 2\r\nhi\r\nRMSG $G s r 2\r\nhi\r\nRMSG $G s + r q1 q2 2\r\nhi\r\n"
                + "RMSG $G s | q1 2\r\nhi\r\nHMSG $G s | q1 q2 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
    assertTrue(seen.get(0).startsWith("message account=$G subject=s reply= queues=[] header=0"));
    assertTrue(seen.get(1).contains("reply=r queues=[]"));
    assertTrue(seen.get(2).contains("reply=r queues=[q1, q2]"));
    assertTrue(seen.get(3).contains("reply= queues=[q1]"));
    assertTrue(seen.get(4).contains("reply= queues=[q1, q2] header=12"));
  }

  @Test
  void readsWhatARouteSaysOfLeaves() throws Exception {
    assertEquals(
        List.of("LS X $G foo - 1", "LS X $G foo q 3", "LS X $G foo - 0", "LS X $G foo q 0"),
        parse(
            Dialect.ROUTE,
            "LS+ X $G foo\r\nLS+ X $G foo q 3\r\nLS- X $G foo\r\nLS- X $G foo q\r\n"));
    var seen =
        parse(
            Dialect.ROUTE,
            "LMSG X $G s 0 2\r\nhi\r\nRMSG $G s r 2\r\nhi\r\n"
                + "LMSG X $G s r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n"
                + "LMSG X $G s + r q1 q2 0 2\r\nhi\r\nLMSG X $G s | q1 0 2\r\nhi\r\n");
    assertTrue(seen.get(0).startsWith("message origin=X account=$G subject=s reply= queues=[]"));
    assertTrue(seen.get(1).startsWith("message account=$G subject=s reply=r"), seen.get(1));
    assertTrue(seen.get(2).contains("reply=r queues=[] header=12"), seen.get(2));
    assertTrue(seen.get(3).contains("reply=r queues=[q1, q2] header=0"), seen.get(3));
    assertTrue(seen.get(4).contains("reply= queues=[q1] header=0"), seen.get(4));
  }

  @Test
  void anAccountsOwnRouteNamesOriginsOnly() throws Exception {
    var parser = new ProtocolParser(Dialect.ROUTE, LINE_MAX, PAYLOAD_MAX);
    parser.accountless(true);
    var recorder = new Recorder();
    var text = "LS+ X foo q 3\r\nLS- X foo q\r\nLMSG X s r 0 2\r\nhi\r\nRMSG s 2\r\nhi\r\n";
    parser.parse(Unpooled.wrappedBuffer(text.getBytes()), recorder);
    assertEquals(List.of("LS X  foo q 3", "LS X  foo q 0"), recorder.seen.subList(0, 2));
    assertTrue(recorder.seen.get(2).startsWith("message origin=X account= subject=s reply=r"));
    assertTrue(recorder.seen.get(3).startsWith("message account= subject=s reply="));
  }

  @Test
  void olderServersNameNoOriginWhenInterestEnds() throws Exception {
    var parser = new ProtocolParser(Dialect.ROUTE, LINE_MAX, PAYLOAD_MAX);
    parser.originOfEnd(false);
    var recorder = new Recorder();
    var text = "LS+ X $G foo q 3\r\nLS- $G foo q\r\n";
    parser.parse(Unpooled.wrappedBuffer(text.getBytes()), recorder);
    assertEquals(List.of("LS X $G foo q 3", "RS $G foo q 0"), recorder.seen);
  }

  @Test
  void aWeightThatIsNoneCountsAsOne() throws Exception {
    assertEquals(
        List.of("LS foo q 1", "LS foo q 1"),
        parse(Dialect.LEAF, "LS+ foo q x\r\nLS+ foo q -3\r\n"));
  }

  @Test
  void readsWhatALeafSays() throws Exception {
    assertEquals(
        List.of("LS foo - 1", "LS foo q 2", "LS foo - 0", "INFO {}"),
        parse(Dialect.LEAF, "LS+ foo\r\nLS+ foo q 2\r\nLS- foo\r\nINFO {}\r\n"));
    var seen =
        parse(
            Dialect.LEAF,
            "LMSG s 2\r\nhi\r\nLMSG s + r q 2\r\nhi\r\nHMSG s r 12 12\r\n"
                + "NATS/1.0\r\n\r\n\r\n");
    assertTrue(seen.get(0).startsWith("message account= subject=s reply="));
    assertTrue(seen.get(1).contains("reply=r queues=[q]"));
    assertTrue(seen.get(2).contains("reply=r queues=[] header=12"));
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void everySplitOfAStreamSaysTheSame(Dialect dialect) throws Exception {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var stream = RandomOperations.stream(random, dialect, 40, 300);
    var whole = parse(dialect, stream);
    assertEquals(40, whole.size(), () -> "seed " + seed);
    for (var at = 1; at < stream.length; at++) {
      assertEquals(whole, parse(dialect, stream, at), "seed " + seed + " cut at " + at);
    }
    var bytes = new int[stream.length - 1];
    for (var i = 0; i < bytes.length; i++) {
      bytes[i] = i + 1;
    }
    assertEquals(whole, parse(dialect, stream, bytes), () -> "seed " + seed + " byte by byte");
    for (var round = 0; round < 300; round++) {
      var cuts =
          random.ints(1 + random.nextInt(30), 1, stream.length).sorted().distinct().toArray();
      assertEquals(whole, parse(dialect, stream, cuts), () -> "seed " + seed);
    }
  }

  @Test
  void mutatedInputEndsInAProtocolErrorOrNothing() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var round = 0; round < 20_000; round++) {
      var dialect = Dialect.values()[random.nextInt(3)];
      var stream = RandomOperations.stream(random, dialect, 4, 40);
      for (var i = 0; i <= random.nextInt(4); i++) {
        stream[random.nextInt(stream.length)] = (byte) random.nextInt(256);
      }
      try {
        parse(dialect, stream, random.nextInt(stream.length));
      } catch (ProtocolException e) {
        assertTrue(e.getMessage() != null);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + " round " + round, e);
      }
    }
  }

  private static Violation violation(String text) {
    return assertThrows(ProtocolException.class, () -> parse(Dialect.CLIENT, text)).violation();
  }

  @Test
  void refusesWhatIsNoOperation() {
    assertEquals(Violation.PARSE, violation("FOO bar\r\n"));
    assertEquals(Violation.PARSE, violation("\r\n"));
    assertEquals(Violation.PARSE, violation("LS+ foo\r\n"));
    assertEquals(Violation.PARSE, violation("RMSG $G foo 0\r\n\r\n"));
    assertEquals(Violation.PARSE, violation("PUB a\r\n"));
    assertEquals(Violation.PARSE, violation("PUB a b c 3\r\nabc\r\n"));
    assertEquals(Violation.PARSE, violation("PUB a x\r\n"));
    assertEquals(Violation.PARSE, violation("PUB a -1\r\n"));
    assertEquals(Violation.PARSE, violation("PUB a 9999999999\r\n"));
    assertEquals(Violation.PARSE, violation("PUB a 2\r\nhello\r\n"));
    assertEquals(Violation.PARSE, violation("HPUB a 5 2\r\nhi\r\n"));
    assertEquals(Violation.PARSE, violation("SUB foo\r\n"));
  }

  @Test
  void refusesLinesAndPayloadsThatAreTooLong() {
    assertEquals(
        Violation.CONTROL_LINE, violation("PUB " + "a".repeat(LINE_MAX + 1) + " 0\r\n\r\n"));
    assertEquals(Violation.CONTROL_LINE, violation("PUB " + "a".repeat(2 * LINE_MAX)));
    assertEquals(Violation.PAYLOAD, violation("PUB a " + (PAYLOAD_MAX + 1) + "\r\n"));
  }

  @Test
  void aClaimedSizeCostsNoMemoryBeforeItsBytesCome() throws Exception {
    var parser = new ProtocolParser(Dialect.CLIENT, LINE_MAX, PAYLOAD_MAX);
    var in = Unpooled.directBuffer().writeBytes(("PUB a " + PAYLOAD_MAX + "\r\nx").getBytes());
    parser.parse(in, new Recorder());
    assertTrue(parser.pendingBytes() < 1024, () -> "holds " + parser.pendingBytes());
    parser.release();
    in.release();
  }

  /// Seeded operations of each dialect.
  private static final class RandomOperations {
    static byte[] stream(Random random, Dialect dialect, int operations, int bodyMax) {
      var out = new ByteArrayOutputStream();
      for (var i = 0; i < operations; i++) {
        out.writeBytes(operation(random, dialect, bodyMax));
      }
      return out.toByteArray();
    }

    private static byte[] operation(Random random, Dialect dialect, int bodyMax) {
      var out = new ByteArrayOutputStream();
      if (random.nextInt(3) == 0) {
        var choices =
            switch (dialect) {
              case CLIENT -> List.of("PING", "SUB a.b 1", "SUB a q 2", "UNSUB 3 7", "CONNECT {}");
              case ROUTE -> List.of("PONG", "RS+ A b.c", "LS+ X A b q 2", "LS- X A b", "A- B");
              case LEAF -> List.of("PING", "LS+ a.b", "LS+ a q 9", "LS- a", "-ERR 'x'");
            };
        out.writeBytes((choices.get(random.nextInt(choices.size())) + "\r\n").getBytes());
        return out.toByteArray();
      }
      var body = new byte[random.nextInt(bodyMax)];
      random.nextBytes(body);
      var headers = random.nextBoolean() ? Math.min(body.length, random.nextInt(20)) : -1;
      var words = new ArrayList<String>();
      switch (dialect) {
        case CLIENT -> words.add(headers < 0 ? "PUB" : "HPUB");
        case ROUTE -> {
          var fromLeaf = headers >= 0 && random.nextBoolean();
          words.add(headers < 0 ? "RMSG" : fromLeaf ? "LMSG" : "HMSG");
          words.addAll(fromLeaf ? List.of("X", "$G") : List.of("$G"));
        }
        case LEAF -> words.add(headers < 0 ? "LMSG" : "HMSG");
      }
      words.add("s" + ".t".repeat(random.nextInt(5)));
      var form = random.nextInt(dialect == Dialect.CLIENT ? 2 : 4);
      if (form == 1) {
        words.add("reply.1");
      } else if (form == 2) {
        words.addAll(List.of("+", "reply.2", "q1", "q2"));
      } else if (form == 3) {
        words.addAll(List.of("|", "q1"));
      }
      if (headers >= 0) {
        words.add(Integer.toString(headers));
      }
      words.add(Integer.toString(body.length));
      out.writeBytes((String.join(" ", words) + "\r\n").getBytes());
      out.writeBytes(body);
      out.writeBytes("\r\n".getBytes());
      return out.toByteArray();
    }
  }
}

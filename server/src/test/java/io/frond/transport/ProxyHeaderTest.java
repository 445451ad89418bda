package io.frond.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.transport.ProxyHeader.Found;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  private static String hex(String digits) {
    return new String(HexFormat.of().parseHex(digits), ISO_8859_1);
  }

  /// Every beginning is unfinished, the whole is a header, and what is behind it is left.
  private static @Nullable InetSocketAddress source(String header) throws TransportException {
    for (var length = 0; length < header.length(); length++) {
      var part = Unpooled.copiedBuffer(header.substring(0, length), ISO_8859_1);
      assertInstanceOf(Found.Unfinished.class, ProxyHeader.read(part), header + " " + length);
      assertEquals(0, part.readerIndex());
    }
    var all = Unpooled.copiedBuffer(header + "PING\r\n", ISO_8859_1);
    var found = assertInstanceOf(Found.Header.class, ProxyHeader.read(all));
    assertEquals("PING\r\n", all.toString(ISO_8859_1));
    return found.source();
  }

  private static String text(@Nullable InetSocketAddress source) {
    return source == null ? "none" : source.getAddress().getHostAddress() + " " + source.getPort();
  }

  @ParameterizedTest
  @CsvSource({
    "TCP4 192.0.2.1 198.51.100.1 56324 4222, 192.0.2.1 56324",
    "TCP6 2001:db8::1 2001:db8::2 1 65535, 2001:db8:0:0:0:0:0:1 1",
    "TCP6 ::ffff:192.0.2.1 ::ffff:192.0.2.2 7 8, 192.0.2.1 7",
    "UNKNOWN, none",
    "UNKNOWN ffff::1 ffff::2 1 2, none",
  })
  void aLineOfTextTellsTheSource(String line, String source) throws Exception {
    assertEquals(source, text(source("PROXY " + line + "\r\n")));
  }

  @ParameterizedTest
  @CsvSource({
    "2111000cc0000201c6336401dc04107e, 192.0.2.1 56324",
    // with a TLV behind the addresses
    "21110010c0000201c6336401dc04107e04000100, 192.0.2.1 56324",
    "2121002420010db800000000000000000000000120010db80000000000000000000000020001ffff,"
        + " 2001:db8:0:0:0:0:0:1 1",
    "20000000, none",
    "2011000cc0000201c6336401dc04107e, none",
    "21010000, none",
    "21010002ffff, none",
  })
  void bytesTellTheSource(String digits, String source) throws Exception {
    assertEquals(source, text(source(hex(SIGNATURE + digits))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 192.0.2.1 198.51.100.1 56324\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 56324 4222 1\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 65536 4222\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 x 4222\r\n",
        "PROXY TCP4 192.0.2 198.51.100.1 1 4222\r\n",
        "PROXY TCP4 host 198.51.100.1 1 4222\r\n",
        "PROXY TCP4 ::1 ::2 1 4222\r\n",
        "PROXY TCP6 192.0.2.1 198.51.100.1 1 4222\r\n",
        "PROXY UDP4 192.0.2.1 198.51.100.1 1 4222\r\n",
        "PROXY \r\n",
      })
  void aBrokenLineIsRefused(String line) {
    var broken = Unpooled.copiedBuffer(line, ISO_8859_1);
    assertThrows(TransportException.class, () -> ProxyHeader.read(broken));
  }

  @Test
  void aLineWithoutEndIsRefused() throws Exception {
    var line = "PROXY " + "x".repeat(100);
    var unfinished = Unpooled.copiedBuffer(line, ISO_8859_1);
    assertInstanceOf(Found.Unfinished.class, ProxyHeader.read(unfinished));
    var broken = Unpooled.copiedBuffer(line + "x", ISO_8859_1);
    assertThrows(TransportException.class, () -> ProxyHeader.read(broken));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        SIGNATURE + "1111000cc0000201c6336401dc04107e", // version 1
        SIGNATURE + "2211000cc0000201c6336401dc04107e", // no such command
        SIGNATURE + "2112000cc0000201c6336401dc04107e", // datagrams
        SIGNATURE + "21310000", // Unix sockets
        SIGNATURE + "2111000bc0000201c6336401dc0410",
        SIGNATURE + "2121000cc0000201c6336401dc04107e",
        "0d0a0d0a000d00000000000020000000",
      })
  void brokenBytesAreRefused(String digits) {
    var broken = Unpooled.copiedBuffer(hex(digits), ISO_8859_1);
    assertThrows(TransportException.class, () -> ProxyHeader.read(broken));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PING\r\n", "CONNECT {}\r\n", "PROXX ", "\r\nPING", "\u0016\u0003\u0001"})
  void whatIsNoHeaderIsLeftAlone(String text) throws Exception {
    var bytes = Unpooled.copiedBuffer(text, ISO_8859_1);
    assertInstanceOf(Found.Nothing.class, ProxyHeader.read(bytes));
    assertEquals(text, bytes.toString(ISO_8859_1));
  }

  @Test
  void noBytesMakeItFailOtherwise() {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    var random = new Random(seed);
    for (var i = 0; i < 20_000; i++) {
      var bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      var whole = Unpooled.buffer();
      whole.writeBytes((random.nextBoolean() ? hex(SIGNATURE) : "PROXY ").getBytes(ISO_8859_1));
      whole.writeBytes(bytes);
      try {
        if (ProxyHeader.read(whole) instanceof Found.Header(var source) && source != null) {
          assertTrue(source.getPort() >= 0, "seed " + seed);
        }
      } catch (TransportException e) {
        assertNull(e.getCause() instanceof NumberFormatException ? null : e.getCause());
      }
    }
  }
}

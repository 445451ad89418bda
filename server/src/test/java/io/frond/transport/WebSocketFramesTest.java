package io.frond.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.transport.WebSocketFrames.Masking;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WebSocketFramesTest {
  private static final int MASK = 0x81c30f7e;

  private final List<TransportEvent> events = new ArrayList<>();

  private EmbeddedChannel channel(Masking masking, boolean compression) {
    return new EmbeddedChannel(
        new WebSocketFrames(new Zlib(), masking, compression, WebSocketFrames.FRAME_BYTES_MAX),
        new ChannelInboundHandlerAdapter() {
          @Override
          public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof TransportEvent told) {
              events.add(told);
            }
          }
        });
  }

  /// @param first the header's first byte: flags and opcode
  private static byte[] frame(int first, byte[] payload, @Nullable Integer mask) {
    var out = Unpooled.buffer();
    FrameHeader.write(out, 0, false, payload.length, mask);
    out.setByte(0, first);
    var start = out.writerIndex();
    out.writeBytes(payload);
    if (mask != null) {
      FrameHeader.mask(mask, out, start, payload.length);
    }
    return ByteBufUtil.getBytes(out);
  }

  private static byte[] frame(int first, String payload) {
    return frame(first, payload.getBytes(ISO_8859_1), MASK);
  }

  private static void receive(EmbeddedChannel channel, byte[]... frames) {
    channel.writeInbound(Unpooled.wrappedBuffer(frames).copy());
  }

  private static byte[] inbound(EmbeddedChannel channel) {
    return all(channel.inboundMessages());
  }

  private static byte[] outbound(EmbeddedChannel channel) {
    return all(channel.outboundMessages());
  }

  private static byte[] all(java.util.Queue<Object> messages) {
    var out = Unpooled.buffer();
    var taken = new ArrayList<ByteBuf>();
    while (messages.poll() instanceof ByteBuf bytes) {
      out.writeBytes(bytes);
      taken.add(bytes);
    }
    taken.forEach(ByteBuf::release);
    taken.forEach(bytes -> assertEquals(0, bytes.refCnt(), "somebody else holds it still"));
    return ByteBufUtil.getBytes(out);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  private static byte[] random(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 125, 126, 127, 65_535, 65_536, 300_001})
  void payloadsOfAllLengthsComeThroughMaskedAndSplitAnywhere(int length) {
    var channel = channel(Masking.INBOUND, false);
    var payload = random(length);
    var bytes = frame(0x82, payload, MASK);
    var random = new Random(3);
    for (var at = 0; at < bytes.length; ) {
      var part = Math.min(bytes.length - at, 1 + random.nextInt(at < 20 ? 1 : 100_000));
      channel.writeInbound(Unpooled.copiedBuffer(bytes, at, part));
      at += part;
    }
    assertArrayEquals(payload, inbound(channel));
    assertTrue(channel.isActive());
  }

  @Test
  void partOfAFrameIsPassedOnBeforeItIsComplete() {
    var channel = channel(Masking.INBOUND, false);
    var bytes = frame(0x82, "PUB a 5\r\nhello\r\n");
    channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, 6 + 9));
    assertEquals("PUB a 5\r\n", text(inbound(channel)));
  }

  @Test
  void aMessageInFragmentsWithAPingBetweenThem() {
    var channel = channel(Masking.INBOUND, false);
    receive(channel, frame(0x02, "PI"), frame(0x89, "are you there"), frame(0x80, "NG\r\n"));
    assertEquals("PING\r\n", text(inbound(channel)));
    assertEquals("\u008a\rare you there", text(outbound(channel)));
    receive(channel, frame(0x8a, "")); // a pong that nobody asked for
    assertTrue(channel.isActive());
  }

  @Test
  void pingsOfAPeerThatReadsNothingAreNotAnsweredForEver() {
    var channel = channel(Masking.INBOUND, false);
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    receive(channel, frame(0x89, "x"));
    assertEquals("", text(outbound(channel)));
  }

  @ParameterizedTest
  @CsvSource({
    "c2, compressed without agreement, 1002",
    "a2, reserved, 1002",
    "80, nothing to continue, 1002",
    "83, unknown, 1002",
    "8b, unknown control, 1002",
    "09, control in fragments, 1002",
    "c9, control compressed, 1002",
    "88, x, 1002",
  })
  void badFramesCloseWithAStatus(String first, String payload, int status) {
    var channel = channel(Masking.INBOUND, false);
    receive(channel, frame(Integer.parseInt(first, 16), payload), frame(0x82, "never seen"));
    assertEquals("", text(inbound(channel)));
    assertClosed(channel, status);
  }

  private void assertClosed(EmbeddedChannel channel, int status) {
    assertFalse(channel.isOpen());
    var sent = outbound(channel);
    assertEquals(0x88, sent[0] & 0xff);
    assertEquals(status, (sent[2] & 0xff) << 8 | (sent[3] & 0xff));
    assertEquals(sent.length, 2 + sent[1]);
    assertEquals(status, ((TransportEvent.WebSocketClosed) events.getFirst()).status());
    assertEquals(1, events.size());
  }

  @Test
  void aFrameThatIsNotMaskedIsRefusedUnlessAgreed() {
    var unmasked = frame(0x82, "PING\r\n".getBytes(ISO_8859_1), null);
    var strict = channel(Masking.INBOUND, false);
    receive(strict, unmasked);
    assertClosed(strict, WebSocketStatus.PROTOCOL_ERROR);
    var agreed = channel(Masking.NONE, false);
    receive(agreed, unmasked, frame(0x82, "PONG\r\n"));
    assertEquals("PING\r\nPONG\r\n", text(inbound(agreed)));
  }

  @Test
  void aServerThatMasksIsRefused() {
    var channel = channel(Masking.OUTBOUND, false);
    receive(channel, frame(0x82, "PING\r\n"));
    assertFalse(channel.isOpen());
  }

  @Test
  void aControlFrameMayNotBeLong() {
    var channel = channel(Masking.INBOUND, false);
    receive(channel, frame(0x89, "x".repeat(126)));
    assertClosed(channel, WebSocketStatus.PROTOCOL_ERROR);
  }

  @Test
  void aNewMessageMayNotBeginWithinOne() {
    var channel = channel(Masking.INBOUND, false);
    receive(channel, frame(0x02, "a"), frame(0x82, "b"));
    assertEquals("a", text(inbound(channel)));
    assertClosed(channel, WebSocketStatus.PROTOCOL_ERROR);
  }

  @Test
  void aLengthWithItsHighestBitIsRefused() {
    var channel = channel(Masking.INBOUND, false);
    receive(channel, new byte[] {(byte) 0x82, -1, -1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4});
    assertClosed(channel, WebSocketStatus.PROTOCOL_ERROR);
  }

  @ParameterizedTest
  @CsvSource({"03e8, 1000", "03e9, 1001", "0bb8, 3000", "03ee, 1002", "0400, 1002", "1388, 1002"})
  void aCloseIsAnsweredWithItsStatusIfItIsOne(String sent, int answered) {
    var channel = channel(Masking.INBOUND, false);
    receive(channel, frame(0x88, ByteBufUtil.decodeHexDump(sent), MASK));
    assertClosed(channel, answered);
  }

  @Test
  void aCloseWithoutAStatusIsAnsweredWithoutOne() {
    var channel = channel(Masking.INBOUND, false);
    receive(channel, frame(0x88, ""));
    assertEquals("\u0088\u0000", text(outbound(channel)));
    assertFalse(channel.isOpen());
  }

  @Test
  void aCloseWithAReasonThatIsNoTextIsRefused() {
    var channel = channel(Masking.INBOUND, false);
    receive(channel, frame(0x88, "\u0003\u00e8\u00ff\u00fe"));
    assertClosed(channel, WebSocketStatus.INVALID_PAYLOAD);
  }

  @Test
  void closingTheChannelSendsTheStatusThatWasSet() {
    var channel = channel(Masking.INBOUND, false);
    WebSocketStatus.onClose(channel, WebSocketStatus.POLICY_VIOLATION, "Slow Consumer");
    channel.close();
    var sent = text(outbound(channel));
    assertEquals("\u0088\u000f\u0003\u00f0Slow Consumer", sent);
    var late = channel.write(Unpooled.copiedBuffer("late", ISO_8859_1));
    assertFalse(late.isSuccess());
  }

  @Test
  void writtenBytesAreNotCopiedAndLongOnesAreSplit() {
    var channel = channel(Masking.INBOUND, false);
    var payload = Unpooled.wrappedBuffer(random(100_000));
    channel.writeOutbound(payload);
    ByteBuf head = channel.readOutbound();
    ByteBuf piece = channel.readOutbound();
    assertEquals("827f0000000000010000", ByteBufUtil.hexDump(head));
    assertEquals(WebSocketFrames.FRAME_BYTES_MAX, piece.readableBytes());
    assertTrue(piece.hasArray() && piece.array() == payload.array());
    head.release();
    piece.release();
    assertEquals("827e86a0", ByteBufUtil.hexDump((ByteBuf) channel.readOutbound()));
  }

  @ParameterizedTest
  @CsvSource({"OUTBOUND, false", "OUTBOUND, true", "NONE, true", "NONE, false"})
  void bothSidesTogether(Masking masking, boolean compression) {
    var dialled = channel(masking, compression);
    var accepted = channel(masking == Masking.NONE ? masking : Masking.INBOUND, compression);
    for (var length : new int[] {1, 64, 65, 1000, 65_536, 65_537, 1_000_000}) {
      var noise = random(length);
      var zeros = new byte[length];
      for (var payload : List.of(noise, zeros)) {
        dialled.writeOutbound(Unpooled.copiedBuffer(payload));
        receive(accepted, outbound(dialled));
        assertArrayEquals(payload, inbound(accepted));
        accepted.writeOutbound(Unpooled.copiedBuffer(payload));
        receive(dialled, outbound(accepted));
        assertArrayEquals(payload, inbound(dialled));
      }
    }
    assertTrue(dialled.isActive() && accepted.isActive());
  }

  @Test
  void compressionShrinksAndSurvivesSplitting() {
    var dialled = channel(Masking.OUTBOUND, true);
    var accepted = channel(Masking.INBOUND, true);
    var payload = "PUB telemetry.site.4711 5\r\nhello\r\n".repeat(1000);
    dialled.writeOutbound(Unpooled.copiedBuffer(payload, ISO_8859_1));
    var sent = outbound(dialled);
    assertTrue(sent.length < payload.length() / 10, sent.length + " bytes");
    for (var one : sent) {
      accepted.writeInbound(Unpooled.copiedBuffer(new byte[] {one}));
    }
    assertEquals(payload, text(inbound(accepted)));
  }

  @Test
  void compressedGarbageClosesWithAStatus() {
    var channel = channel(Masking.INBOUND, true);
    receive(channel, frame(0xc2, "\u00ff\u00ff\u00ff\u00ff garbage"));
    assertClosed(channel, WebSocketStatus.INVALID_PAYLOAD);
  }

  @Test
  void aCompressedMessageInFragmentsIsMarkedOnItsFirst() {
    var sender = channel(Masking.NONE, true);
    var payload = "telemetry ".repeat(100);
    sender.writeOutbound(Unpooled.copiedBuffer(payload, ISO_8859_1));
    var whole = outbound(sender);
    var body = java.util.Arrays.copyOfRange(whole, 2, whole.length);
    assertEquals(body.length, whole[1]);
    var half = body.length / 2;
    var receiver = channel(Masking.INBOUND, true);
    receive(
        receiver,
        frame(0x42, java.util.Arrays.copyOf(body, half), MASK),
        frame(0x80, java.util.Arrays.copyOfRange(body, half, body.length), MASK),
        frame(0x82, "plain"));
    assertEquals(payload + "plain", text(inbound(receiver)));
    receive(receiver, frame(0x42, "a"), frame(0xc0, "b"));
    assertFalse(receiver.isOpen());
  }

  @Test
  void randomBytesNeverBreakTheReader() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var i = 0; i < 2000; i++) {
      var channel = channel(Masking.values()[i % 3], random.nextBoolean());
      var bytes = new byte[1 + random.nextInt(200)];
      random.nextBytes(bytes);
      try {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
        channel.finishAndReleaseAll();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  @Test
  void aHeaderWithoutPayloadIsNothingToReadOn() {
    var channel = channel(Masking.INBOUND, false);
    receive(channel, frame(0x82, ""), frame(0x82, "PING\r\n"));
    assertEquals("PING\r\n", text(inbound(channel)));
    assertNull(channel.readOutbound());
  }
}

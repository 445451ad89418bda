package io.frond.transport;

import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a proxy says before all else, of whom it passes on: the PROXY protocol, in its text form
/// (version 1) and its binary one (version 2), as HAProxy's `doc/proxy-protocol.txt` has them. Pure
/// functions; what is refused is what nats-server refuses.
final class ProxyHeader {
  private static final byte[] TEXT = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BINARY = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

  /// So much of a signature tells it from anything that a client may say.
  private static final int TELLING = 6;

  private static final int LINE_MAX = 107;
  private static final int FIXED = 16;
  private static final int VERSION = 0x20;
  private static final int LOCAL = 0;
  private static final int PROXY = 1;
  private static final int STREAM = 1;
  private static final int UNSPECIFIED = 0x00;
  private static final int INET = 0x10;
  private static final int INET6 = 0x20;
  private static final int INET_BYTES = 12;
  private static final int INET6_BYTES = 36;
  private static final int PORT_MAX = 65_535;

  /// What the first bytes are.
  sealed interface Found {
    /// They may become a header.
    record Unfinished() implements Found {}

    /// No header: all of them are the client's.
    record Nothing() implements Found {}

    /// A header that has been read off.
    ///
    /// @param source null where the proxy speaks for itself (a health check), or does not tell
    record Header(@Nullable InetSocketAddress source) implements Found {}
  }

  private ProxyHeader() {}

  /// Reads a header off, when it is all there.
  ///
  /// @throws TransportException when it is one, but broken
  static Found read(ByteBuf in) throws TransportException {
    if (begins(in, TEXT)) {
      return in.readableBytes() < TELLING ? new Found.Unfinished() : text(in);
    }
    if (begins(in, BINARY)) {
      return in.readableBytes() < FIXED ? new Found.Unfinished() : binary(in);
    }
    if (in.readableBytes() >= TELLING && begins(in.slice(in.readerIndex(), TELLING), BINARY)) {
      throw invalid("invalid signature");
    }
    return new Found.Nothing();
  }

  /// Whether what is there is the beginning of a signature, or begins with it.
  private static boolean begins(ByteBuf in, byte[] signature) {
    var known = Math.min(in.readableBytes(), signature.length);
    for (var i = 0; i < known; i++) {
      if (in.getByte(in.readerIndex() + i) != signature[i]) {
        return false;
      }
    }
    return true;
  }

  private static Found text(ByteBuf in) throws TransportException {
    var start = in.readerIndex();
    var looked = Math.min(in.readableBytes(), LINE_MAX);
    for (var i = TELLING; i < looked - 1; i++) {
      if (in.getByte(start + i) == '\r' && in.getByte(start + i + 1) == '\n') {
        var line = in.toString(start + TELLING, i - TELLING, StandardCharsets.ISO_8859_1);
        in.skipBytes(i + 2);
        return new Found.Header(source(line.strip().split("\\s+", -1)));
      }
    }
    if (looked == LINE_MAX) {
      throw invalid("v1 line too long");
    }
    return new Found.Unfinished();
  }

  /// @param words family, the two addresses, the two ports
  private static @Nullable InetSocketAddress source(String[] words) throws TransportException {
    if (words[0].equals("UNKNOWN")) {
      return null;
    }
    if (words.length != 5) {
      throw invalid("invalid v1 format");
    }
    var source = address(words[1]);
    var _ = address(words[2]);
    var port = port(words[3]);
    var _ = port(words[4]);
    var ipv6 =
        switch (words[0]) {
          case "TCP4" -> false;
          case "TCP6" -> true;
          default -> throw invalid("invalid protocol " + words[0]);
        };
    if (isIpv6(words[1]) != ipv6 || isIpv6(words[2]) != ipv6) {
      throw invalid(ipv6 ? "TCP6 with IPv4 address" : "TCP4 with IPv6 address");
    }
    return new InetSocketAddress(source, port);
  }

  private static boolean isIpv6(String address) {
    return address.indexOf(':') >= 0;
  }

  private static InetAddress address(String text) throws TransportException {
    var bytes = NetUtil.createByteArrayFromIpAddressString(text);
    if (bytes == null) {
      throw invalid("invalid address");
    }
    return address(bytes);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
    }
  }

  private static int port(String text) throws TransportException {
    try {
      var port = Integer.parseInt(text);
      if (port >= 0 && port <= PORT_MAX) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw invalid("invalid port", e);
    }
    throw invalid("invalid port");
  }

  private static Found binary(ByteBuf in) throws TransportException {
    var start = in.readerIndex();
    var command = in.getByte(start + 12) & 0xff;
    var family = in.getByte(start + 13) & 0xff;
    var length = in.getUnsignedShort(start + 14);
    if ((command & 0xf0) != VERSION) {
      throw invalid("invalid version 0x%02x".formatted(command & 0xf0));
    }
    var local = (command & 0x0f) == LOCAL;
    if (!local) {
      check(command & 0x0f, family, length);
    }
    if (in.readableBytes() < FIXED + length) {
      return new Found.Unfinished();
    }
    var addresses = start + FIXED;
    in.skipBytes(FIXED + length);
    if (local || (family & 0xf0) == UNSPECIFIED) {
      return new Found.Header(null);
    }
    var source = new byte[(family & 0xf0) == INET ? 4 : 16];
    in.getBytes(addresses, source);
    var port = in.getUnsignedShort(addresses + 2 * source.length);
    return new Found.Header(new InetSocketAddress(address(source), port));
  }

  private static void check(int command, int family, int length) throws TransportException {
    if (command != PROXY) {
      throw new TransportException("unknown PROXY protocol command: 0x%02x".formatted(command));
    }
    if ((family & 0x0f) != STREAM) {
      throw unsupported("only STREAM protocol supported");
    }
    var least =
        switch (family & 0xf0) {
          case UNSPECIFIED -> 0;
          case INET -> INET_BYTES;
          case INET6 -> INET6_BYTES;
          default ->
              throw unsupported("unsupported address family 0x%02x".formatted(family & 0xf0));
        };
    if (length < least) {
      throw invalid("address data too short: " + length + " bytes");
    }
  }

  private static TransportException invalid(String why) {
    return new TransportException("invalid PROXY protocol header: " + why);
  }

  private static TransportException invalid(String why, Exception cause) {
    return new TransportException("invalid PROXY protocol header: " + why, cause);
  }

  private static TransportException unsupported(String why) {
    return new TransportException("unsupported PROXY protocol feature: " + why);
  }
}

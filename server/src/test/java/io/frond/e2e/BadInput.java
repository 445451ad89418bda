package io.frond.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.SplittableRandom;

/// What a [FuzzTest] throws at a server: operations of all dialects, whole, mutated and cut, HTTP,
/// WebSocket frames, TLS records and noise. The same seed makes the same input.
final class BadInput {
  private static final int NOISE_MAX = 2000;

  private static final List<String> OPERATIONS =
      List.of(
          "CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true,\"protocol\":1}\r\n",
          "CONNECT {\"server_id\":\"NLEAF\",\"name\":\"leaf\",\"cluster\":\"c\",\"hub\":true}\r\n",
          "CONNECT {\"user\":\"a\",\"pass\":\"b\",\"name\":\"ü\",\"lang\":\"go\"}\r\n",
          "INFO {\"server_id\":\"NROUTE\",\"server_name\":\"r\",\"cluster\":\"F\",\"nonce\":\"x\","
              + "\"host\":\"127.0.0.1\",\"port\":1,\"headers\":true,\"proto\":1}\r\n",
          "PUB foo 5\r\nhello\r\n",
          "PUB foo.bar.baz _INBOX.1 0\r\n\r\n",
          "HPUB foo r 12 17\r\nNATS/1.0\r\n\r\nhello\r\n",
          "SUB foo.* 1\r\n",
          "SUB > q 2\r\n",
          "UNSUB 1 5\r\n",
          "UNSUB 2\r\n",
          "PING\r\n",
          "PONG\r\n",
          "+OK\r\n",
          "-ERR 'Stale Connection'\r\n",
          "LS+ foo.>\r\nLS+ bar q 3\r\nLS- bar q\r\n",
          "LMSG foo 5\r\nhello\r\n",
          "RS+ $G foo\r\nRS+ $G foo q 1\r\nRS- $G foo\r\n",
          "RMSG $G foo | q 5\r\nhello\r\n",
          "HMSG $G foo + r q 12 17\r\nNATS/1.0\r\n\r\nhello\r\n",
          "A+ X\r\nA- X\r\n");

  private static final List<String> HTTP =
      List.of(
          "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
          "GET /leafnode HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
              + "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; "
              + "server_no_context_takeover\r\n\r\n",
          "GET /varz?x=%zz&limit=-1 HTTP/1.1\r\nHost: h\r\n\r\n",
          "GET /connz?subs=1&offset=99999999999 HTTP/1.0\r\n\r\n",
          "POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
          "GET / HTTP/9.9\r\n" + "X: y\r\n".repeat(200) + "\r\n");

  private static final List<String> SIZES =
      List.of("-1", "0", "1", "65537", "2147483647", "4294967296", "99999999999999999999", "x", "");

  private final SplittableRandom random;

  BadInput(SplittableRandom random) {
    this.random = random;
  }

  /// What one connection sends.
  byte[] next() {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> mutated(operations());
      case 3 -> cut(operations());
      case 4 -> sizes();
      case 5 -> http();
      case 6, 7 -> frames();
      case 8 -> tls();
      default -> noise(random.nextInt(NOISE_MAX));
    };
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private byte[] noise(int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] operations() {
    var text = new StringBuilder();
    if (random.nextInt(4) > 0) {
      text.append(OPERATIONS.get(random.nextInt(4)));
    }
    for (var i = random.nextInt(12); i >= 0; i--) {
      text.append(any(OPERATIONS));
    }
    return text.toString().getBytes(ISO_8859_1);
  }

  private byte[] mutated(byte[] bytes) {
    for (var i = random.nextInt(1 + bytes.length / 10); i >= 0; i--) {
      var at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) " \r\n\t\0".charAt(random.nextInt(5));
        default -> bytes[at] = bytes[random.nextInt(bytes.length)];
      }
    }
    return bytes;
  }

  private byte[] cut(byte[] bytes) {
    var length = random.nextInt(bytes.length);
    var part = new byte[length];
    System.arraycopy(bytes, 0, part, 0, length);
    return part;
  }

  private byte[] sizes() {
    var operation = any(List.of("PUB foo ", "HPUB foo 12 ", "HPUB foo ", "LMSG foo ", "UNSUB 1 "));
    var text = new String(operations(), ISO_8859_1) + operation + any(SIZES) + "\r\n";
    return random.nextInt(8) == 0
        ? (text + "SUB " + "x".repeat(10_000 + random.nextInt(100_000))).getBytes(ISO_8859_1)
        : (text + "body\r\n").getBytes(ISO_8859_1);
  }

  private byte[] http() {
    var request = any(HTTP).getBytes(ISO_8859_1);
    return switch (random.nextInt(3)) {
      case 0 -> request;
      case 1 -> cut(request);
      default -> mutated(request);
    };
  }

  /// An upgrade that works, and then frames that do not.
  private byte[] frames() {
    var out = new ByteArrayOutputStream();
    out.writeBytes(HTTP.get(random.nextInt(2)).getBytes(ISO_8859_1));
    for (var i = random.nextInt(6); i >= 0; i--) {
      out.writeBytes(frame(random.nextBoolean() ? operations() : noise(random.nextInt(300))));
    }
    var all = out.toByteArray();
    return random.nextInt(3) == 0 ? cut(all) : all;
  }

  private byte[] frame(byte[] payload) {
    var out = new ByteArrayOutputStream();
    var sane = random.nextInt(4) > 0;
    out.write(sane ? 0x82 : random.nextInt(256));
    var mask = sane || random.nextBoolean() ? 0x80 : 0;
    var claimed = random.nextInt(5) == 0 ? random.nextInt(1 << 30) : payload.length;
    if (claimed < 126) {
      out.write(mask | claimed);
    } else if (claimed < 65_536) {
      out.write(mask | 126);
      out.write(claimed >> 8);
      out.write(claimed);
    } else {
      out.write(mask | 127);
      for (var shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) claimed >> shift));
      }
    }
    if (mask != 0) {
      var key = noise(4);
      out.writeBytes(key);
      for (var i = 0; i < payload.length; i++) {
        payload[i] ^= key[i & 3];
      }
    }
    out.writeBytes(payload);
    return out.toByteArray();
  }

  private byte[] tls() {
    var length = random.nextInt(600);
    var out = new ByteArrayOutputStream();
    out.write(0x16);
    out.write(3);
    out.write(random.nextInt(5));
    out.write(length >> 8);
    out.write(length);
    var body = noise(random.nextInt(length + 1));
    if (body.length > 3) {
      body[0] = 1; // a client's hello, says the record
      body[1] = 0;
    }
    out.writeBytes(body);
    return out.toByteArray();
  }
}

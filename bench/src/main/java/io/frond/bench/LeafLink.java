package io.frond.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One light-weight leaf: it joins a hub (NATS leaf node protocol) and shows interest in one
/// subject; then it only counts bytes, or, with a session, settles what comes and counts messages.
/// One thread.
final class LeafLink {
  private static final byte[] PONG = "PONG\r\n".getBytes(StandardCharsets.US_ASCII);

  private final SocketChannel channel;
  private final SelectionKey key;
  private final String hello;
  private final StringBuilder introduction = new StringBuilder();
  private @Nullable ByteBuffer unsent;
  private final @Nullable LeafSession session;
  private boolean asked;
  private boolean joined;
  private long bytes;

  /// @param resumes whether the hub shall remember it (Frond only)
  LeafLink(Selector selector, InetSocketAddress hub, int number, String subject, boolean resumes)
      throws IOException {
    session = resumes ? new LeafSession() : null;
    channel = SocketChannel.open();
    channel.connect(hub);
    channel.configureBlocking(false);
    channel.socket().setTcpNoDelay(true);
    key = channel.register(selector, SelectionKey.OP_READ, this);
    hello =
        "CONNECT {\"server_id\":\"LEAF"
            + number
            + "\",\"name\":\"leaf-"
            + number
            + "\",\"version\":\"2.14.5\",\"headers\":true,\"protocol\":1"
            + (resumes ? session(number) : "")
            + "}\r\n"
            + (subject.isEmpty() ? "" : "LS+ " + subject + "\r\n")
            + (resumes ? "LS=\r\n" : "")
            + "PING\r\n";
  }

  private static String session(int number) {
    return ",\"cluster\":\"leaf-"
        + number
        + "\",\"frond_session\":\"bench"
        + number
        + "\",\"frond_link\":1";
  }

  /// Whether the hub has answered the introduction.
  boolean joined() {
    return joined;
  }

  /// Bytes that came since the link joined.
  long bytes() {
    return bytes;
  }

  /// Messages that came; only with a session.
  long messages() {
    return session == null ? 0 : session.messages();
  }

  /// Tells the hub what of its messages has been taken.
  void settle() throws IOException {
    var line = session == null ? null : session.settlements();
    if (line != null) {
      send(ByteBuffer.wrap(line));
    }
  }

  void readable(ByteBuffer scratch) throws IOException {
    scratch.clear();
    var read = channel.read(scratch);
    if (read < 0) {
      throw new IOException("the hub closed the link: " + introduction);
    }
    if (joined) {
      var pinged = read == 6 && scratch.get(1) == 'I'; // a PING by itself
      if (session != null) {
        pinged = session.take(scratch.flip());
      }
      if (pinged) {
        send(ByteBuffer.wrap(PONG));
      } else {
        bytes += read;
      }
      return;
    }
    introduction.append(StandardCharsets.US_ASCII.decode(scratch.flip()));
    if (!asked && introduction.indexOf("\r\n") > 0) {
      asked = true;
      send(ByteBuffer.wrap(hello.getBytes(StandardCharsets.US_ASCII)));
    }
    var answer = introduction.indexOf("PONG\r\n");
    joined = answer >= 0;
    if (joined && session != null) {
      session.take(
          ByteBuffer.wrap(
              introduction
                  .substring(introduction.indexOf("\r\n") + 2)
                  .getBytes(StandardCharsets.US_ASCII)));
    }
    if (introduction.indexOf("-ERR") >= 0) {
      throw new IOException("the hub said " + introduction);
    }
  }

  /// Sends what it can; the rest goes when the channel is writable again.
  void send(ByteBuffer data) throws IOException {
    if (unsent == null) {
      channel.write(data);
      if (data.hasRemaining()) {
        unsent = data;
        key.interestOpsOr(SelectionKey.OP_WRITE);
      }
      return;
    }
    var both = ByteBuffer.allocate(unsent.remaining() + data.remaining());
    unsent = both.put(unsent).put(data).flip();
  }

  void writable() throws IOException {
    var rest = unsent;
    if (rest != null) {
      channel.write(rest);
      if (rest.hasRemaining()) {
        return;
      }
      unsent = null;
    }
    key.interestOpsAnd(~SelectionKey.OP_WRITE);
  }

  /// Whether all that was given to [#send] has gone.
  boolean drained() {
    return unsent == null;
  }
}

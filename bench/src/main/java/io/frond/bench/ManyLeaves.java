package io.frond.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Many light-weight leaves in one process, for measuring a hub (`bench/many-leaves` runs it beside
/// nats-server).
///
/// `ManyLeaves HOST LEAF_PORT CLIENT_PORT LEAVES [sessions]` joins them, with `sessions` as leaves
/// that the hub remembers (Frond only), and then obeys lines on standard input, each answered by
/// one line of seconds:
///
/// - `out MESSAGES SIZE`: a client publishes, every leaf has to get every message;
/// - `in MESSAGES SIZE TIMES`: every leaf publishes so many, one client has to get them all; so
///   many times;
/// - `interest TIMES`: one leaf changes its interest, until nobody hears of it any more; the bytes
///   that others got for it come after the seconds.
public final class ManyLeaves {
  private static final String OUT = "fan.out";
  private static final String IN = "fan.in";
  private static final int LEAVES_AT_ONCE = 50;

  /// As often as a Frond settles, about.
  private static final long SETTLE_NANOS = 5_000_000L;

  private static final long QUIET_NANOS = 500_000_000L;
  private static final long LIMIT_NANOS = 200_000_000_000L;

  private final Selector selector;
  private final List<LeafLink> leaves = new ArrayList<>();
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(1 << 18);
  private final InetSocketAddress clients;

  private final boolean sessions;
  private long settledNanos;

  private ManyLeaves(InetSocketAddress hub, InetSocketAddress clients, int count, boolean sessions)
      throws IOException {
    this.clients = clients;
    this.sessions = sessions;
    selector = Selector.open();
    for (var i = 0; i < count; i++) {
      leaves.add(new LeafLink(selector, hub, i, OUT, sessions));
      if (leaves.size() % LEAVES_AT_ONCE == 0 || i == count - 1) {
        awaitJoined();
      }
    }
  }

  public static void main(String[] arguments) throws IOException {
    var host = arguments[0];
    var many =
        new ManyLeaves(
            new InetSocketAddress(host, Integer.parseInt(arguments[1])),
            new InetSocketAddress(host, Integer.parseInt(arguments[2])),
            Integer.parseInt(arguments[3]),
            arguments.length > 4 && arguments[4].equals("sessions"));
    System.out.println("joined");
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      var words = List.of(line.split(" "));
      System.out.println(
          switch (words.getFirst()) {
            case "out" -> many.out(number(words, 1), number(words, 2));
            case "in" -> many.in(number(words, 1), number(words, 2), number(words, 3));
            case "interest" -> many.interest(number(words, 1));
            default -> "unknown: " + line;
          });
    }
  }

  private static int number(List<String> words, int at) {
    return Integer.parseInt(words.get(at));
  }

  private void awaitJoined() throws IOException {
    var end = System.nanoTime() + LIMIT_NANOS;
    while (!leaves.stream().allMatch(LeafLink::joined)) {
      turn(end);
    }
  }

  /// Lets every leaf read and write what it can.
  private void turn(long endNanos) throws IOException {
    if (System.nanoTime() - endNanos > 0) {
      throw new IOException("not done within the limit");
    }
    selector.select(sessions ? 5 : 100);
    for (var key : selector.selectedKeys()) {
      var leaf = (LeafLink) key.attachment();
      if (key.isWritable()) {
        leaf.writable();
      }
      if (key.isReadable()) {
        leaf.readable(scratch);
      }
    }
    selector.selectedKeys().clear();
    if (sessions && System.nanoTime() - settledNanos > SETTLE_NANOS) {
      settledNanos = System.nanoTime();
      for (var leaf : leaves) {
        leaf.settle();
      }
    }
  }

  private Socket client() throws IOException {
    var socket = new Socket(clients.getAddress(), clients.getPort());
    socket.setTcpNoDelay(true);
    say(
        socket,
        "CONNECT {\"verbose\":false,\"lang\":\"bench\",\"version\":\"1\",\"protocol\":0}\r\n");
    return socket;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void awaitPong(Socket socket) throws IOException {
    say(socket, "PING\r\n");
    var tail = new StringBuilder();
    while (tail.indexOf("PONG\r\n") < 0) {
      tail.append((char) socket.getInputStream().read());
    }
  }

  private static byte[] messages(String verb, String subject, int count, int size) {
    var one = verb + " " + subject + " " + size + "\r\n" + "x".repeat(size) + "\r\n";
    return one.repeat(count).getBytes(StandardCharsets.US_ASCII);
  }

  /// One client to all leaves.
  private String out(int count, int size) throws IOException {
    var each = (long) count * messages("LMSG", OUT, 1, size).length;
    var wanted = new long[leaves.size()];
    for (var i = 0; i < wanted.length; i++) {
      wanted[i] = sessions ? leaves.get(i).messages() + count : leaves.get(i).bytes() + each;
    }
    try (var client = client()) {
      awaitPong(client);
      var began = System.nanoTime();
      var publisher =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  var some = messages("PUB", OUT, 1, size);
                  for (var i = 0; i < count; i++) {
                    client.getOutputStream().write(some);
                  }
                } catch (IOException e) {
                  System.err.println("the publisher: " + e.getMessage());
                }
              });
      for (var i = 0; i < wanted.length; i++) {
        var leaf = leaves.get(i);
        while ((sessions ? leaf.messages() : leaf.bytes()) < wanted[i]) {
          turn(began + LIMIT_NANOS);
        }
      }
      var seconds = seconds(began);
      publisher.interrupt();
      return seconds;
    }
  }

  /// All leaves to one client.
  private String in(int count, int size, int times) throws IOException {
    var each = messages("MSG", IN + " 1", 1, size).length;
    var batch = messages("LMSG", IN, count, size);
    var left = (long) each * count * leaves.size();
    var sum = 0L;
    try (var client = client()) {
      say(client, "SUB " + IN + " 1\r\n");
      awaitPong(client);
      awaitQuiet();
      for (var i = 0; i < times; i++) {
        sum += once(client, batch, left);
      }
    }
    return String.valueOf(sum / 1e9);
  }

  private long once(Socket client, byte[] batch, long bytes) throws IOException {
    var began = System.nanoTime();
    for (var leaf : leaves) {
      leaf.send(ByteBuffer.wrap(batch));
    }
    var reader =
        Thread.ofPlatform()
            .start(() -> {
              try {
                drain(client, bytes);
              } catch (IOException e) {
                System.err.println("the subscriber: " + e.getMessage());
              }
            });
    while (reader.isAlive()) {
      turn(began + LIMIT_NANOS);
    }
    return System.nanoTime() - began;
  }

  /// Reads until nothing came for a while.
  ///
  /// @return when something came last
  private long awaitQuiet() throws IOException {
    var end = System.nanoTime() + LIMIT_NANOS;
    var last = System.nanoTime();
    while (System.nanoTime() - last < QUIET_NANOS) {
      var before = bytes();
      turn(end);
      if (bytes() != before) {
        last = System.nanoTime();
      }
    }
    return last;
  }

  private long bytes() {
    return leaves.stream().mapToLong(LeafLink::bytes).sum();
  }

  private static void drain(Socket client, long bytes) throws IOException {
    var buffer = new byte[1 << 17];
    for (var left = bytes; left > 0; ) {
      var read = client.getInputStream().read(buffer);
      if (read < 0) {
        throw new IOException("closed by the server");
      }
      left -= read;
    }
  }

  /// One leaf changes what it wants; who else hears of it?
  private String interest(int times) throws IOException {
    var before = bytes();
    var changes = "LS+ only.mine\r\nLS- only.mine\r\n".repeat(times) + "PING\r\n";
    var began = System.nanoTime();
    var one = leaves.getFirst();
    var own = one.bytes();
    one.send(ByteBuffer.wrap(changes.getBytes(StandardCharsets.US_ASCII)));
    while (one.bytes() == own) {
      turn(began + LIMIT_NANOS);
    }
    var last = awaitQuiet();
    return (last - began) / 1e9 + " " + (bytes() - before - (one.bytes() - own));
  }

  private static String seconds(long began) {
    return String.valueOf((System.nanoTime() - began) / 1e9);
  }
}

package io.frond.logging;

import io.frond.options.SyslogAddress;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A connection to a system log. Blocks; its owner's thread only.
interface SyslogSocket extends Closeable {
  int CONNECT_MILLIS = 5000;

  /// Where systems have theirs; most are for datagrams, some for streams.
  List<String> USUAL_PLACES = List.of("/dev/log", "/var/run/syslog", "/var/run/log");

  /// A whole message.
  void write(ByteBuffer message) throws IOException;

  /// @throws IOException when there is none
  static SyslogSocket open(SyslogAddress at) throws IOException {
    return switch (at.network()) {
      case LOCAL -> local();
      case UNIX -> stream(at.host());
      case UDP -> {
        var channel = DatagramChannel.open();
        yield connected(channel, () -> channel.connect(resolved(at)));
      }
      case TCP -> {
        var channel = SocketChannel.open();
        yield connected(channel, () -> channel.socket().connect(resolved(at), CONNECT_MILLIS));
      }
    };
  }

  private static InetSocketAddress resolved(SyslogAddress at) throws IOException {
    var address = new InetSocketAddress(at.host(), at.port());
    if (address.isUnresolved()) {
      throw new IOException("unknown host " + at.host());
    }
    return address;
  }

  private static SyslogSocket local() throws IOException {
    var failure = new IOException("no system log at " + String.join(", ", USUAL_PLACES));
    for (var place : USUAL_PLACES) {
      if (Files.exists(Path.of(place))) {
        try {
          return Epoll.isAvailable() ? datagrams(place) : stream(place);
        } catch (IOException e) {
          try {
            return stream(place);
          } catch (IOException more) {
            failure.addSuppressed(e);
            failure.addSuppressed(more);
          }
        }
      }
    }
    throw failure;
  }

  /// The JDK has no datagrams between Unix domain sockets, Netty's native part has.
  static SyslogSocket datagrams(String path) throws IOException {
    Epoll.ensureAvailability();
    var socket = Socket.newSocketDomainDgram();
    try {
      socket.connect(new DomainSocketAddress(path));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return new SyslogSocket() {
      @Override
      public void write(ByteBuffer message) throws IOException {
        var direct = ByteBuffer.allocateDirect(message.remaining()).put(message).flip();
        socket.write(direct, 0, direct.limit());
      }

      @Override
      public void close() throws IOException {
        socket.close();
      }
    };
  }

  private static SyslogSocket stream(String path) throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    return connected(channel, () -> channel.connect(UnixDomainSocketAddress.of(path)));
  }

  /// What connects a channel.
  interface Connecting {
    void run() throws IOException;
  }

  private static SyslogSocket connected(WritableByteChannel channel, Connecting connecting)
      throws IOException {
    try {
      connecting.run();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new SyslogSocket() {
      @Override
      public void write(ByteBuffer message) throws IOException {
        while (message.hasRemaining()) {
          channel.write(message);
        }
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }
}

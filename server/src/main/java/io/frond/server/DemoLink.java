package io.frond.server;

import io.frond.options.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The cable between the demo's leaf and one core server, which can be cut. Any thread.
final class DemoLink implements AutoCloseable {
  private static final int BACKLOG = 16;

  private final ServerSocket entrance;
  private final HostPort to;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  /// @param at the loopback address to listen on
  DemoLink(String at, HostPort to) throws IOException {
    this.to = to;
    entrance = new ServerSocket(0, BACKLOG, InetAddress.getByName(at));
    Thread.ofVirtual().start(this::accept);
  }

  HostPort address() {
    return new HostPort(entrance.getInetAddress().getHostAddress(), entrance.getLocalPort());
  }

  /// Ends what passes and lets nothing pass any more.
  void cut() {
    cut = true;
    sockets.forEach(DemoLink::end);
  }

  void heal() {
    cut = false;
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        var near = entrance.accept();
        if (cut) {
          end(near);
        } else {
          join(near);
        }
      } catch (IOException e) {
        // The entrance was closed, or the server behind it is not there: the leaf notices.
        if (entrance.isClosed()) {
          return;
        }
      }
    }
  }

  private void join(Socket near) throws IOException {
    var far = new Socket();
    try {
      far.connect(new InetSocketAddress(to.host(), to.port()));
    } catch (IOException e) {
      end(near);
      throw e;
    }
    sockets.add(near);
    sockets.add(far);
    if (cut) {
      cut();
    }
    Thread.ofVirtual().start(() -> copy(near, far));
    Thread.ofVirtual().start(() -> copy(far, near));
  }

  private void copy(Socket from, Socket into) {
    try {
      from.getInputStream().transferTo(into.getOutputStream());
    } catch (IOException e) {
      end(into); // one of the two is closed, which ends both
    } finally {
      end(from);
      end(into);
      sockets.remove(from);
      sockets.remove(into);
    }
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket that cannot be closed", e);
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    cut();
  }
}

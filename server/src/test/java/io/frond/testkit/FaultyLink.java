package io.frond.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// A line between two servers that can be cut, and can fall silent without an end: a port that
/// passes bytes on to another one.
public final class FaultyLink implements AutoCloseable {
  private static final long POLL_NANOS = 2_000_000;

  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;
  private volatile boolean silent;
  private volatile boolean closed;

  private FaultyLink(int target) throws IOException {
    this.target = target;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /// @param target loopback port where the line leads
  public static FaultyLink to(int target) {
    try {
      return new FaultyLink(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!closed) {
      try {
        var near = listener.accept();
        open.add(near);
        if (cut) {
          end(near);
          continue;
        }
        var far = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(far);
        if (cut) {
          end(far);
          end(near);
        }
        Thread.ofVirtual().start(() -> pass(near, far));
        Thread.ofVirtual().start(() -> pass(far, near));
      } catch (IOException e) {
        // the target is away: whoever dialled sees an end
        open.forEach(it -> {
          if (!it.isConnected()) {
            end(it);
          }
        });
      }
    }
  }

  private void pass(Socket from, Socket to) {
    var buffer = new byte[64 << 10];
    try {
      for (var n = from.getInputStream().read(buffer);
          n >= 0;
          n = from.getInputStream().read(buffer)) {
        while (silent && !closed && !from.isClosed()) {
          LockSupport.parkNanos(POLL_NANOS);
        }
        to.getOutputStream().write(buffer, 0, n);
      }
    } catch (IOException e) {
      // an end like any other
    } finally {
      end(from);
      end(to);
    }
  }

  private void end(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Ends all connections, with what is on its way in them; new ones end at once.
  public void cut() {
    cut = true;
    for (var socket : Set.copyOf(open)) {
      try {
        socket.setSoLinger(true, 0);
      } catch (IOException e) {
        // closed meanwhile
      }
      end(socket);
    }
  }

  public void mend() {
    silent = false;
    cut = false;
  }

  /// Nothing passes any more, and nobody is told.
  public void silence() {
    silent = true;
  }

  @Override
  public void close() {
    closed = true;
    cut();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

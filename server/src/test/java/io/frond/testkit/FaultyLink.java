package io.frond.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/// A line between two servers that a test can cut, slow down, or make deaf in one direction: a
/// proxy on a loopback port. Any thread.
public final class FaultyLink implements AutoCloseable {
  private static final int STEP_BYTES = 4096;

  private final ServerSocket listener;
  private final List<Pair> open = new CopyOnWriteArrayList<>();
  private volatile int target;
  private volatile boolean refusing;
  private volatile boolean stalledUp;
  private volatile boolean stalledDown;
  private volatile boolean deafUp;
  private volatile boolean deafDown;
  private volatile long bytesPerSecond;
  private volatile boolean closed;

  /// A connection: the half of who dialled, and the one to where the line leads.
  private static final class Pair {
    final Socket here;
    final Socket there;
    volatile boolean abandoned;
    volatile boolean endedUp;
    volatile boolean endedDown;

    Pair(Socket here, Socket there) {
      this.here = here;
      this.there = there;
    }

    void end() {
      reset(here);
      reset(there);
    }

    private static void reset(Socket socket) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        // it is gone
      }
    }
  }

  private FaultyLink(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /// Leads to a port of the loopback address.
  public static FaultyLink to(int port) {
    try {
      var listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
      var link = new FaultyLink(listener, port);
      Thread.ofPlatform().daemon().name("faulty-link").start(link::accept);
      return link;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /// From now on new connections lead there.
  public void leadTo(int port) {
    target = port;
  }

  private void accept() {
    while (!closed) {
      try {
        var here = listener.accept();
        if (refusing) {
          here.close();
          continue;
        }
        connect(here);
      } catch (IOException e) {
        if (!closed) {
          LockSupport.parkNanos(1_000_000);
        }
      }
    }
  }

  private void connect(Socket here) throws IOException {
    var there = new Socket();
    try {
      there.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 1000);
    } catch (IOException e) {
      here.close();
      there.close();
      return;
    }
    here.setTcpNoDelay(true);
    there.setTcpNoDelay(true);
    here.setReceiveBufferSize(64 << 10);
    var pair = new Pair(here, there);
    open.add(pair);
    if (refusing || closed) { // cut while this one was being made
      pair.end();
      open.remove(pair);
      return;
    }
    Thread.ofPlatform().daemon().name("faulty-up").start(() -> pump(pair, true));
    Thread.ofPlatform().daemon().name("faulty-down").start(() -> pump(pair, false));
  }

  private void pump(Pair pair, boolean up) {
    var from = up ? pair.here : pair.there;
    var to = up ? pair.there : pair.here;
    var buffer = new byte[STEP_BYTES];
    try {
      for (var n = from.getInputStream().read(buffer);
          n >= 0;
          n = from.getInputStream().read(buffer)) {
        while ((up ? stalledUp : stalledDown) && !from.isClosed()) {
          LockSupport.parkNanos(1_000_000);
        }
        if (up ? deafUp || pair.endedUp : deafDown || pair.endedDown) {
          continue; // it got lost
        }
        to.getOutputStream().write(buffer, 0, n);
        var rate = bytesPerSecond;
        if (rate > 0) {
          LockSupport.parkNanos(n * 1_000_000_000L / rate);
        }
      }
    } catch (IOException e) {
      // cut: the other direction ends, too
    }
    if (!pair.abandoned) {
      close(from);
      close(to);
      open.remove(pair);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is gone
    }
  }

  /// Ends all connections and lets none in.
  public void cut() {
    refusing = true;
    drop();
  }

  /// Ends all connections; new ones come in at once.
  public void drop() {
    open.forEach(Pair::end);
    open.clear();
  }

  /// Ends all connections for those who dialled; who was dialled hears nothing any more, and does
  /// not know.
  public void abandon() {
    for (var pair : open) {
      pair.abandoned = true;
      Pair.reset(pair.here);
    }
  }

  /// Ends one direction of all connections: who gets what goes up, or what comes down, reads the
  /// end; what goes the other way still passes.
  public void halfClose(boolean up) {
    for (var pair : open) {
      if (up) {
        pair.endedUp = true;
      } else {
        pair.endedDown = true;
      }
      try {
        (up ? pair.there : pair.here).shutdownOutput();
      } catch (IOException e) {
        // it is gone
      }
    }
  }

  /// Lets connections in again, as fast as they like, and deaf in no direction.
  public void mend() {
    refusing = false;
    stalledUp = false;
    stalledDown = false;
    deafUp = false;
    deafDown = false;
    bytesPerSecond = 0;
  }

  /// Nothing passes, in one direction or both, though the connections stand.
  public void stall(boolean up, boolean down) {
    stalledUp = up;
    stalledDown = down;
  }

  /// Nothing passes any more, and nobody is told.
  public void silence() {
    stall(true, true);
  }

  /// What is sent gets lost, in one direction or both, though the connections stand.
  public void deafen(boolean up, boolean down) {
    deafUp = up;
    deafDown = down;
  }

  /// In each direction of each connection; 0 for as fast as it goes.
  public void limit(long bytesASecond) {
    bytesPerSecond = bytesASecond;
  }

  @Override
  public void close() {
    closed = true;
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    drop();
  }
}

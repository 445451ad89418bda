package io.frond.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A file of the machine's. Reads from any thread, writes from one at a time; the monitor guards
/// opening again after an interrupt.
final class RealFile implements DiskFile {
  private final Path path;

  /// Tells this file from another that came to stand at its path; null where the system has no such
  /// thing.
  private final @Nullable Object identity;

  private volatile FileChannel channel;
  private volatile boolean closed;

  private RealFile(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    identity = identityOf(path);
  }

  static RealFile open(Path path) throws IOException {
    var interrupted = Thread.interrupted();
    try {
      return new RealFile(
          path,
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    } finally {
      restore(interrupted);
    }
  }

  private static @Nullable Object identityOf(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  /// Something that is done with the channel, and may be done again from where it was interrupted.
  private interface Work {
    long with(FileChannel channel) throws IOException;
  }

  private long run(Work work) throws IOException {
    var interrupted = Thread.interrupted();
    try {
      while (true) {
        var used = channel;
        try {
          return work.with(used);
        } catch (AsynchronousCloseException e) {
          interrupted |= Thread.interrupted();
          reopen(used, e);
        } catch (ClosedChannelException e) {
          reopen(used, e);
        }
      }
    } finally {
      restore(interrupted);
    }
  }

  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void reopen(FileChannel used, ClosedChannelException why)
      throws IOException {
    if (closed) {
      throw why;
    }
    if (channel != used) {
      return;
    }
    var again = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (!Objects.equals(identity, identityOf(path))) {
      again.close();
      throw new IOException(path + ": interrupted, and another file has taken its place", why);
    }
    channel = again;
  }

  @Override
  public void write(ByteBuffer from, long at) throws IOException {
    var start = from.position();
    run(channel -> {
      while (from.hasRemaining()) {
        channel.write(from, at + from.position() - start);
      }
      return 0;
    });
  }

  @Override
  public int read(ByteBuffer into, long at) throws IOException {
    var start = into.position();
    run(channel -> {
      while (into.hasRemaining() && channel.read(into, at + into.position() - start) >= 0) {
        // until it is full or the file ends
      }
      return 0;
    });
    return into.position() - start;
  }

  @Override
  public long size() throws IOException {
    return run(FileChannel::size);
  }

  @Override
  public void truncate(long size) throws IOException {
    run(channel -> {
      channel.truncate(size);
      return 0;
    });
  }

  @Override
  public void force() throws IOException {
    run(channel -> {
      channel.force(false);
      return 0;
    });
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}

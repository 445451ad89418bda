package io.frond.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `pid_file`: tells signalling scripts the process. It goes when the server is closed, unless
/// another server has taken it over.
final class PidFile implements AutoCloseable {
  private final Path file;
  private final String pid = Long.toString(ProcessHandle.current().pid());

  /// @throws IOException when it cannot be written
  PidFile(String path) throws IOException {
    file = Path.of(path);
    try {
      Files.writeString(file, pid);
    } catch (IOException e) {
      throw new IOException("Could not write pidfile: " + Causes.of(e), e);
    }
  }

  @Override
  public void close() throws IOException {
    if (Files.exists(file) && Files.readString(file).equals(pid)) {
      Files.deleteIfExists(file);
    }
  }
}

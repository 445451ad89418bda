package io.frond.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The file system of this machine.
///
/// The JDK closes a file when a thread that reads or writes it is interrupted. Nothing in this
/// server interrupts a thread, but a program that embeds it may: then the file is opened again
/// behind the scenes, the work is done to its end, and the thread stays interrupted.
public final class RealDisk implements Disk {
  @Override
  public DiskFile open(Path file) throws IOException {
    return RealFile.open(file);
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return Files.isDirectory(path);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    var names = new ArrayList<String>();
    try (var entries = Files.newDirectoryStream(directory)) {
      for (var entry : entries) {
        names.add(String.valueOf(entry.getFileName()));
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    Collections.sort(names);
    return names;
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    var absolute = directory.toAbsolutePath();
    if (Files.isDirectory(absolute)) {
      return;
    }
    var parent = absolute.getParent();
    if (parent != null) {
      createDirectories(parent);
    }
    Files.createDirectories(absolute);
    if (parent != null) {
      forceDirectory(parent);
    }
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    var interrupted = Thread.interrupted();
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public long usableBytes(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }
}

package io.frond.testkit;

import io.frond.disk.Disk;
import io.frond.disk.DiskFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A disk in memory that fails when it is told to, as real ones do.
///
/// At a power failure ([#crash]) what was written and not forced survives in part: of each write
/// all, nothing, or some of its sectors of 512 bytes, whatever became of earlier ones. Of the names
/// created, renamed and deleted since a directory was forced the first few survive. Any thread.
public final class FaultyDisk implements Disk {
  /// One thing that happens to the names of a directory.
  ///
  /// @param gone the name that ends, null for none
  /// @param name the name that is then there, null for none
  private record Naming(
      @Nullable Path gone, @Nullable Path name, FaultyFile.@Nullable Content content) {
    void applyTo(Map<Path, FaultyFile.Content> names) {
      if (gone != null) {
        names.remove(gone);
      }
      if (name != null && content != null) {
        names.put(name, content);
      }
    }
  }

  private final Random random;
  private final Map<Path, FaultyFile.Content> names = new TreeMap<>();
  private final Map<Path, FaultyFile.Content> safeNames = new TreeMap<>();
  private final Map<Path, List<Naming>> pending = new HashMap<>();
  private final Set<Path> directories = new HashSet<>();
  private int life;
  private long operations;
  private long powerOffAt = Long.MAX_VALUE;
  private long capacity = Long.MAX_VALUE;
  private int writesToFail;
  private int forcesToFail;
  private int readsToFail;
  private @Nullable String refused;

  /// @param seed decides what survives
  public FaultyDisk(long seed) {
    random = new Random(seed);
  }

  // What a test does to it.

  /// The power fails and comes back: files that were open are dead, and only what is safe, and a
  /// part of the rest, is there.
  public synchronized void crash() {
    life++;
    powerOffAt = Long.MAX_VALUE;
    pending.forEach((directory, namings) ->
        namings
            .subList(0, random.nextInt(namings.size() + 1))
            .forEach(naming -> naming.applyTo(safeNames)));
    pending.clear();
    names.clear();
    safeNames.values().forEach(content -> content.crash(random));
    names.putAll(safeNames);
  }

  /// The process ends and another begins: files that were open are dead, nothing is lost.
  public synchronized void kill() {
    life++;
    powerOffAt = Long.MAX_VALUE;
  }

  /// So many more changes (writes, forces, names) work; then every one fails until [#crash] or
  /// [#kill].
  public synchronized void powerOffAfter(long changes) {
    powerOffAt = operations + changes;
  }

  /// Whether every change fails until the next life.
  public synchronized boolean isOff() {
    return operations >= powerOffAt;
  }

  /// Changes so far.
  public synchronized long operations() {
    return operations;
  }

  /// How many bytes all files together may have, `Long.MAX_VALUE` for any number.
  public synchronized void capacity(long bytes) {
    capacity = bytes;
  }

  /// Bytes of all files.
  public synchronized long used() {
    return names.values().stream().mapToLong(content -> content.size).sum();
  }

  public synchronized void failWrites(int next) {
    writesToFail = next;
  }

  /// Lets calls of force fail; of what they should have made safe, a part is and the rest never
  /// will be, as Linux has it.
  public synchronized void failForces(int next) {
    forcesToFail = next;
  }

  /// Lets every change fail of what has a text in its path; null for none.
  public synchronized void refuse(@Nullable String part) {
    refused = part;
  }

  public synchronized void failReads(int next) {
    readsToFail = next;
  }

  /// A file's bytes as a program would read them.
  public synchronized byte[] contents(Path file) throws IOException {
    return find(file).bytes();
  }

  /// Replaces a file's bytes, safely: damage.
  public synchronized void damage(Path file, byte[] bytes) throws IOException {
    find(file).replace(bytes.clone());
  }

  /// All files, in order.
  public synchronized List<Path> files() {
    return List.copyOf(names.keySet());
  }

  /// Makes everything safe, and another disk of the same contents.
  public synchronized FaultyDisk copy(long seed) {
    var copy = new FaultyDisk(seed);
    copy.directories.addAll(directories);
    names.forEach((path, content) -> {
      var same = content.copy();
      copy.names.put(path, same);
      copy.safeNames.put(path, same);
    });
    return copy;
  }

  // What files ask.

  private FaultyFile.Content find(Path file) throws IOException {
    var content = names.get(file.toAbsolutePath());
    if (content == null) {
      throw new NoSuchFileException(file.toString());
    }
    return content;
  }

  void checkAlive(int life, Path path) throws IOException {
    if (life != this.life) {
      throw new FileSystemException(path.toString(), null, "was open at a crash");
    }
  }

  private void change(Path path) throws IOException {
    if (refused != null && path.toString().contains(refused)) {
      throw new FileSystemException(path.toString(), null, "Input/output error");
    }
    if (operations >= powerOffAt) {
      throw new FileSystemException(path.toString(), null, "the power is off");
    }
    operations++;
  }

  /// Bytes of a write of `length` that are written; if they are not all it fails behind them.
  int changeAndRoom(Path path, FaultyFile.Content content, long at, int length) throws IOException {
    change(path);
    if (writesToFail > 0 && length > 0) {
      writesToFail--;
      return random.nextInt(length);
    }
    var more = at + length - content.size;
    var over = more > 0 ? used() + more - capacity : 0;
    return over <= 0 ? length : (int) Math.max(0, length - over);
  }

  /// Whether this force is to work.
  boolean changeAndForce(Path path) throws IOException {
    change(path);
    if (forcesToFail > 0) {
      forcesToFail--;
      return false;
    }
    return true;
  }

  void changeSize(Path path) throws IOException {
    change(path);
  }

  void read(Path path) throws IOException {
    if (readsToFail > 0) {
      readsToFail--;
      throw new FileSystemException(path.toString(), null, "Input/output error");
    }
  }

  Random random() {
    return random;
  }

  // Names.

  private static Path parent(Path path) {
    return path.getParent() == null ? path : path.getParent();
  }

  private void happen(Path directory, Naming naming) {
    pending.computeIfAbsent(directory, any -> new ArrayList<>()).add(naming);
    naming.applyTo(names);
  }

  @Override
  public synchronized DiskFile open(Path file) throws IOException {
    var path = file.toAbsolutePath();
    if (!directories.contains(parent(path))) {
      throw new NoSuchFileException(path.toString());
    }
    var content = names.get(path);
    if (content == null) {
      change(path);
      content = new FaultyFile.Content();
      happen(parent(path), new Naming(null, path, content));
    }
    return new FaultyFile(this, life, path, content);
  }

  @Override
  public synchronized boolean exists(Path path) {
    return names.containsKey(path.toAbsolutePath()) || directories.contains(path.toAbsolutePath());
  }

  @Override
  public synchronized boolean isDirectory(Path path) {
    return directories.contains(path.toAbsolutePath());
  }

  @Override
  public synchronized List<String> list(Path directory) {
    var path = directory.toAbsolutePath();
    var all = new ArrayList<String>();
    for (var set : List.of(names.keySet(), directories)) {
      for (var one : set) {
        if (path.equals(one.getParent())) {
          all.add(String.valueOf(one.getFileName()));
        }
      }
    }
    all.sort(null);
    return all;
  }

  @Override
  public synchronized void createDirectories(Path directory) throws IOException {
    for (Path at = directory.toAbsolutePath(); at != null; at = at.getParent()) {
      directories.add(at);
    }
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    var content = find(from);
    change(from);
    var before = from.toAbsolutePath();
    var after = to.toAbsolutePath();
    if (!parent(before).equals(parent(after))) {
      throw new FileSystemException(before.toString(), after.toString(), "another directory");
    }
    happen(parent(before), new Naming(before, after, content));
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    var absolute = path.toAbsolutePath();
    if (names.containsKey(absolute)) {
      change(path);
      happen(parent(absolute), new Naming(absolute, null, null));
    } else if (directories.contains(absolute)) {
      if (!list(absolute).isEmpty()) {
        throw new FileSystemException(absolute.toString(), null, "Directory not empty");
      }
      directories.remove(absolute);
    }
  }

  @Override
  public synchronized void forceDirectory(Path directory) throws IOException {
    change(directory);
    var namings = pending.remove(directory.toAbsolutePath());
    if (namings != null) {
      namings.forEach(naming -> naming.applyTo(safeNames));
    }
  }

  @Override
  public synchronized long usableBytes(Path directory) {
    return capacity == Long.MAX_VALUE ? capacity : Math.max(0, capacity - used());
  }
}

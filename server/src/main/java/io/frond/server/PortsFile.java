package io.frond.server;

import io.frond.json.JsonWriter;
import io.frond.options.HostPort;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/// `ports_file_dir`: a file that tells the URLs of all listeners, for scripts that start servers on
/// ports of the system's choice. It goes when the server is closed.
final class PortsFile implements AutoCloseable {
  /// The system property with the program's name.
  static final String PROGRAM = "frond.program";

  private final Path file;

  private PortsFile(Path file) {
    this.file = file;
  }

  /// Writes `PROGRAM_PID.ports` into a folder: the launcher tells by which name it was started,
  /// which scripts that know only `nats-server` look for.
  ///
  /// @throws IOException when that fails
  static PortsFile write(String folder, Listening listening) throws IOException {
    var program = System.getProperty(PROGRAM, "frond");
    var file = Path.of(folder, program + "_" + ProcessHandle.current().pid() + ".ports");
    var to = JsonWriter.compact().begin();
    for (var entry : listening.all().entrySet()) {
      to.put(entry.getKey().toString(), urls(entry.getValue()));
    }
    Files.write(file, to.end().bytes());
    return new PortsFile(file);
  }

  private static List<String> urls(Listening.Place place) throws IOException {
    var address = InetAddress.getByName(place.at().host());
    var urls = new ArrayList<String>();
    for (var host : address.isAnyLocalAddress() ? ownAddresses() : List.of(address)) {
      urls.add(
          place.scheme() + "://" + new HostPort(NetUtil.toAddressString(host), place.at().port()));
    }
    return urls;
  }

  /// As nats-server orders them: the loopback interface first, and of each the addresses of IPv4.
  /// Scripts take the first.
  private static List<InetAddress> ownAddresses() throws IOException {
    var interfaces = NetworkInterface.networkInterfaces().toList();
    return ordered(interfaces, NetworkInterface::getIndex).stream()
        .flatMap(
            each -> ordered(each.inetAddresses().toList(), it -> it.getAddress().length).stream())
        .toList();
  }

  private static <T> List<T> ordered(List<T> all, ToIntFunction<T> by) {
    var sorted = new ArrayList<>(all);
    sorted.sort((one, other) -> Integer.compare(by.applyAsInt(one), by.applyAsInt(other)));
    return sorted;
  }

  Path path() {
    return file;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}

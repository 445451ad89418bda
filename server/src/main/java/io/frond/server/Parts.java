package io.frond.server;

import io.frond.link.CloseReason;
import io.frond.options.HostPort;
import io.frond.options.Version;
import io.frond.transport.Listener;
import io.frond.transport.ListenerKind;
import io.frond.transport.ListenerSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The parts of one server and the order in which they start and stop. Start and close come from
/// one thread each.
final class Parts {
  private final Core core;
  private final ClientInfo info;
  private final ClientWiring clients;
  private final List<AutoCloseable> open = new ArrayList<>();
  private volatile boolean ready;

  Parts(Core core) {
    this.core = core;
    info = new ClientInfo(core);
    clients = new ClientWiring(core, info);
  }

  void start() throws IOException {
    var options = core.options();
    var log = core.log();
    log.info("Starting frond");
    log.info("  Version:  " + Version.FROND + " (NATS " + Version.NATS + ")");
    log.info("  Name:     " + core.identity().name());
    log.info("  ID:       " + core.identity().id());
    var listener =
        Listener.open(
            core.loops(),
            options.listen(),
            new ListenerSettings(ListenerKind.CLIENT, null, null, address -> false),
            clients);
    open.add(listener);
    var at = new HostPort(options.listen().host(), listener.address().getPort());
    info.listening(at);
    log.info("Listening for client connections on " + at);
    ready = true;
    log.info("Server is ready");
  }

  boolean ready() {
    return ready;
  }

  HostPort clientAddress() {
    return info.listening();
  }

  void close() {
    ready = false;
    for (var part : open.reversed()) {
      try {
        part.close();
      } catch (Exception e) {
        core.log().error("closing: " + e);
      }
    }
    for (var client : core.connections().open()) {
      client.link().close(CloseReason.SERVER_SHUTDOWN, null);
    }
  }
}

package io.frond.server;

import io.frond.options.HostPort;
import io.frond.options.ServerOptions;

/// The command line: a thin shell over [FrondServer].
public final class Main {
  private Main() {}

  static void main(String[] args) throws Exception {
    var port = args.length > 0 ? Integer.parseInt(args[0]) : 4222;
    var server =
        FrondServer.start(ServerOptions.DEFAULT.withListen(new HostPort("127.0.0.1", port)));
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    server.awaitEnd();
  }
}

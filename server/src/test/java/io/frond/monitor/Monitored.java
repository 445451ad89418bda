package io.frond.monitor;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.options.HostPort;
import io.frond.options.MonitorOptions;
import io.frond.options.ServerOptions;
import io.frond.server.FrondServer;
import io.nats.client.Connection;
import io.nats.client.Options;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// A server with monitoring on a free port, and a client to ask it.
final class Monitored implements AutoCloseable {
  private static final HostPort ANY_PORT = new HostPort("127.0.0.1", -1);

  static final ServerOptions OPTIONS =
      ServerOptions.DEFAULT
          .withName("monitored")
          .withListen(ANY_PORT)
          .withMonitor(new MonitorOptions(ANY_PORT, null, ""));

  private final FrondServer server;
  private final Clients clients = new Clients();
  private final HttpClient http = HttpClient.newHttpClient();

  private Monitored(FrondServer server) {
    this.server = server;
  }

  static Monitored start() {
    return start(OPTIONS);
  }

  static Monitored start(ServerOptions options) {
    try {
      return new Monitored(FrondServer.start(options));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  FrondServer server() {
    return server;
  }

  URI uri(String path) {
    return URI.create(Objects.requireNonNull(server.monitorUri()) + path);
  }

  int port() {
    return uri("/").getPort();
  }

  HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)).build());
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  JsonObject json(String path) {
    var response = get(path);
    if (response.statusCode() != 200) {
      throw new AssertionError(path + ": " + response.statusCode() + " " + response.body());
    }
    return parse(response.body());
  }

  static JsonObject parse(String text) {
    try {
      return JsonObject.parse(text.getBytes(StandardCharsets.UTF_8));
    } catch (JsonException e) {
      throw new AssertionError(text, e);
    }
  }

  /// A client of that name.
  Connection connect(String name) {
    return connect(new Options.Builder().connectionName(name));
  }

  Connection connect(Options.Builder options) {
    return clients.connect(server.clientUri().toString(), options);
  }

  @Override
  public void close() {
    clients.close();
    http.close();
    server.close();
  }
}

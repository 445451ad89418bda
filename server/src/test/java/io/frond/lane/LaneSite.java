package io.frond.lane;

import io.frond.jetstream.JetStreamGround;
import io.frond.testkit.Await;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A hub and a leaf with lanes, each with a store that outlives it, on ports that stay.
final class LaneSite implements AutoCloseable {
  static final Duration WAIT = Duration.ofSeconds(20);

  private final Path folder;
  private final List<Connection> connections = new CopyOnWriteArrayList<>(); // any thread
  private final int hubPort;
  private final int leafPort = TestServer.freePort();
  private final String lanes;
  private String hubConfig = "authorization { allowed_leaf_cidrs = [\"127.0.0.0/8\"] }";
  private boolean hubStores = true;
  private String leafConfig = "";
  private JetStreamGround leafGround = JetStreamGround.real();
  private String reconnect = "100ms";
  private String user = "";
  private int dialled;
  private @Nullable TestServer hub;
  private @Nullable TestServer leaf;

  /// @param lanes the value of `forward`
  LaneSite(Path folder, String lanes) {
    this(folder, lanes, TestServer.freePort());
  }

  /// @param hubPort of another hub
  LaneSite(Path folder, String lanes, int hubPort) {
    this.folder = folder;
    this.lanes = lanes;
    this.hubPort = hubPort;
    dialled = hubPort;
  }

  /// The leaf dials by way of a port that leads to the hub.
  LaneSite through(int port) {
    dialled = port;
    return this;
  }

  /// @param name with a password and `@`
  LaneSite as(String name) {
    user = name;
    return this;
  }

  int hubPort() {
    return hubPort;
  }

  LaneSite hubConfig(String config) {
    hubConfig = config;
    return this;
  }

  LaneSite leafConfig(String config) {
    leafConfig = config;
    return this;
  }

  LaneSite leafGround(JetStreamGround ground) {
    leafGround = ground;
    return this;
  }

  LaneSite reconnect(String delay) {
    reconnect = delay;
    return this;
  }

  LaneSite hubStores(boolean does) {
    hubStores = does;
    return this;
  }

  TestServer startHub() {
    var store = hubStores ? "jetstream { store_dir: \"" + folder.resolve("hub") + "\" }" : "";
    var started = TestServer.startAt(hubPort, "server_name: hub", store, hubConfig);
    hub = started;
    return started;
  }

  /// The hub was up once and has a stream: what a lane brings it as soon as it is up again is the
  /// stream's.
  void awayWithStream(String name, String... subjects) {
    startHub();
    stream(atHub(), name, subjects);
    stopHub();
  }

  TestServer startLeaf() {
    var started = TestServer.startOn(leafGround, leafPort, leafText(lanes));
    leaf = started;
    return started;
  }

  String[] leafText(String forward) {
    return new String[] {
      "server_name: leaf",
      "jetstream { store_dir: \"" + folder.resolve("leaf") + "\" }",
      "leaf { reconnect: "
          + reconnect
          + ", remotes [ { url: \"nats://"
          + user
          + "127.0.0.1:"
          + dialled
          + "\", ignore_discovered_servers: true, forward: " // no way around a line
          + forward
          + " } ] }",
      leafConfig
    };
  }

  TestServer hub() {
    var running = hub;
    if (running == null) {
      throw new IllegalStateException("no hub");
    }
    return running;
  }

  TestServer leaf() {
    var running = leaf;
    if (running == null) {
      throw new IllegalStateException("no leaf");
    }
    return running;
  }

  void stopHub() {
    hub().close();
    hub = null;
  }

  void stopLeaf() {
    leaf().close();
    leaf = null;
  }

  static String url(int port) {
    return "nats://127.0.0.1:" + port;
  }

  String hubUrl() {
    return url(hubPort);
  }

  Connection client(String url) {
    try {
      var connection =
          Nats.connect(Options.builder().server(url).connectionTimeout(WAIT).noReconnect().build());
      connections.add(connection);
      return connection;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Connection atHub() {
    return client(hubUrl());
  }

  Connection atLeaf() {
    return client(url(leafPort));
  }

  static void stream(Connection at, String name, String... subjects) {
    stream(at, StreamConfiguration.builder().name(name).subjects(subjects));
  }

  static void stream(Connection at, StreamConfiguration.Builder config) {
    try {
      at.jetStreamManagement().addStream(config.storageType(StorageType.File).build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JetStreamApiException e) {
      throw new AssertionError(e);
    }
  }

  static JetStream jetStream(Connection at) {
    try {
      return at.jetStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JetStreamManagement management(Connection at) {
    try {
      return at.jetStreamManagement();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void publish(Connection at, String subject, String text) {
    at.publish(subject, text.getBytes(StandardCharsets.UTF_8));
    flush(at);
  }

  static void flush(Connection at) {
    try {
      at.flush(WAIT);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// What a stream holds, in order.
  static List<String> texts(Connection at, String stream) {
    try {
      var manage = at.jetStreamManagement();
      var state = manage.getStreamInfo(stream).getStreamState();
      var texts = new ArrayList<String>();
      for (var i = state.getFirstSequence(); i <= state.getLastSequence(); i++) {
        texts.add(new String(manage.getMessage(stream, i).getData(), StandardCharsets.UTF_8));
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JetStreamApiException e) {
      throw new AssertionError(e);
    }
  }

  static long count(Connection at, String stream) {
    try {
      return at.jetStreamManagement().getStreamInfo(stream).getStreamState().getMsgCount();
    } catch (IOException | JetStreamApiException e) {
      return -1;
    }
  }

  static String text(@Nullable Message message) {
    if (message == null) {
      throw new AssertionError("no message");
    }
    return new String(message.getData(), StandardCharsets.UTF_8);
  }

  static List<String> numbers(String prefix, int count) {
    var all = new ArrayList<String>();
    for (var i = 0; i < count; i++) {
      all.add(prefix + i);
    }
    return all;
  }

  LaneStatus lane(String name) {
    return leaf().server().lanes().stream()
        .filter(lane -> lane.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  void awaitInStep(String lane) {
    Await.until(
        "lane " + lane + " is in step",
        () ->
            lane(lane).messages() == 0
                && lane(lane).stored() > 0
                && lane(lane).state() == LaneState.IN_STEP);
  }

  /// A flush only says that the leaf has read what was published: waits until so many are stored,
  /// and then until the lane is in step.
  void awaitInStep(String lane, int stored) {
    Await.until(stored + " are stored", () -> lane(lane).stored() == stored);
    awaitInStep(lane);
  }

  void awaitState(String lane, LaneState state) {
    Await.until("lane " + lane + " is " + state, () -> lane(lane).state() == state);
  }

  @Override
  public void close() {
    for (var connection : connections) {
      try {
        connection.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (leaf != null) {
      leaf.close();
    }
    if (hub != null) {
      hub.close();
    }
  }
}

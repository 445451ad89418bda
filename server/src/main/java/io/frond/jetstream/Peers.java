package io.frond.jetstream;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import io.frond.shard.Outlet;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Tells the other servers of the cluster which streams are here, hears which are there, and asks
/// them before a name is taken: until streams are replicated, this is what makes one JetStream of a
/// cluster's servers. Messages of the system account; on the shard's thread.
///
/// A server says HELLO when it starts and STATE with all its streams when asked to; a CHANGE tells
/// of one stream and counts up a version; a heartbeat repeats the version, and who missed one says
/// HELLO again. CLAIM asks whether a name and subjects are free: each server that is alive has to
/// agree. SYNC asks for nothing but an answer, before which every CHANGE has come.
final class Peers {
  private static final String BASE = "$SYS.FROND.JS.";
  private static final byte[] NONE = {};
  private static final long BEAT_NANOS = 4_000_000_000L;
  private static final long CLAIM_NANOS = 1_000_000_000L;

  /// What others have to answer: a claim of ours, or whether all that they said has come.
  private final class Asked {
    private final String account;
    private final String stream;
    private final Set<String> missing;
    private final Consumer<Boolean> then;

    /// @param stream the name that is claimed, empty for none
    Asked(String account, String stream, Collection<String> asked, Consumer<Boolean> then) {
      this.account = account;
      this.stream = stream;
      missing = new HashSet<>(asked);
      this.then = then;
    }

    void answered(String server, boolean free) {
      if (!free) {
        end(false);
      } else if (missing.remove(server) && missing.isEmpty()) {
        end(true);
      }
    }

    void end(boolean ours) {
      if (asked.values().remove(this)) {
        then.accept(ours);
      }
    }
  }

  private final Engine engine;
  private final Outlet system;
  private final String me;
  private final Directory directory = new Directory();
  private final Map<String, Asked> asked = new HashMap<>();
  private final Neighbours neighbours;
  private long version = 1;
  private long askedSoFar;

  Peers(Engine engine, Outlet system, Neighbours neighbours) {
    this.engine = engine;
    this.neighbours = neighbours;
    this.system = system;
    me = engine.server().id();
  }

  Directory directory() {
    return directory;
  }

  void start() {
    listen("HELLO", this::hello);
    listen("STATE", this::state);
    listen("CHANGE", this::change);
    listen("BEAT", this::beat);
    listen("BYE", said -> directory.left(said.text("server", "")));
    listen("CLAIM", this::claim);
    listen("SYNC", said -> answer(said, true));
    listen("ANSWER." + me, this::answered);
    greet();
    beatLater();
  }

  /// The server ends: its streams are away, not forgotten, but nobody needs to wait for it.
  void stop() {
    send("BYE", begin());
  }

  /// Asks the others what they have.
  void greet() {
    send("HELLO", begin());
  }

  /// Whether every server in reach has said what it has, and no more are expected soon.
  boolean met() {
    return !neighbours.meeting()
        && neighbours.connected().stream().allMatch(id -> directory.version(id) > 0);
  }

  /// Runs a task when everything has come that the others said so far; after a second in any case.
  void sync(Runnable then) {
    ask("SYNC", new Asked("", "", neighbours.connected(), _ -> then.run()), begin());
  }

  private void ask(String what, Asked question, JsonWriter message) {
    if (question.missing.isEmpty()) {
      question.then.accept(true);
      return;
    }
    var id = Long.toString(++askedSoFar);
    asked.put(id, question);
    send(what, message.put("id", id));
    var _ = engine.shard().schedule(engine.shard().now() + CLAIM_NANOS, () -> question.end(true));
  }

  private interface Handler {
    void handle(JsonObject said);
  }

  private void listen(String what, Handler handler) {
    var _ =
        system.subscribe(
            BASE + what,
            (subject, reply, headerLength, body) -> {
              try {
                var said = JsonObject.parse(body);
                if (!said.text("server", me).equals(me)) {
                  handler.handle(said);
                }
              } catch (JsonException e) {
                engine.warn("not understood on " + BASE + what + ": " + e.getMessage());
              }
            });
  }

  private JsonWriter begin() {
    return JsonWriter.compact().begin().put("server", me).put("version", version);
  }

  private void send(String what, JsonWriter message) {
    system.publish((BASE + what).getBytes(StandardCharsets.UTF_8), NONE, 0, message.end().bytes());
  }

  private void beatLater() {
    var _ =
        engine
            .shard()
            .schedule(
                engine.shard().now() + BEAT_NANOS,
                () -> {
                  send("BEAT", begin());
                  beatLater();
                });
  }

  private Directory.Peer heard(JsonObject said) {
    return directory.heard(said.text("server", ""), engine.shard().now());
  }

  private void hello(JsonObject said) {
    var known = heard(said);
    if (known.version() == 0) {
      send("HELLO", begin());
    }
    var all = begin().beginArray("streams");
    for (var account : engine.accounts()) {
      for (var asset : account.streams().values()) {
        stream(all, asset);
      }
    }
    send("STATE", all.endArray());
  }

  private static void stream(JsonWriter to, Asset asset) {
    to.begin()
        .put("account", asset.account().name())
        .put("name", asset.config().name())
        .put("subjects", asset.config().subjects())
        .putIf("mirrors", asset.mirrors())
        .end();
  }

  private void state(JsonObject said) {
    var peer = heard(said);
    peer.clear();
    for (var stream : said.objects("streams")) {
      put(peer, stream);
    }
    peer.version(said.number("version", 0));
  }

  private void put(Directory.Peer peer, JsonObject stream) {
    var account = stream.text("account", "");
    var name = stream.text("name", "");
    var told = new Directory.Told(stream.texts("subjects"), stream.text("mirrors", ""));
    peer.put(account, name, told);
    directory.moved(peer, account, name);
  }

  private void change(JsonObject said) {
    var peer = heard(said);
    var next = said.number("version", 0);
    if (next != peer.version() + 1) {
      send("HELLO", begin());
      return;
    }
    for (var stream : said.objects("added")) {
      put(peer, stream);
    }
    for (var stream : said.objects("removed")) {
      peer.remove(stream.text("account", ""), stream.text("name", ""));
    }
    peer.version(next);
  }

  private void beat(JsonObject said) {
    if (heard(said).version() != said.number("version", 0)) {
      send("HELLO", begin());
    }
  }

  /// A stream is here now, or its configuration is another one.
  void added(Asset asset) {
    tell("added", asset);
  }

  void removed(Asset asset) {
    tell("removed", asset);
  }

  private void tell(String what, Asset asset) {
    version++;
    var message = begin().beginArray(what);
    stream(message, asset);
    send("CHANGE", message.endArray());
  }

  /// Asks the other servers whether a stream may be created here.
  ///
  /// @param then hears whether it may; at once when there are no others
  void claim(String account, String stream, List<String> subjects, Consumer<Boolean> then) {
    ask(
        "CLAIM",
        new Asked(account, stream, directory.alive(engine.shard().now()), then),
        begin().put("account", account).put("name", stream).put("subjects", subjects));
  }

  /// Another server wants a name: free unless it is ours, or we want it too and our id is lower.
  private void claim(JsonObject said) {
    var server = said.text("server", "");
    var account = said.text("account", "");
    var name = said.text("name", "");
    var streams = engine.streams(account);
    var free =
        streams == null
            || (!streams.streams().containsKey(name)
                && !Overlap.any(streams, said.texts("subjects"), null));
    for (var ours : List.copyOf(asked.values())) {
      if (ours.account.equals(account) && ours.stream.equals(name)) {
        free &= me.compareTo(server) > 0;
      }
    }
    answer(said, free);
  }

  private void answer(JsonObject said, boolean free) {
    heard(said);
    send(
        "ANSWER." + said.text("server", ""),
        begin().put("id", said.text("id", "")).put("free", free));
  }

  private void answered(JsonObject said) {
    var question = asked.get(said.text("id", ""));
    if (question != null) {
      question.answered(said.text("server", ""), said.flag("free", false));
    }
  }
}

package io.frond.jetstream;

import io.frond.api.Api;
import io.frond.api.Requester;
import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import io.frond.shard.Chunk;
import io.frond.shard.Outlet;
import io.frond.stream.ApiErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// Brings API requests to the server that can answer them. A request reaches one server of the
/// cluster; what is about a stream of another server is passed on to it, and what is about all
/// streams is put together from what all have. On the shard's thread.
final class ClusterRequests {
  private static final String PASSED_ON = "_FROND.JS.";
  private static final int NAMES_MAX = 1024;
  private static final int LIST_MAX = 256;

  private final Engine engine;
  private final Api api;
  private final Peers peers;
  private final Enquiry enquiry;
  private final String prefix;

  ClusterRequests(Engine engine, Api api, Peers peers) {
    this.engine = engine;
    this.api = api;
    this.peers = peers;
    enquiry = new Enquiry(engine, peers);
    prefix = PASSED_ON + engine.server().id() + ".";
  }

  /// The interest by which other servers pass requests on.
  Outlet.Listening listen(AccountStreams streams) {
    return streams
        .outlet()
        .listen(
            (prefix + ">").getBytes(StandardCharsets.UTF_8),
            null,
            (in, at) -> {
              var subject = text(in, at);
              here(new Request(streams, subject.substring(prefix.length()), in, at, null).unwrap());
            });
  }

  private static String text(Chunk in, int at) {
    return new String(in.copyOf(in.subjectAt(at), in.subjectLength(at)), StandardCharsets.UTF_8);
  }

  private record Request(
      AccountStreams streams,
      String subject,
      byte[] reply,
      int headerLength,
      byte[] body,
      @Nullable Requester requester) {
    Request(
        AccountStreams streams, String subject, Chunk in, int at, @Nullable Requester requester) {
      this(
          streams,
          subject,
          in.copyOf(in.replyAt(at), in.replyLength(at)),
          in.headerLength(at),
          in.copyOf(in.bodyAt(at), in.bodyLength(at)),
          requester);
    }

    private Request of(PassedOn now) {
      return new Request(streams, subject, reply, now.headerLength(), now.body(), now.requester());
    }

    /// As it is passed on: who asked goes along, where an audit tells of it.
    Request wrap() {
      var told = requester != null && Requests.isAudited(Requests.tokens(subject));
      return told ? of(new PassedOn(headerLength, body, requester).wrap()) : this;
    }

    Request unwrap() {
      return of(new PassedOn(headerLength, body, requester).unwrap());
    }

    byte[] payload() {
      var payload = new byte[body.length - headerLength];
      System.arraycopy(body, headerLength, payload, 0, payload.length);
      return payload;
    }

    JsonObject json() {
      try {
        return JsonObject.parse(body.length == headerLength ? new byte[] {'{', '}'} : payload());
      } catch (JsonException e) {
        return JsonObject.EMPTY; // the API says what is wrong
      }
    }

    void answer(byte[] json) {
      streams.outlet().publish(reply, new byte[0], 0, json);
    }
  }

  void handle(AccountStreams streams, Chunk in, int at) {
    var request = new Request(streams, text(in, at), in, at, engine.requester(in));
    var tokens = Requests.tokens(request.subject);
    var stream = Requests.stream(tokens);
    if (stream != null) {
      about(stream, Requests.creates(tokens), request);
      return;
    }
    switch (Requests.whole(tokens)) {
      case STREAM_NAMES -> enquiry.then(() -> names(request));
      case STREAM_LIST -> enquiry.then(() -> list(request));
      case INFO -> enquiry.met(() -> info(request));
      case null -> here(request);
    }
  }

  private void here(Request request) {
    api.handle(
        request.streams.name(),
        request.subject,
        request.reply,
        request.headerLength,
        request.body,
        request.requester);
  }

  private void about(String stream, boolean creates, Request request) {
    var account = request.streams.name();
    if (request.streams.streams().containsKey(stream)) {
      here(request);
      return;
    }
    var holder = peers.directory().holder(account, stream);
    if (holder != null && passedOn(holder, request)) {
      return;
    }
    if (holder != null) {
      enquiry.then(() -> nowAbout(stream, request)); // it may be back under another id
    } else if (creates) {
      enquiry.met(() -> claim(stream, request));
    } else {
      enquiry.then(() -> nowAbout(stream, request));
    }
  }

  /// The server that has it, known by now if there is one, says the rest.
  private void nowAbout(String stream, Request request) {
    var holder = peers.directory().holder(request.streams.name(), stream);
    if (holder == null) {
      here(request);
    } else {
      passOn(holder, request);
    }
  }

  private void passOn(String server, Request request) {
    if (!passedOn(server, request)) {
      refuse(request, ApiErrorCode.CLUSTER_NOT_AVAIL);
    }
  }

  /// Passes a request on.
  ///
  /// @return false when the server is not in reach
  private static boolean passedOn(String server, Request asked) {
    var request = asked.wrap();
    var to = (PASSED_ON + server + "." + request.subject).getBytes(StandardCharsets.UTF_8);
    var taken =
        request.streams.outlet().publish(to, request.reply, request.headerLength, request.body);
    return taken != Outlet.Taken.NOBODY;
  }

  private static void refuse(Request request, ApiErrorCode why) {
    var json = JsonWriter.compact().begin().put("type", "io.nats.jetstream.api.v1.error_response");
    why.with().write(json);
    request.answer(json.end().bytes());
  }

  private void claim(String stream, Request request) {
    var said = request.json();
    var subjects = said.texts("subjects");
    var fed = said.object("mirror") != null || !said.objects("sources").isEmpty();
    var wanted = subjects.isEmpty() && !fed ? List.of(stream) : subjects;
    var account = request.streams.name();
    if (peers.directory().overlaps(account, wanted)) {
      refuse(request, ApiErrorCode.STREAM_SUBJECT_OVERLAP);
      return;
    }
    peers.claim(
        account,
        stream,
        wanted,
        ours -> {
          if (ours) {
            here(request);
          } else {
            refuse(request, ApiErrorCode.STREAM_NAME_EXIST);
          }
        });
  }

  /// Asks every server what the account has there, and adds it up.
  private void info(Request request) {
    var servers = new ArrayList<>(peers.directory().alive(engine.shard().now()));
    servers.add(engine.server().id());
    new Gathering(
            engine.shard(),
            request.streams.outlet(),
            prefix + "R." + engine.newId(),
            servers.size())
        .begin(
            (inbox, number) ->
                passOn(
                    servers.get(number),
                    new Request(
                        request.streams,
                        request.subject,
                        inbox,
                        request.headerLength,
                        request.body,
                        null)),
            answers -> request.answer(AccountSum.of(answers)));
  }

  private SortedSet<String> allNames(Request request, String filter) {
    var names = peers.directory().names(request.streams.name(), filter);
    for (var asset : request.streams.streams().values()) {
      if (filter.isEmpty() || Overlap.any(asset, filter)) {
        names.add(asset.config().name());
      }
    }
    return names;
  }

  private static List<String> page(SortedSet<String> names, long offset, int limit) {
    return names.stream().skip(Math.max(0, offset)).limit(limit).toList();
  }

  private void names(Request request) {
    var said = request.json();
    var names = allNames(request, said.text("subject", ""));
    var offset = said.number("offset", 0);
    var to =
        JsonWriter.compact()
            .begin()
            .put("type", "io.nats.jetstream.api.v1.stream_names_response")
            .put("total", names.size())
            .put("offset", offset)
            .put("limit", NAMES_MAX);
    var page = page(names, offset, NAMES_MAX);
    if (page.isEmpty()) { // as nats-server, and as a server on its own
      to.putNull("streams");
    } else {
      to.put("streams", page);
    }
    request.answer(to.end().bytes());
  }

  /// Asks each stream's server for its details and puts them together in the order of names.
  private void list(Request request) {
    var said = request.json();
    var names = allNames(request, said.text("subject", ""));
    var offset = said.number("offset", 0);
    var page = page(names, offset, LIST_MAX);
    var head =
        "{\"type\":\"io.nats.jetstream.api.v1.stream_list_response\",\"total\":"
            + names.size()
            + ",\"offset\":"
            + offset
            + ",\"limit\":"
            + LIST_MAX
            + ",\"streams\":[";
    var outlet = request.streams.outlet();
    new Gathering(engine.shard(), outlet, prefix + "R." + engine.newId(), page.size())
        .begin(
            (inbox, number) ->
                about(
                    page.get(number),
                    false,
                    new Request(
                        request.streams,
                        "$JS.API.STREAM.INFO." + page.get(number),
                        inbox,
                        0,
                        new byte[0],
                        null)),
            answers -> request.answer(join(head, answers)));
  }

  private static byte[] join(String head, List<byte[]> answers) {
    var found = new ArrayList<String>();
    for (var answer : answers) {
      var text = new String(answer, StandardCharsets.UTF_8);
      if (!text.contains("\"error\":{")) {
        found.add(text);
      }
    }
    return (head + String.join(",", found) + "]}").getBytes(StandardCharsets.UTF_8);
  }
}

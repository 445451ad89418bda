package io.frond.monitor;

import io.frond.json.JsonWriter;
import io.frond.logging.Log;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The paths that monitoring answers, and how often each was asked for. Any thread.
public final class Endpoints {
  private static final Pattern CALLBACK = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$.]{0,127}");
  private static final Pattern SLASHES = Pattern.compile("/{2,}");

  /// The account `acc` alone.
  public static final String ACCOUNT_INFO = "account info";

  /// JetStream of the account `acc` alone.
  public static final String ACCOUNT_JETSTREAM = "account jetstream";

  /// The server's counts in short.
  public static final String STATS = "stats";

  /// The command line and what memory is used for.
  public static final String EXPVARS = "expvars";

  /// A profile of the process.
  public static final String PROFILE = "profile";

  private static final List<String> NAMES =
      List.of(
          "/",
          "/varz",
          "/connz",
          "/routez",
          "/leafz",
          "/subsz",
          "/accountz",
          "/accstatz",
          "/jsz",
          "/gatewayz",
          "/raftz",
          "/ipqueuesz",
          "/healthz",
          "/stacksz",
          "/debug/vars",
          "/metrics");

  /// Makes an answer; on the worker, where it may wait for event loops.
  private interface Page {
    Answer answer(Query query) throws BadRequestException;
  }

  /// Writes the fields of a JSON document; on the worker.
  private interface Document {
    void write(JsonWriter to, Query query) throws BadRequestException;
  }

  private record Endpoint(String name, AtomicLong requests) {}

  private final MonitorSource source;
  private final Executor worker;
  private final String basePath;
  private final Health health;
  private final Map<String, Endpoint> byPath = new HashMap<>();
  private final Map<String, Page> pages = new ConcurrentHashMap<>();
  private final Map<String, Document> documents = new ConcurrentHashMap<>();

  /// @param worker where documents are built
  public Endpoints(MonitorSource source, Executor worker) {
    this.source = source;
    this.worker = worker;
    basePath = normal(source.options().monitor().basePath());
    health = new Health(source);
    for (var name : NAMES) {
      byPath.put(name, new Endpoint(name, new AtomicLong()));
    }
    byPath.put("/subscriptionsz", Objects.requireNonNull(byPath.get("/subsz")));
  }

  /// What makes an endpoint's answers. Made when it is first asked for: the classes of documents
  /// would delay the server's start.
  private Page page(String name) {
    return switch (name) {
      case "/" -> new RootPage(basePath)::answer;
      case "/healthz" -> health::answer;
      case "/stacksz" -> query -> Answer.text(200, Stacks.text());
      case "/raftz" -> query -> Answer.text(404, "No Raft nodes registered");
      case "/metrics" -> new Metrics(source, this::requests)::answer;
      default -> document(name);
    };
  }

  private Document contents(String name) {
    return switch (name) {
      case "/varz" -> new Varz(source, this::requests)::write;
      case "/connz" -> new Connz(source)::write;
      case "/routez" -> new Routez(source)::write;
      case "/leafz" -> new Leafz(source)::write;
      case "/subsz" -> new Subsz(source)::write;
      case "/accountz" -> new Accountz(source)::write;
      case "/accstatz" -> new Accstatz(source)::write;
      case "/jsz" -> new Jsz(source)::write;
      case "/gatewayz" -> new Gatewayz(source)::write;
      // what waits in nats-server's inner queues: there are none
      case "/ipqueuesz" -> (to, query) -> {};
      case ACCOUNT_INFO -> new Accountz(source)::detail;
      case ACCOUNT_JETSTREAM -> new Jsz(source)::account;
      case EXPVARS, "/debug/vars" -> new Expvarz()::write;
      case PROFILE -> new Profilez()::write;
      case STATS -> new Statsz(source)::write;
      default -> throw new IllegalArgumentException(name);
    };
  }

  /// Makes a document for somebody who does not ask by HTTP. Blocks, so not on an event loop.
  ///
  /// @param name a path, or one of [#ACCOUNT_INFO], [#ACCOUNT_JETSTREAM] and [#STATS]
  /// @throws BadRequestException when a parameter is malformed
  public byte[] document(String name, Map<String, String> parameters) throws BadRequestException {
    var query = Query.of(parameters);
    if (name.equals("/healthz")) {
      return health.document(query);
    }
    var to = JsonWriter.compact().begin();
    documents.computeIfAbsent(name, this::contents).write(to, query);
    return to.end().bytes();
  }

  private Page document(String name) {
    var document = documents.computeIfAbsent(name, this::contents);
    return query -> {
      var to = JsonWriter.pretty().begin();
      document.write(to, query);
      return padded(to.end().bytes(), query.textOrNull("callback"));
    };
  }

  /// JSONP: the document as the argument of a call.
  private static Answer padded(byte[] document, @Nullable String callback)
      throws BadRequestException {
    if (callback == null) {
      return Answer.json(document);
    }
    if (!CALLBACK.matcher(callback).matches()) {
      throw new BadRequestException("invalid callback name");
    }
    var head = (callback + "(").getBytes(StandardCharsets.US_ASCII);
    var body = new byte[head.length + document.length + 1];
    System.arraycopy(head, 0, body, 0, head.length);
    System.arraycopy(document, 0, body, head.length, document.length);
    body[body.length - 1] = ')';
    return new Answer(200, Answer.SCRIPT, body);
  }

  /// The path with one slash in front and none behind; empty for the root.
  private static String normal(String path) {
    var normal = SLASHES.matcher("/" + path).replaceAll("/");
    return normal.endsWith("/") ? normal.substring(0, normal.length() - 1) : normal;
  }

  Log log() {
    return source.log();
  }

  /// How often each path was asked for, without those that never were.
  Map<String, Long> requests() {
    var counts = new LinkedHashMap<String, Long>();
    for (var name : NAMES) {
      var endpoint = byPath.get(name);
      var count = endpoint == null ? 0 : endpoint.requests().get();
      if (count > 0) {
        counts.put(name, count);
      }
    }
    return counts;
  }

  /// Answers a request, at once or later from the worker.
  ///
  /// @param uri the request's target: path and query
  void answer(String uri, Consumer<Answer> to) {
    var mark = uri.indexOf('?');
    var path = mark < 0 ? uri : uri.substring(0, mark);
    var query = mark < 0 ? "" : uri.substring(mark + 1);
    var endpoint = find(path);
    if (endpoint == null) {
      to.accept(Answer.NOT_FOUND);
      return;
    }
    endpoint.requests().incrementAndGet();
    if (endpoint.name().equals("/healthz") && query.isEmpty()) {
      to.accept(health.answer());
      return;
    }
    try {
      worker.execute(() -> to.accept(build(endpoint, query)));
    } catch (RejectedExecutionException e) {
      to.accept(Answer.OVERLOADED);
    }
  }

  private @Nullable Endpoint find(String path) {
    var direct = basePath.isEmpty() ? byPath.get(path) : null;
    if (direct != null) {
      return direct;
    }
    var clean = SLASHES.matcher(path).replaceAll("/");
    if (!clean.startsWith(basePath)) {
      return null;
    }
    var rest = clean.substring(basePath.length());
    return byPath.get(rest.isEmpty() && !basePath.isEmpty() ? "/" : rest);
  }

  private Answer build(Endpoint endpoint, String query) {
    try {
      return pages.computeIfAbsent(endpoint.name(), this::page).answer(Query.parse(query));
    } catch (BadRequestException e) {
      return Answer.text(400, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      log().error("Error making the response to " + endpoint.name() + " request: " + Log.trace(e));
      return Answer.FAILED;
    }
  }
}

package io.frond.stream;

import io.frond.json.JsonException;
import io.frond.json.JsonFields;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A stream's configuration: the fields of nats-server 2.14 (ADR-8, 20, 28, 31, 36, 43, 44, 48 to
/// 51). Immutable; make one with a [Builder]. Two are equal when all fields are.
///
/// Durations are nanoseconds. A limit of 0 or less is none; [StreamRules] makes it -1.
///
/// @param subjects that are stored
/// @param maxMsgSize bytes of headers and payload
/// @param allowBatched fast batch publishing (`allow_batched`)
/// @param consumerInactiveThreshold nanoseconds, 0 for none; with the next `consumer_limits`
/// @param consumerMaxAckPending 0 for none
/// @param metadata sorted by name
public record StreamConfig(
    String name,
    String description,
    List<String> subjects,
    Retention retention,
    int maxConsumers,
    long maxMsgs,
    long maxBytes,
    long maxAge,
    long maxMsgsPerSubject,
    int maxMsgSize,
    Discard discard,
    Storage storage,
    int replicas,
    boolean noAck,
    long duplicateWindow,
    @Nullable Placement placement,
    @Nullable StreamSource mirror,
    List<StreamSource> sources,
    boolean compressed,
    long firstSeq,
    StreamSource.@Nullable Transform subjectTransform,
    @Nullable Republish republish,
    boolean allowDirect,
    boolean mirrorDirect,
    boolean discardNewPerSubject,
    boolean sealed,
    boolean denyDelete,
    boolean denyPurge,
    boolean allowRollup,
    long consumerInactiveThreshold,
    int consumerMaxAckPending,
    boolean allowMsgTtl,
    long subjectDeleteMarkerTtl,
    boolean allowMsgCounter,
    boolean allowAtomic,
    boolean allowMsgSchedules,
    boolean persistAsync,
    boolean allowBatched,
    SortedMap<String, String> metadata) {

  /// Which servers are to hold the stream.
  public record Placement(String cluster, List<String> tags, String preferred) {
    public Placement {
      tags = List.copyOf(tags);
    }
  }

  /// Stored messages are published again (ADR-28).
  ///
  /// @param source which subjects, empty for all
  public record Republish(String source, String destination, boolean headersOnly) {}

  private StreamConfig(Builder b) {
    this(
        b.name,
        b.description,
        List.copyOf(b.subjects),
        b.retention,
        b.maxConsumers,
        b.maxMsgs,
        b.maxBytes,
        b.maxAge,
        b.maxMsgsPerSubject,
        b.maxMsgSize,
        b.discard,
        b.storage,
        b.replicas,
        b.noAck,
        b.duplicateWindow,
        b.placement,
        b.mirror,
        List.copyOf(b.sources),
        b.compressed,
        b.firstSeq,
        b.subjectTransform,
        b.republish,
        b.allowDirect,
        b.mirrorDirect,
        b.discardNewPerSubject,
        b.sealed,
        b.denyDelete,
        b.denyPurge,
        b.allowRollup,
        b.consumerInactiveThreshold,
        b.consumerMaxAckPending,
        b.allowMsgTtl,
        b.subjectDeleteMarkerTtl,
        b.allowMsgCounter,
        b.allowAtomic,
        b.allowMsgSchedules,
        b.persistAsync,
        b.allowBatched,
        Collections.unmodifiableSortedMap(new TreeMap<>(b.metadata)));
  }

  /// Reads a configuration as a request has it; nothing is checked but the types.
  ///
  /// @throws JsonException when a field has the wrong type: [ApiErrorCode#INVALID_JSON]
  public static StreamConfig parse(JsonObject from) throws JsonException {
    return parse(new JsonFields(from, "StreamConfig"));
  }

  /// As [#parse(JsonObject)]; what the object has more than a configuration's fields is in
  /// [JsonFields#unknown] afterwards.
  public static StreamConfig parse(JsonFields from) throws JsonException {
    var b = new Builder(from.text("name"));
    b.description = from.text("description");
    b.subjects = from.texts("subjects");
    b.retention = from.choice("retention", b.retention, Retention::of);
    b.maxConsumers = from.int32("max_consumers");
    b.maxMsgs = from.number("max_msgs");
    b.maxBytes = from.number("max_bytes");
    b.maxAge = from.number("max_age");
    b.maxMsgsPerSubject = from.number("max_msgs_per_subject");
    b.maxMsgSize = from.int32("max_msg_size");
    b.discard = from.choice("discard", b.discard, Discard::of);
    b.storage = from.choice("storage", b.storage, Storage::of);
    b.replicas = from.int32("num_replicas");
    b.noAck = from.flag("no_ack");
    b.duplicateWindow = from.number("duplicate_window");
    parseOrigins(from, b);
    b.compressed =
        from.choice(
            "compression",
            false,
            text ->
                switch (text) {
                  case "s2" -> true;
                  case "none" -> false;
                  default -> null;
                },
            _ -> "unknown compression algorithm");
    b.firstSeq = from.unsigned("first_seq");
    parseFeatures(from, b);
    return b.build();
  }

  private static void parseOrigins(JsonFields from, Builder b) throws JsonException {
    var placement = from.object("placement", "Placement");
    if (placement != null) {
      b.placement =
          new Placement(
              placement.text("cluster"), placement.texts("tags"), placement.text("preferred"));
    }
    var mirror = from.object("mirror", "StreamSource");
    if (mirror != null) {
      b.mirror = StreamSource.parse(mirror);
    }
    var sources = new ArrayList<StreamSource>();
    for (var source : from.objects("sources", "StreamSource")) {
      sources.add(source == null ? new StreamSource("") : StreamSource.parse(source));
    }
    b.sources = sources;
    var transform = from.object("subject_transform", "SubjectTransformConfig");
    if (transform != null) {
      b.subjectTransform = StreamSource.Transform.parse(transform);
    }
    var republish = from.object("republish", "RePublish");
    if (republish != null) {
      b.republish =
          new Republish(
              republish.text("src"), republish.text("dest"), republish.flag("headers_only"));
    }
  }

  private static void parseFeatures(JsonFields from, Builder b) throws JsonException {
    b.allowDirect = from.flag("allow_direct");
    b.mirrorDirect = from.flag("mirror_direct");
    b.discardNewPerSubject = from.flag("discard_new_per_subject");
    b.sealed = from.flag("sealed");
    b.denyDelete = from.flag("deny_delete");
    b.denyPurge = from.flag("deny_purge");
    b.allowRollup = from.flag("allow_rollup_hdrs");
    var limits = from.object("consumer_limits", "StreamConsumerLimits");
    if (limits != null) {
      b.consumerInactiveThreshold = limits.number("inactive_threshold");
      b.consumerMaxAckPending = limits.int32("max_ack_pending");
    }
    b.allowMsgTtl = from.flag("allow_msg_ttl");
    b.subjectDeleteMarkerTtl = from.number("subject_delete_marker_ttl");
    b.allowMsgCounter = from.flag("allow_msg_counter");
    b.allowAtomic = from.flag("allow_atomic");
    b.allowMsgSchedules = from.flag("allow_msg_schedules");
    b.persistAsync =
        from.choice(
            "persist_mode",
            false,
            text ->
                switch (text) {
                  case "async" -> true;
                  case "default", "" -> false;
                  default -> null;
                });
    b.allowBatched = from.flag("allow_batched");
    b.metadata = from.textMap("metadata");
  }

  /// Writes the fields, in nats-server's order, into the object that is open.
  public JsonWriter write(JsonWriter to) {
    to.put("name", name)
        .putIf("description", description)
        .putIf("subjects", subjects)
        .put("retention", retention.wire())
        .put("max_consumers", maxConsumers)
        .put("max_msgs", maxMsgs)
        .put("max_bytes", maxBytes)
        .put("max_age", maxAge)
        .put("max_msgs_per_subject", maxMsgsPerSubject)
        .putIf("max_msg_size", maxMsgSize)
        .put("discard", discard.wire())
        .put("storage", storage.wire())
        .put("num_replicas", replicas)
        .putIf("no_ack", noAck)
        .putIf("duplicate_window", duplicateWindow);
    writeOrigins(to);
    to.put("allow_direct", allowDirect)
        .put("mirror_direct", mirrorDirect)
        .putIf("discard_new_per_subject", discardNewPerSubject)
        .put("sealed", sealed)
        .put("deny_delete", denyDelete)
        .put("deny_purge", denyPurge)
        .put("allow_rollup_hdrs", allowRollup)
        .begin("consumer_limits")
        .putIf("inactive_threshold", consumerInactiveThreshold)
        .putIf("max_ack_pending", consumerMaxAckPending)
        .end()
        .put("allow_msg_ttl", allowMsgTtl)
        .putIf("subject_delete_marker_ttl", subjectDeleteMarkerTtl)
        .putIf("allow_msg_counter", allowMsgCounter)
        .putIf("allow_atomic", allowAtomic)
        .putIf("allow_msg_schedules", allowMsgSchedules)
        .putIf("persist_mode", persistAsync ? "async" : "")
        .putIf("allow_batched", allowBatched);
    JsonFields.putIf(to, "metadata", metadata);
    return to;
  }

  private void writeOrigins(JsonWriter to) {
    if (placement != null) {
      to.begin("placement")
          .putIf("cluster", placement.cluster)
          .putIf("tags", placement.tags)
          .putIf("preferred", placement.preferred)
          .end();
    }
    if (mirror != null) {
      mirror.write(to.begin("mirror")).end();
    }
    if (!sources.isEmpty()) {
      to.beginArray("sources");
      for (var source : sources) {
        source.write(to.begin()).end();
      }
      to.endArray();
    }
    to.put("compression", compressed ? "s2" : "none").putIf("first_seq", firstSeq);
    if (subjectTransform != null) {
      subjectTransform.write(to.begin("subject_transform")).end();
    }
    if (republish != null) {
      to.begin("republish")
          .putIf("src", republish.source)
          .put("dest", republish.destination)
          .putIf("headers_only", republish.headersOnly)
          .end();
    }
  }

  /// A document of its own, as checkpoints and log entries hold it.
  public byte[] json() {
    return write(JsonWriter.compact().begin()).end().bytes();
  }

  /// A builder that holds this configuration.
  public Builder change() {
    return new Builder(this);
  }

  /// The fields while a configuration is made; see the record for their meaning. What is not set is
  /// as in a request that leaves it out. One thread.
  public static final class Builder {
    public String name;
    public String description = "";
    public List<String> subjects = List.of();
    public Retention retention = Retention.LIMITS;
    public int maxConsumers;
    public long maxMsgs;
    public long maxBytes;
    public long maxAge;
    public long maxMsgsPerSubject;
    public int maxMsgSize;
    public Discard discard = Discard.OLD;
    public Storage storage = Storage.FILE;
    public int replicas;
    public boolean noAck;
    public long duplicateWindow;
    public @Nullable Placement placement;
    public @Nullable StreamSource mirror;
    public List<StreamSource> sources = List.of();
    public boolean compressed;
    public long firstSeq;
    public StreamSource.@Nullable Transform subjectTransform;
    public @Nullable Republish republish;
    public boolean allowDirect;
    public boolean mirrorDirect;
    public boolean discardNewPerSubject;
    public boolean sealed;
    public boolean denyDelete;
    public boolean denyPurge;
    public boolean allowRollup;
    public long consumerInactiveThreshold;
    public int consumerMaxAckPending;
    public boolean allowMsgTtl;
    public long subjectDeleteMarkerTtl;
    public boolean allowMsgCounter;
    public boolean allowAtomic;
    public boolean allowMsgSchedules;
    public boolean persistAsync;
    public boolean allowBatched;
    public Map<String, String> metadata = Map.of();

    public Builder(String name) {
      this.name = name;
    }

    private Builder(StreamConfig c) {
      name = c.name;
      description = c.description;
      subjects = c.subjects;
      retention = c.retention;
      maxConsumers = c.maxConsumers;
      maxMsgs = c.maxMsgs;
      maxBytes = c.maxBytes;
      maxAge = c.maxAge;
      maxMsgsPerSubject = c.maxMsgsPerSubject;
      maxMsgSize = c.maxMsgSize;
      discard = c.discard;
      storage = c.storage;
      replicas = c.replicas;
      noAck = c.noAck;
      duplicateWindow = c.duplicateWindow;
      placement = c.placement;
      mirror = c.mirror;
      sources = c.sources;
      compressed = c.compressed;
      firstSeq = c.firstSeq;
      subjectTransform = c.subjectTransform;
      republish = c.republish;
      allowDirect = c.allowDirect;
      mirrorDirect = c.mirrorDirect;
      discardNewPerSubject = c.discardNewPerSubject;
      sealed = c.sealed;
      denyDelete = c.denyDelete;
      denyPurge = c.denyPurge;
      allowRollup = c.allowRollup;
      consumerInactiveThreshold = c.consumerInactiveThreshold;
      consumerMaxAckPending = c.consumerMaxAckPending;
      allowMsgTtl = c.allowMsgTtl;
      subjectDeleteMarkerTtl = c.subjectDeleteMarkerTtl;
      allowMsgCounter = c.allowMsgCounter;
      allowAtomic = c.allowAtomic;
      allowMsgSchedules = c.allowMsgSchedules;
      persistAsync = c.persistAsync;
      allowBatched = c.allowBatched;
      metadata = c.metadata;
    }

    public StreamConfig build() {
      return new StreamConfig(this);
    }
  }
}

package io.frond.consumer;

import io.frond.json.JsonException;
import io.frond.json.JsonFields;
import io.frond.json.JsonObject;
import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import io.frond.store.SubjectFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A consumer's configuration: the fields of nats-server 2.14 (ADR-13, 15, 34, 42, 44, 60).
/// Immutable; make one with a [Builder]. Two are equal when all fields are.
///
/// Durations are nanoseconds. 0 is unset; [ConsumerDefaults#apply] puts in the defaults.
///
/// @param durable its name, when it stays without anyone using it
/// @param maxDeliver -1 for no limit
/// @param backoff waits for acknowledgements of the first, second, … delivery, instead of `ackWait`
/// @param rateLimit bits a second
/// @param sampleFrequency percent of acknowledgements that are reported, `"30"` or `"30%"`
/// @param maxWaiting pull requests that wait
/// @param maxAckPending -1 for no limit
/// @param maxBatch of a pull request, as the next two; 0 for no limit
/// @param deliverSubject empty for a pull consumer
/// @param direct an inner consumer without state on disk
/// @param sourcing feeds a mirror or a source (ADR-60)
/// @param metadata sorted by name
/// @param priorityTimeout how long a pinned client may be silent
public record ConsumerConfig(
    String durable,
    String name,
    String description,
    DeliverPolicy deliverPolicy,
    long optStartSeq,
    @Nullable Instant optStartTime,
    AckPolicy ackPolicy,
    long ackWait,
    long maxDeliver,
    List<Long> backoff,
    String filterSubject,
    List<String> filterSubjects,
    ReplayPolicy replayPolicy,
    long rateLimit,
    String sampleFrequency,
    long maxWaiting,
    long maxAckPending,
    boolean flowControl,
    boolean headersOnly,
    long maxBatch,
    long maxExpires,
    long maxBytes,
    String deliverSubject,
    String deliverGroup,
    long idleHeartbeat,
    long inactiveThreshold,
    int replicas,
    boolean memoryStorage,
    boolean direct,
    boolean sourcing,
    SortedMap<String, String> metadata,
    @Nullable Instant pauseUntil,
    List<String> priorityGroups,
    PriorityPolicy priorityPolicy,
    long priorityTimeout) {

  private ConsumerConfig(Builder b) {
    this(
        b.durable,
        b.name,
        b.description,
        b.deliverPolicy,
        b.optStartSeq,
        b.optStartTime,
        b.ackPolicy,
        b.ackWait,
        b.maxDeliver,
        List.copyOf(b.backoff),
        b.filterSubject,
        List.copyOf(b.filterSubjects),
        b.replayPolicy,
        b.rateLimit,
        b.sampleFrequency,
        b.maxWaiting,
        b.maxAckPending,
        b.flowControl,
        b.headersOnly,
        b.maxBatch,
        b.maxExpires,
        b.maxBytes,
        b.deliverSubject,
        b.deliverGroup,
        b.idleHeartbeat,
        b.inactiveThreshold,
        b.replicas,
        b.memoryStorage,
        b.direct,
        b.sourcing,
        Collections.unmodifiableSortedMap(new TreeMap<>(b.metadata)),
        b.pauseUntil,
        List.copyOf(b.priorityGroups),
        b.priorityPolicy,
        b.priorityTimeout);
  }

  /// Reads a configuration as a request has it; nothing is checked but the types.
  ///
  /// @throws JsonException when a field has the wrong type
  public static ConsumerConfig parse(JsonObject from) throws JsonException {
    return parse(new JsonFields(from, "ConsumerConfig"));
  }

  /// As [#parse(JsonObject)]; what the object has more than a configuration's fields is in
  /// [JsonFields#unknown] afterwards.
  public static ConsumerConfig parse(JsonFields from) throws JsonException {
    var b = new Builder();
    b.durable = from.text("durable_name");
    b.name = from.text("name");
    b.description = from.text("description");
    b.deliverPolicy = from.choice("deliver_policy", b.deliverPolicy, DeliverPolicy::of);
    b.optStartSeq = from.unsigned("opt_start_seq");
    b.optStartTime = from.time("opt_start_time");
    b.ackPolicy = from.choice("ack_policy", b.ackPolicy, AckPolicy::of);
    b.ackWait = from.number("ack_wait");
    b.maxDeliver = from.number("max_deliver", Long.MIN_VALUE, Long.MAX_VALUE, "int");
    b.backoff = from.numbers("backoff");
    b.filterSubject = from.text("filter_subject");
    b.filterSubjects = from.texts("filter_subjects");
    b.replayPolicy = from.choice("replay_policy", b.replayPolicy, ReplayPolicy::of);
    b.rateLimit = from.unsigned("rate_limit_bps");
    b.sampleFrequency = from.text("sample_freq");
    b.maxWaiting = from.number("max_waiting", Long.MIN_VALUE, Long.MAX_VALUE, "int");
    b.maxAckPending = from.number("max_ack_pending", Long.MIN_VALUE, Long.MAX_VALUE, "int");
    b.flowControl = from.flag("flow_control");
    b.headersOnly = from.flag("headers_only");
    b.maxBatch = from.number("max_batch", Long.MIN_VALUE, Long.MAX_VALUE, "int");
    b.maxExpires = from.number("max_expires");
    b.maxBytes = from.number("max_bytes", Long.MIN_VALUE, Long.MAX_VALUE, "int");
    b.deliverSubject = from.text("deliver_subject");
    b.deliverGroup = from.text("deliver_group");
    b.idleHeartbeat = from.number("idle_heartbeat");
    b.inactiveThreshold = from.number("inactive_threshold");
    b.replicas = (int) from.number("num_replicas", Integer.MIN_VALUE, Integer.MAX_VALUE, "int");
    b.memoryStorage = from.flag("mem_storage");
    b.direct = from.flag("direct");
    b.sourcing = from.flag("sourcing");
    b.metadata = from.textMap("metadata");
    b.pauseUntil = from.time("pause_until");
    b.priorityGroups = from.texts("priority_groups");
    b.priorityPolicy =
        from.choice("priority_policy", b.priorityPolicy, PriorityPolicy::of, "priority policy");
    b.priorityTimeout = from.number("priority_timeout");
    return b.build();
  }

  /// Writes the fields, in nats-server's order, into the object that is open.
  public JsonWriter write(JsonWriter to) {
    to.putIf("durable_name", durable);
    to.putIf("name", name);
    to.putIf("description", description);
    to.put("deliver_policy", deliverPolicy.wire());
    to.putIf("opt_start_seq", optStartSeq);
    if (optStartTime != null) {
      to.put("opt_start_time", JsonTime.of(optStartTime));
    }
    to.put("ack_policy", ackPolicy.wire());
    to.putIf("ack_wait", ackWait);
    to.putIf("max_deliver", maxDeliver);
    to.putNumbersIf("backoff", backoff);
    to.putIf("filter_subject", filterSubject);
    to.putIf("filter_subjects", filterSubjects);
    to.put("replay_policy", replayPolicy.wire());
    to.putIf("rate_limit_bps", rateLimit);
    to.putIf("sample_freq", sampleFrequency);
    to.putIf("max_waiting", maxWaiting);
    to.putIf("max_ack_pending", maxAckPending);
    to.putIf("flow_control", flowControl);
    to.putIf("headers_only", headersOnly);
    to.putIf("max_batch", maxBatch);
    to.putIf("max_expires", maxExpires);
    to.putIf("max_bytes", maxBytes);
    to.putIf("deliver_subject", deliverSubject);
    to.putIf("deliver_group", deliverGroup);
    to.putIf("idle_heartbeat", idleHeartbeat);
    to.putIf("inactive_threshold", inactiveThreshold);
    to.put("num_replicas", replicas);
    to.putIf("mem_storage", memoryStorage);
    to.putIf("direct", direct);
    to.putIf("sourcing", sourcing);
    JsonFields.putIf(to, "metadata", metadata);
    if (pauseUntil != null) {
      to.put("pause_until", JsonTime.of(pauseUntil));
    }
    to.putIf("priority_groups", priorityGroups);
    to.putIf("priority_policy", priorityPolicy == PriorityPolicy.NONE ? "" : priorityPolicy.wire());
    to.putIf("priority_timeout", priorityTimeout);
    return to;
  }

  /// A document of its own, as checkpoints and log entries hold it.
  public byte[] json() {
    return write(JsonWriter.compact().begin()).end().bytes();
  }

  /// Whether it stays without anyone using it.
  public boolean isDurable() {
    return !durable.isEmpty();
  }

  /// Whether messages go to a subject of its own, without being asked for.
  public boolean isPush() {
    return !deliverSubject.isEmpty();
  }

  /// The subjects of both fields; empty for all.
  public List<String> filters() {
    if (filterSubject.isEmpty()) {
      return filterSubjects;
    }
    var all = new ArrayList<String>();
    all.add(filterSubject);
    all.addAll(filterSubjects);
    return all;
  }

  /// What [#filters] match.
  public SubjectFilter filter() {
    return SubjectFilter.of(filters());
  }

  /// A builder that holds this configuration.
  public Builder change() {
    return new Builder(this);
  }

  /// The fields while a configuration is made; see the record for their meaning. What is not set is
  /// as in a request that leaves it out. One thread.
  public static final class Builder {
    public String durable = "";
    public String name = "";
    public String description = "";
    public DeliverPolicy deliverPolicy = DeliverPolicy.ALL;
    public long optStartSeq;
    public @Nullable Instant optStartTime;
    public AckPolicy ackPolicy = AckPolicy.NONE;
    public long ackWait;
    public long maxDeliver;
    public List<Long> backoff = List.of();
    public String filterSubject = "";
    public List<String> filterSubjects = List.of();
    public ReplayPolicy replayPolicy = ReplayPolicy.INSTANT;
    public long rateLimit;
    public String sampleFrequency = "";
    public long maxWaiting;
    public long maxAckPending;
    public boolean flowControl;
    public boolean headersOnly;
    public long maxBatch;
    public long maxExpires;
    public long maxBytes;
    public String deliverSubject = "";
    public String deliverGroup = "";
    public long idleHeartbeat;
    public long inactiveThreshold;
    public int replicas;
    public boolean memoryStorage;
    public boolean direct;
    public boolean sourcing;
    public Map<String, String> metadata = Map.of();
    public @Nullable Instant pauseUntil;
    public List<String> priorityGroups = List.of();
    public PriorityPolicy priorityPolicy = PriorityPolicy.NONE;
    public long priorityTimeout;

    public Builder() {}

    private Builder(ConsumerConfig c) {
      durable = c.durable;
      name = c.name;
      description = c.description;
      deliverPolicy = c.deliverPolicy;
      optStartSeq = c.optStartSeq;
      optStartTime = c.optStartTime;
      ackPolicy = c.ackPolicy;
      ackWait = c.ackWait;
      maxDeliver = c.maxDeliver;
      backoff = c.backoff;
      filterSubject = c.filterSubject;
      filterSubjects = c.filterSubjects;
      replayPolicy = c.replayPolicy;
      rateLimit = c.rateLimit;
      sampleFrequency = c.sampleFrequency;
      maxWaiting = c.maxWaiting;
      maxAckPending = c.maxAckPending;
      flowControl = c.flowControl;
      headersOnly = c.headersOnly;
      maxBatch = c.maxBatch;
      maxExpires = c.maxExpires;
      maxBytes = c.maxBytes;
      deliverSubject = c.deliverSubject;
      deliverGroup = c.deliverGroup;
      idleHeartbeat = c.idleHeartbeat;
      inactiveThreshold = c.inactiveThreshold;
      replicas = c.replicas;
      memoryStorage = c.memoryStorage;
      direct = c.direct;
      sourcing = c.sourcing;
      metadata = c.metadata;
      pauseUntil = c.pauseUntil;
      priorityGroups = c.priorityGroups;
      priorityPolicy = c.priorityPolicy;
      priorityTimeout = c.priorityTimeout;
    }

    public ConsumerConfig build() {
      return new ConsumerConfig(this);
    }
  }
}

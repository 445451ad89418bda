package io.frond.stream;

import static io.frond.stream.ApiErrorCode.MIRROR_WITH_SUBJECTS;
import static io.frond.stream.ApiErrorCode.PEDANTIC;
import static io.frond.stream.ApiErrorCode.REPLICAS_COUNT_CANNOT_BE_NEGATIVE;
import static io.frond.stream.ApiErrorCode.STREAM_INVALID_CONFIG;
import static io.frond.stream.ApiErrorCode.STREAM_MAX_BYTES_REQUIRED;
import static io.frond.stream.ApiErrorCode.STREAM_MAX_STREAM_BYTES_EXCEEDED;
import static io.frond.stream.ApiErrorCode.STREAM_TRANSFORM_INVALID_DESTINATION;
import static io.frond.stream.ApiErrorCode.STREAM_TRANSFORM_INVALID_SOURCE;

import io.frond.subject.SubjectTransform;
import io.frond.subject.Subjects;
import io.frond.subject.TransformException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a stream's configuration must be, and what is put in where nothing was said: nats-server's
/// checks in its order, since the first failure is what is answered. One use.
public final class StreamRules {
  public static final int NAME_LENGTH_MAX = 255;
  public static final int DESCRIPTION_LENGTH_MAX = 4 * 1024;
  public static final int METADATA_LENGTH_MAX = 128 * 1024;
  public static final int REPLICAS_MAX = 5;

  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long WINDOW_DEFAULT = 120 * SECOND;
  private static final long SHORTEST = 100 * MILLI;

  private final StreamConfig.Builder b;
  private final StreamLimits limits;
  private final Function<String, @Nullable StreamConfig> streams;
  private final boolean pedantic;

  private StreamRules(
      StreamConfig asked,
      StreamLimits limits,
      Function<String, @Nullable StreamConfig> streams,
      boolean pedantic) {
    this.limits = limits;
    this.streams = streams;
    this.pedantic = pedantic;
    b = asked.change();
  }

  /// Checks a configuration and completes it.
  ///
  /// @param streams finds the account's other streams by name
  /// @param pedantic refuses where a value would be changed silently
  /// @return the configuration to use
  public static StreamConfig check(
      StreamConfig asked,
      StreamLimits limits,
      Function<String, @Nullable StreamConfig> streams,
      boolean pedantic)
      throws ApiException {
    return new StreamRules(asked, limits, streams, pedantic).check();
  }

  /// Whether a stream or consumer may be called so.
  public static boolean isValidName(String name) {
    if (name.isEmpty()) {
      return false;
    }
    for (var i = 0; i < name.length(); i++) {
      if (" \t\r\n\f.*>\\/".indexOf(name.charAt(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  /// Whether two lists of subjects have literal subjects in common.
  public static boolean overlap(List<String> subjects, List<String> others) {
    for (var one : subjects) {
      for (var other : others) {
        if (Subjects.collide(one, other)) {
          return true;
        }
      }
    }
    return false;
  }

  static ApiException invalid(String text) {
    return new ApiException(STREAM_INVALID_CONFIG, text);
  }

  static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private StreamConfig check() throws ApiException {
    texts();
    replicas();
    numbers();
    ages();
    features();
    new OriginRules(b, streams, pedantic).check();
    subjects();
    bytes();
    transforms();
    placement();
    if (b.replicas > 1 && !limits.clustered()) {
      throw new ApiException(ApiErrorCode.STREAM_REPLICAS_NOT_SUPPORTED);
    }
    return b.build();
  }

  private void texts() throws ApiException {
    if (!isValidName(b.name)) {
      throw invalid("stream name is required and can not contain '.', '*', '>', '\\', '/'");
    }
    if (bytes(b.name) > NAME_LENGTH_MAX) {
      throw invalid("stream name is too long, maximum allowed is " + NAME_LENGTH_MAX);
    }
    if (bytes(b.description) > DESCRIPTION_LENGTH_MAX) {
      throw invalid("stream description is too long, maximum allowed is " + DESCRIPTION_LENGTH_MAX);
    }
    var length = 0L;
    for (var entry : b.metadata.entrySet()) {
      length += bytes(entry.getKey()) + bytes(entry.getValue());
    }
    if (length > METADATA_LENGTH_MAX) {
      throw invalid("stream metadata exceeds maximum size of " + METADATA_LENGTH_MAX + " bytes");
    }
  }

  private void replicas() throws ApiException {
    if (b.replicas == 0) {
      b.replicas = 1;
    }
    if (b.replicas > REPLICAS_MAX) {
      throw invalid("maximum replicas is " + REPLICAS_MAX);
    }
    if (b.replicas < 0) {
      throw new ApiException(REPLICAS_COUNT_CANNOT_BE_NEGATIVE);
    }
  }

  private void numbers() throws ApiException {
    b.maxMsgs = limit("max_msgs", b.maxMsgs);
    b.maxMsgsPerSubject = limit("max_msgs_per_subject", b.maxMsgsPerSubject);
    b.maxBytes = limit("max_bytes", b.maxBytes);
    b.maxMsgSize = (int) limit("max_msg_size", b.maxMsgSize);
    b.maxConsumers = (int) limit("max_consumers", b.maxConsumers);
  }

  private long limit(String name, long value) throws ApiException {
    if (pedantic && value < -1) {
      throw new ApiException(PEDANTIC, name + " must be set to -1");
    }
    return value > 0 ? value : -1;
  }

  private void ages() throws ApiException {
    if (b.maxAge < 0) {
      throw invalid("max age can not be negative");
    }
    if (b.maxAge != 0 && b.maxAge < SHORTEST) {
      throw invalid("max age needs to be >= 100ms");
    }
    if (b.duplicateWindow == 0 && b.mirror == null && b.sources.isEmpty()) {
      b.duplicateWindow = defaultWindow();
    }
    if (b.duplicateWindow < 0) {
      throw invalid("duplicates window can not be negative");
    }
    if (b.maxAge != 0 && b.duplicateWindow > b.maxAge) {
      throw invalid("duplicates window can not be larger then max age");
    }
    var max = limits.duplicateWindowMax();
    if (max > 0 && b.duplicateWindow > max) {
      throw invalid(
          "duplicates window can not be larger then server limit of " + GoDuration.of(max));
    }
    if (b.duplicateWindow > 0 && b.duplicateWindow < SHORTEST) {
      throw invalid("duplicates window needs to be >= 100ms");
    }
  }

  private long defaultWindow() throws ApiException {
    var window = WINDOW_DEFAULT;
    if (limits.duplicateWindowMax() > 0 && window > limits.duplicateWindowMax()) {
      if (pedantic) {
        throw new ApiException(PEDANTIC, "duplicate window limits are higher than current limits");
      }
      window = limits.duplicateWindowMax();
    }
    if (b.maxAge != 0 && b.maxAge < window) {
      if (pedantic) {
        throw new ApiException(PEDANTIC, "duplicate window cannot be bigger than max age");
      }
      window = b.maxAge;
    }
    return window;
  }

  private void features() throws ApiException {
    if (b.denyPurge && b.allowRollup) {
      throw invalid("roll-ups require the purge permission");
    }
    if (b.allowMsgCounter) {
      counters();
    }
    discardNewPerSubject();
    if (b.subjectDeleteMarkerTtl != 0) {
      markers();
    }
    if (b.allowMsgSchedules) {
      if (b.discard == Discard.NEW) {
        throw invalid("message scheduling cannot use discard new");
      }
      rollupFor("message scheduling cannot be set if roll-ups are disabled");
    }
    if (b.persistAsync) {
      async();
    }
  }

  private void counters() throws ApiException {
    if (b.discard == Discard.NEW) {
      throw invalid("counter stream cannot use discard new");
    }
    if (b.allowMsgTtl) {
      throw invalid("counter stream cannot use message TTLs");
    }
    if (b.allowMsgSchedules) {
      throw invalid("counter stream cannot use message schedules");
    }
    if (b.retention != Retention.LIMITS) {
      throw invalid("counter stream can only use limits retention");
    }
  }

  private void discardNewPerSubject() throws ApiException {
    if (b.discardNewPerSubject) {
      if (b.discard != Discard.NEW) {
        throw invalid("discard new per subject requires discard new policy to be set");
      }
      if (b.maxMsgsPerSubject <= 0) {
        throw invalid("discard new per subject requires max msgs per subject > 0");
      }
    }
  }

  private void markers() throws ApiException {
    if (b.subjectDeleteMarkerTtl < 0) {
      throw invalid("subject delete marker TTL must not be negative");
    }
    if (b.subjectDeleteMarkerTtl < SECOND) {
      throw invalid("subject delete marker TTL must be at least 1 second");
    }
    if (!b.allowMsgTtl) {
      if (pedantic) {
        throw invalid("subject delete marker cannot be set if message TTLs are disabled");
      }
      b.allowMsgTtl = true;
    }
    rollupFor("subject delete marker cannot be set if roll-ups are disabled");
  }

  private void rollupFor(String refusal) throws ApiException {
    if (!b.allowRollup) {
      if (pedantic) {
        throw invalid(refusal);
      }
      b.allowRollup = true;
      b.denyPurge = false;
    }
  }

  private void async() throws ApiException {
    if (b.storage != Storage.FILE) {
      throw invalid("async persist mode is only supported on file storage");
    }
    if (b.replicas > 1) {
      throw invalid("async persist mode is not supported on replicated streams");
    }
    if (b.allowAtomic) {
      throw invalid("async persist mode is not supported with atomic batch publish");
    }
  }

  private void subjects() throws ApiException {
    if (b.subjects.isEmpty()) {
      if (b.mirror == null && b.sources.isEmpty()) {
        b.subjects = List.of(b.name);
      }
      return;
    }
    if (b.mirror != null) {
      throw new ApiException(MIRROR_WITH_SUBJECTS);
    }
    var seen = new HashSet<String>();
    for (var i = 0; i < b.subjects.size(); i++) {
      subject(b.subjects.get(i), seen);
      for (var other : b.subjects.subList(i + 1, b.subjects.size())) {
        if (Subjects.collide(other, b.subjects.get(i))) {
          throw invalid("subject \"" + b.subjects.get(i) + "\" overlaps with \"" + other + "\"");
        }
      }
    }
  }

  private void subject(String subject, Set<String> seen) throws ApiException {
    if (!Subjects.isValid(subject)) {
      throw invalid("invalid subject");
    }
    if (!seen.add(subject)) {
      throw invalid("duplicate subjects detected");
    }
    if (subject.equals(">")) {
      if (!b.noAck) {
        throw invalid("capturing all subjects requires no-ack to be true");
      }
      if (b.replicas != 1) {
        throw invalid("capturing all subjects requires replicas of 1");
      }
    }
    if (b.noAck) {
      return;
    }
    for (var api : List.of("$JS.>", "$JSC.>", "$NRG.>")) {
      if (Subjects.collide(subject, api) && !Subjects.isSubset(subject, "$JS.EVENT.>")) {
        throw invalid("subjects that overlap with jetstream api require no-ack to be true");
      }
    }
    if (Subjects.collide(subject, "$SYS.>") && !Subjects.isSubset(subject, "$SYS.ACCOUNT.>")) {
      throw invalid("subjects that overlap with system api require no-ack to be true");
    }
  }

  private void bytes() throws ApiException {
    var max =
        b.storage == Storage.MEMORY ? limits.memoryStreamBytesMax() : limits.fileStreamBytesMax();
    if (limits.maxBytesRequired() && b.maxBytes <= 0) {
      throw new ApiException(STREAM_MAX_BYTES_REQUIRED);
    }
    if (max > 0 && b.maxBytes > max) {
      throw new ApiException(STREAM_MAX_STREAM_BYTES_EXCEEDED);
    }
  }

  private void transforms() throws ApiException {
    var transform = b.subjectTransform;
    if (transform != null) {
      if (!transform.source().isEmpty() && !Subjects.isValid(transform.source())) {
        throw new ApiException(
            STREAM_TRANSFORM_INVALID_SOURCE, "invalid subject " + transform.source());
      }
      try {
        SubjectTransform.validate(transform.source(), transform.destination());
      } catch (TransformException e) {
        throw new ApiException(STREAM_TRANSFORM_INVALID_DESTINATION, e.text());
      }
    }
    if (b.republish != null) {
      republish(b.republish);
    }
  }

  private void republish(StreamConfig.Republish republish) throws ApiException {
    var source = republish.source();
    var destination = republish.destination();
    if (source.isEmpty()) {
      if (pedantic) {
        throw new ApiException(PEDANTIC, "republish source can not be empty");
      }
      source = ">";
    }
    var transform = b.subjectTransform;
    if (destination.equals(">")
        && source.equals(">")
        && transform != null
        && b.subjects.size() == 1
        && transform.source().equals(b.subjects.getFirst())) {
      if (pedantic) {
        throw new ApiException(PEDANTIC, "implicit republish based on subject transform");
      }
      source = transform.destination();
      destination = source;
    }
    for (var subject : b.subjects) {
      if (Subjects.collide(destination, subject)) {
        throw invalid("stream configuration for republish destination forms a cycle");
      }
    }
    try {
      SubjectTransform.of(source, destination);
    } catch (TransformException e) {
      throw invalid(
          "stream configuration for republish with transform from '"
              + source
              + "' to '"
              + destination
              + "' not valid");
    }
    b.republish = new StreamConfig.Republish(source, destination, republish.headersOnly());
  }

  private void placement() throws ApiException {
    var placement = b.placement;
    if (placement == null) {
      return;
    }
    if (!placement.preferred().isEmpty()) {
      throw invalid("preferred server not permitted in placement");
    }
    if (placement.cluster().isEmpty() && placement.tags().isEmpty()) {
      b.placement = null;
    }
  }

  /// Checks a request to create a stream, before and beside what [#check] does.
  public static void checkCreate(StreamConfig asked) throws ApiException {
    if (asked.sealed()) {
      throw invalid("stream configuration for create can not be sealed");
    }
    if (asked.mirrorDirect() && asked.mirror() == null) {
      throw invalid("stream has no mirror but does have mirror direct");
    }
  }

  /// Checks a change, like [#check] and beside it; what a stream that becomes sealed must be is put
  /// in. Limits of the account and consumers' limits are the caller's matter.
  public static StreamConfig checkUpdate(
      StreamConfig old,
      StreamConfig asked,
      StreamLimits limits,
      Function<String, @Nullable StreamConfig> streams,
      boolean pedantic)
      throws ApiException {
    var rules = new StreamRules(asked, limits, streams, pedantic);
    var checked = rules.check();
    rules.change(old, checked);
    if (!checked.sealed()) {
      return checked;
    }
    var b = checked.change();
    b.maxAge = 0;
    b.discard = Discard.NEW;
    b.denyDelete = true;
    b.denyPurge = true;
    b.allowRollup = false;
    return b.build();
  }

  private void change(StreamConfig old, StreamConfig now) throws ApiException {
    if (!now.name().equals(old.name())) {
      throw invalid("stream configuration name must match original");
    }
    if (now.storage() != old.storage()) {
      throw invalid("stream configuration update can not change storage type");
    }
    if (now.retention() != old.retention()
        && (old.retention() == Retention.WORK_QUEUE || now.retention() == Retention.WORK_QUEUE)) {
      throw invalid(
          "stream configuration update can not change retention policy to/from workqueue");
    }
    if (old.sealed() && !now.sealed()) {
      throw invalid("stream configuration update can not unseal a sealed stream");
    }
    if (old.denyDelete() && !now.denyDelete()) {
      throw invalid("stream configuration update can not cancel deny message deletes");
    }
    if (old.denyPurge() && !now.denyPurge()) {
      throw invalid("stream configuration update can not cancel deny purge");
    }
    if (now.mirror() != null && !now.mirror().equals(old.mirror())) {
      throw new ApiException(ApiErrorCode.STREAM_MIRROR_NOT_UPDATABLE);
    }
    if (old.allowMsgTtl() && !now.allowMsgTtl()) {
      throw invalid("message TTL status can not be disabled");
    }
    if (now.allowMsgCounter() != old.allowMsgCounter()) {
      throw invalid("stream configuration update can not change message counter setting");
    }
    if (old.allowMsgSchedules() && !now.allowMsgSchedules()) {
      throw invalid("message schedules can not be disabled");
    }
    if (old.persistAsync() != now.persistAsync()) {
      throw invalid("stream configuration update can not change persist mode");
    }
  }
}

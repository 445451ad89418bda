package io.frond.stream;

import io.frond.json.JsonException;
import io.frond.json.JsonFields;
import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Where a mirror or a stream with sources gets messages from.
///
/// @param name of the origin stream
/// @param optStartSeq where to begin, 0 for unset
/// @param filterSubject empty for all
/// @param consumer a durable consumer at the origin to use, instead of one of our own
public record StreamSource(
    String name,
    long optStartSeq,
    @Nullable Instant optStartTime,
    String filterSubject,
    List<Transform> subjectTransforms,
    @Nullable External external,
    @Nullable ConsumerAt consumer) {

  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int HASH_LENGTH = 8;

  public StreamSource {
    subjectTransforms = List.copyOf(subjectTransforms);
  }

  /// All of a stream of the same account.
  public StreamSource(String name) {
    this(name, 0, null, "", List.of(), null, null);
  }

  /// Messages whose subject matches `source` come under the subject that `destination` makes.
  ///
  /// @param source empty for all
  /// @param destination empty for "as it is"
  public record Transform(String source, String destination) {
    static Transform parse(JsonFields from) throws JsonException {
      return new Transform(from.text("src"), from.text("dest"));
    }

    JsonWriter write(JsonWriter to) {
      return to.put("src", source).put("dest", destination);
    }
  }

  /// A stream of another account or domain.
  ///
  /// @param api the API's prefix as it is seen here, instead of `$JS.API`
  /// @param deliver prefix of the subjects that messages are delivered to, empty for ours
  public record External(String api, String deliver) {}

  /// A consumer that exists at the origin.
  public record ConsumerAt(String name, String deliverSubject) {}

  /// The origin's name as `Nats-Stream-Source` and nats-server's index have it: with a hash of the
  /// API prefix when it is in another account or domain.
  String originName() {
    return external == null ? name : name + ":" + hash(external.api);
  }

  /// What tells this source from the stream's others: origin, filters and destinations.
  String indexName() {
    var from = new StringJoiner("\f");
    var to = new StringJoiner("\f");
    if (subjectTransforms.isEmpty()) {
      from.add(orAll(filterSubject));
      to.add(">");
    }
    for (var transform : subjectTransforms) {
      from.add(orAll(transform.source));
      to.add(orAll(transform.destination));
    }
    var at = consumer == null ? "" : ":C=" + hash(consumer.name);
    return originName() + at + " " + from + " " + to;
  }

  private static String orAll(String subject) {
    return subject.isEmpty() ? ">" : subject;
  }

  static String hash(String text) {
    try {
      var sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      var hash = new StringBuilder(HASH_LENGTH);
      for (var i = 0; i < HASH_LENGTH; i++) {
        hash.append(DIGITS.charAt((sum[i] & 0xff) % DIGITS.length()));
      }
      return hash.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static StreamSource parse(JsonFields from) throws JsonException {
    var transforms = new ArrayList<Transform>();
    for (var one : from.objects("subject_transforms", "SubjectTransformConfig")) {
      transforms.add(one == null ? new Transform("", "") : Transform.parse(one));
    }
    var external = from.object("external", "ExternalStream");
    var consumer = from.object("consumer", "StreamConsumerSource");
    return new StreamSource(
        from.text("name"),
        from.unsigned("opt_start_seq"),
        from.time("opt_start_time"),
        from.text("filter_subject"),
        transforms,
        external == null ? null : new External(external.text("api"), external.text("deliver")),
        consumer == null
            ? null
            : new ConsumerAt(consumer.text("name"), consumer.text("deliver_subject")));
  }

  /// Writes the fields of the object that is open.
  JsonWriter write(JsonWriter to) {
    to.put("name", name).putIf("opt_start_seq", optStartSeq);
    if (optStartTime != null) {
      to.put("opt_start_time", JsonTime.of(optStartTime));
    }
    to.putIf("filter_subject", filterSubject);
    writeTransforms(to);
    writeExternal(to);
    if (consumer != null) {
      to.begin("consumer")
          .putIf("name", consumer.name)
          .putIf("deliver_subject", consumer.deliverSubject)
          .end();
    }
    return to;
  }

  void writeExternal(JsonWriter to) {
    if (external != null) {
      to.begin("external").put("api", external.api).put("deliver", external.deliver).end();
    }
  }

  void writeTransforms(JsonWriter to) {
    if (!subjectTransforms.isEmpty()) {
      to.beginArray("subject_transforms");
      for (var transform : subjectTransforms) {
        transform.write(to.begin()).end();
      }
      to.endArray();
    }
  }
}

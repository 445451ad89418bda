package io.frond.stream;

import static io.frond.stream.ApiErrorCode.MIRROR_DURABLE_CONSUMER_CFG_INVALID;
import static io.frond.stream.ApiErrorCode.MIRROR_INVALID_STREAM_NAME;
import static io.frond.stream.ApiErrorCode.MIRROR_INVALID_SUBJECT_FILTER;
import static io.frond.stream.ApiErrorCode.MIRROR_INVALID_TRANSFORM_DESTINATION;
import static io.frond.stream.ApiErrorCode.MIRROR_MAX_MESSAGE_SIZE_TOO_BIG;
import static io.frond.stream.ApiErrorCode.MIRROR_MULTIPLE_FILTERS_NOT_ALLOWED;
import static io.frond.stream.ApiErrorCode.MIRROR_OVERLAPPING_SUBJECT_FILTERS;
import static io.frond.stream.ApiErrorCode.MIRROR_WITH_ATOMIC_PUBLISH;
import static io.frond.stream.ApiErrorCode.MIRROR_WITH_BATCH_PUBLISH;
import static io.frond.stream.ApiErrorCode.MIRROR_WITH_COUNTERS;
import static io.frond.stream.ApiErrorCode.MIRROR_WITH_FIRST_SEQ;
import static io.frond.stream.ApiErrorCode.MIRROR_WITH_MSG_SCHEDULES;
import static io.frond.stream.ApiErrorCode.MIRROR_WITH_SOURCES;
import static io.frond.stream.ApiErrorCode.MIRROR_WITH_SUBJECTS;
import static io.frond.stream.ApiErrorCode.PEDANTIC;
import static io.frond.stream.ApiErrorCode.SOURCE_DUPLICATE_DETECTED;
import static io.frond.stream.ApiErrorCode.SOURCE_DURABLE_CONSUMER_CFG_INVALID;
import static io.frond.stream.ApiErrorCode.SOURCE_DURABLE_CONSUMER_DUPLICATE_DETECTED;
import static io.frond.stream.ApiErrorCode.SOURCE_INVALID_STREAM_NAME;
import static io.frond.stream.ApiErrorCode.SOURCE_INVALID_SUBJECT_FILTER;
import static io.frond.stream.ApiErrorCode.SOURCE_INVALID_TRANSFORM_DESTINATION;
import static io.frond.stream.ApiErrorCode.SOURCE_MAX_MESSAGE_SIZE_TOO_BIG;
import static io.frond.stream.ApiErrorCode.SOURCE_MULTIPLE_FILTERS_NOT_ALLOWED;
import static io.frond.stream.ApiErrorCode.SOURCE_OVERLAPPING_SUBJECT_FILTERS;
import static io.frond.stream.ApiErrorCode.SOURCE_WITH_MSG_SCHEDULES;
import static io.frond.stream.ApiErrorCode.STREAM_CREATE;
import static io.frond.stream.ApiErrorCode.STREAM_EXTERNAL_API_OVERLAP;
import static io.frond.stream.ApiErrorCode.STREAM_EXTERNAL_DEL_PREFIX_OVERLAPS;
import static io.frond.stream.ApiErrorCode.STREAM_INVALID_EXTERNAL_DELIVERY_SUBJ;
import static io.frond.stream.StreamRules.invalid;

import io.frond.subject.SubjectTransform;
import io.frond.subject.Subjects;
import io.frond.subject.TransformException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The part of [StreamRules] that is about mirrors and sources. One use.
final class OriginRules {
  private static final String API = "$JS.API";

  private final StreamConfig.Builder b;
  private final Function<String, @Nullable StreamConfig> streams;
  private final boolean pedantic;
  private final List<String> originSubjects = new ArrayList<>();
  private final List<String> deliverPrefixes = new ArrayList<>();
  private final List<String> apiPrefixes = new ArrayList<>();

  OriginRules(
      StreamConfig.Builder b, Function<String, @Nullable StreamConfig> streams, boolean pedantic) {
    this.b = b;
    this.streams = streams;
    this.pedantic = pedantic;
  }

  void check() throws ApiException {
    if (b.mirror != null) {
      mirror(b.mirror);
    }
    if (!b.sources.isEmpty() && b.allowMsgSchedules) {
      throw new ApiException(SOURCE_WITH_MSG_SCHEDULES);
    }
    sources();
    prefixes();
    cycles();
  }

  private void mirror(StreamSource mirror) throws ApiException {
    whatNoMirrorHas();
    if (mirror.consumer() != null && !isUsable(mirror, mirror.consumer())) {
      throw new ApiException(MIRROR_DURABLE_CONSUMER_CFG_INVALID);
    }
    if (!mirror.filterSubject().isEmpty() && !mirror.subjectTransforms().isEmpty()) {
      throw new ApiException(MIRROR_MULTIPLE_FILTERS_NOT_ALLOWED);
    }
    if (b.subjectDeleteMarkerTtl > 0) {
      throw invalid("subject delete markers forbidden on mirrors");
    }
    transforms(mirror, MIRROR_INVALID_SUBJECT_FILTER, MIRROR_INVALID_TRANSFORM_DESTINATION);
    filter(mirror, "mirror ");
    if (collide(mirror.subjectTransforms())) {
      throw new ApiException(MIRROR_OVERLAPPING_SUBJECT_FILTERS);
    }
    if (mirror.external() != null) {
      external(mirror.external());
      return;
    }
    if (!StreamRules.isValidName(mirror.name())) {
      throw new ApiException(MIRROR_INVALID_STREAM_NAME);
    }
    var origin = streams.apply(mirror.name());
    if (origin == null) {
      return;
    }
    originSubjects.addAll(origin.subjects());
    if (tooSmallFor(origin)) {
      throw new ApiException(MIRROR_MAX_MESSAGE_SIZE_TOO_BIG);
    }
    if (pedantic && b.mirrorDirect != origin.allowDirect()) {
      throw new ApiException(PEDANTIC, "origin stream has direct get set, mirror has it disabled");
    }
    b.mirrorDirect = origin.allowDirect();
  }

  private void whatNoMirrorHas() throws ApiException {
    if (b.firstSeq > 0) {
      throw new ApiException(MIRROR_WITH_FIRST_SEQ);
    }
    if (!b.subjects.isEmpty()) {
      throw new ApiException(MIRROR_WITH_SUBJECTS);
    }
    if (!b.sources.isEmpty()) {
      throw new ApiException(MIRROR_WITH_SOURCES);
    }
    if (b.allowMsgCounter) {
      throw new ApiException(MIRROR_WITH_COUNTERS);
    }
    if (b.allowAtomic) {
      throw new ApiException(MIRROR_WITH_ATOMIC_PUBLISH);
    }
    if (b.allowBatched) {
      throw new ApiException(MIRROR_WITH_BATCH_PUBLISH);
    }
    if (b.allowMsgSchedules) {
      throw new ApiException(MIRROR_WITH_MSG_SCHEDULES);
    }
  }

  private static boolean isUsable(StreamSource source, StreamSource.ConsumerAt consumer) {
    return StreamRules.isValidName(consumer.name())
        && Subjects.isValidLiteral(consumer.deliverSubject())
        && source.optStartSeq() == 0
        && source.optStartTime() == null
        && source.filterSubject().isEmpty();
  }

  private static void transforms(StreamSource source, ApiErrorCode badFilter, ApiErrorCode bad)
      throws ApiException {
    for (var transform : source.subjectTransforms()) {
      if (!transform.source().isEmpty() && !Subjects.isValid(transform.source())) {
        throw new ApiException(badFilter, "invalid subject " + transform.source());
      }
      try {
        SubjectTransform.validate(transform.source(), transform.destination());
      } catch (TransformException e) {
        throw new ApiException(bad, e.text());
      }
    }
  }

  private static void filter(StreamSource source, String of) throws ApiException {
    var filter = source.filterSubject();
    if (!filter.isEmpty() && !Subjects.isValid(filter)) {
      throw new ApiException(
          STREAM_CREATE, "subject filter '" + filter + "' for the " + of + "invalid subject");
    }
  }

  private static boolean collide(List<StreamSource.Transform> transforms) {
    for (var i = 0; i < transforms.size(); i++) {
      for (var k = i + 1; k < transforms.size(); k++) {
        if (Subjects.collide(pattern(transforms.get(i)), pattern(transforms.get(k)))) {
          return true;
        }
      }
    }
    return false;
  }

  private static String pattern(StreamSource.Transform transform) {
    return transform.source().isEmpty() ? ">" : transform.source();
  }

  private boolean tooSmallFor(StreamConfig origin) {
    return b.maxMsgSize > 0 && origin.maxMsgSize() > 0 && b.maxMsgSize < origin.maxMsgSize();
  }

  private void external(StreamSource.External external) {
    if (!external.deliver().isEmpty()) {
      deliverPrefixes.add(external.deliver());
    }
    if (!external.api().isEmpty()) {
      apiPrefixes.add(external.api());
    }
  }

  private void sources() throws ApiException {
    var indexes = new HashSet<String>();
    var consumers = new HashSet<String>();
    for (var source : b.sources) {
      if (!StreamRules.isValidName(source.name())) {
        throw new ApiException(SOURCE_INVALID_STREAM_NAME);
      }
      if (!indexes.add(source.indexName())) {
        throw new ApiException(SOURCE_DUPLICATE_DETECTED);
      }
      if (!source.filterSubject().isEmpty() && !source.subjectTransforms().isEmpty()) {
        throw new ApiException(SOURCE_MULTIPLE_FILTERS_NOT_ALLOWED);
      }
      transforms(source, SOURCE_INVALID_SUBJECT_FILTER, SOURCE_INVALID_TRANSFORM_DESTINATION);
      filter(source, "source: ");
      if (isOneInAnother(source.subjectTransforms())) {
        throw new ApiException(SOURCE_OVERLAPPING_SUBJECT_FILTERS);
      }
      consumer(source, consumers);
      origin(source);
    }
  }

  private static boolean isOneInAnother(List<StreamSource.Transform> transforms) {
    for (var i = 0; i < transforms.size(); i++) {
      for (var k = 0; k < transforms.size(); k++) {
        if (i != k && Subjects.isSubset(pattern(transforms.get(i)), pattern(transforms.get(k)))) {
          return true;
        }
      }
    }
    return false;
  }

  private static void consumer(StreamSource source, Set<String> consumers) throws ApiException {
    if (source.consumer() == null) {
      return;
    }
    if (!isUsable(source, source.consumer())) {
      throw new ApiException(SOURCE_DURABLE_CONSUMER_CFG_INVALID);
    }
    if (!consumers.add(source.originName() + " " + source.consumer().name())) {
      throw new ApiException(SOURCE_DURABLE_CONSUMER_DUPLICATE_DETECTED);
    }
  }

  private void origin(StreamSource source) throws ApiException {
    if (source.external() != null) {
      external(source.external());
      return;
    }
    var origin = streams.apply(source.name());
    if (origin != null) {
      originSubjects.addAll(origin.subjects());
      if (tooSmallFor(origin)) {
        throw new ApiException(SOURCE_MAX_MESSAGE_SIZE_TOO_BIG);
      }
    }
  }

  private void prefixes() throws ApiException {
    for (var prefix : deliverPrefixes) {
      if (!Subjects.isValidLiteral(prefix)) {
        throw new ApiException(STREAM_INVALID_EXTERNAL_DELIVERY_SUBJ, prefix);
      }
      for (var subject : originSubjects) {
        if (Subjects.collide(subject, prefix + "." + subject)) {
          throw new ApiException(STREAM_EXTERNAL_DEL_PREFIX_OVERLAPS, prefix, subject);
        }
      }
    }
    for (var prefix : apiPrefixes) {
      if (!Subjects.isValidLiteral(prefix)) {
        throw invalid(
            "stream external api prefix \""
                + prefix
                + "\" must be a valid subject without wildcards");
      }
      if (prefix.equals(API)) {
        throw new ApiException(STREAM_EXTERNAL_API_OVERLAP, prefix, API);
      }
    }
  }

  private void cycles() throws ApiException {
    var toVisit = new ArrayDeque<StreamConfig>();
    var visited = new HashSet<String>();
    toVisit.add(b.build());
    while (!toVisit.isEmpty()) {
      var config = toVisit.remove();
      visited.add(config.name());
      for (var source : config.sources()) {
        if (source.external() == null) {
          visit(source, overlaps(config, source), visited, toVisit);
        }
      }
      if (config.mirror() != null && config.mirror().external() == null) {
        visit(config.mirror(), true, visited, toVisit);
      }
    }
  }

  private void visit(
      StreamSource source, boolean overlaps, Set<String> visited, ArrayDeque<StreamConfig> toVisit)
      throws ApiException {
    if (visited.contains(source.name())) {
      if (overlaps) {
        throw invalid("detected cycle");
      }
      return;
    }
    var origin = streams.apply(source.name());
    if (origin != null) {
      toVisit.add(origin);
    }
  }

  private static boolean overlaps(StreamConfig config, StreamSource source) {
    return source.filterSubject().isEmpty()
        || StreamRules.overlap(config.subjects(), List.of(source.filterSubject()));
  }
}

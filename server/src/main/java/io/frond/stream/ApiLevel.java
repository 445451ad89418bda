package io.frond.stream;

import io.frond.options.Version;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Versions of the API (ADR-44): which level a stream or consumer needs, kept in its metadata, and
/// what level this server has, shown in answers but never stored.
public final class ApiLevel {
  /// The level of nats-server 2.14.
  public static final int LEVEL = 4;

  public static final String REQUIRED = "_nats.req.level";
  public static final String VERSION = "_nats.ver";
  public static final String SERVER = "_nats.level";

  /// The header of requests that need a level.
  public static final String HEADER = "Nats-Required-Api-Level";

  private ApiLevel() {}

  /// Metadata as they are stored.
  ///
  /// @param level that the asset needs
  public static SortedMap<String, String> stored(Map<String, String> metadata, int level) {
    var stored = withoutShown(metadata);
    stored.put(REQUIRED, Integer.toString(level));
    return stored;
  }

  /// Metadata as answers show them.
  public static SortedMap<String, String> shown(Map<String, String> metadata) {
    var shown = new TreeMap<>(metadata);
    shown.put(VERSION, Version.NATS);
    shown.put(SERVER, Integer.toString(LEVEL));
    return shown;
  }

  /// Metadata of a request as if they had the level that is stored already: for comparing.
  public static SortedMap<String, String> like(
      Map<String, String> metadata, Map<String, String> existing) {
    var like = withoutShown(metadata);
    var level = existing.get(REQUIRED);
    if (level == null) {
      like.remove(REQUIRED);
    } else {
      like.put(REQUIRED, level);
    }
    return like;
  }

  private static SortedMap<String, String> withoutShown(Map<String, String> metadata) {
    var rest = new TreeMap<>(metadata);
    rest.remove(VERSION);
    rest.remove(SERVER);
    return rest;
  }

  /// Whether this server can run what these metadata belong to.
  public static boolean supports(Map<String, String> metadata) {
    var level = metadata.get(REQUIRED);
    return level == null || level.isEmpty() || !refuses(level);
  }

  /// Whether a request that needs this level (the text of [#HEADER]) is refused with
  /// [ApiErrorCode#REQUIRED_API_LEVEL].
  public static boolean refuses(String level) {
    try {
      return !level.isEmpty() && Integer.parseInt(level) > LEVEL;
    } catch (NumberFormatException e) {
      return true;
    }
  }

  /// The level that a stream's features need.
  public static int of(StreamConfig config) {
    if (config.allowBatched()) {
      return 4;
    }
    if (config.allowMsgCounter()
        || config.allowAtomic()
        || config.allowMsgSchedules()
        || config.persistAsync()) {
      return 2;
    }
    return config.allowMsgTtl() || config.subjectDeleteMarkerTtl() > 0 ? 1 : 0;
  }

  /// A request's configuration as it is stored.
  public static StreamConfig stored(StreamConfig config) {
    return with(config, stored(config.metadata(), of(config)));
  }

  /// A configuration as answers show it.
  public static StreamConfig shown(StreamConfig config) {
    return with(config, shown(config.metadata()));
  }

  /// Whether a request to create a stream asks for what there is.
  public static boolean same(StreamConfig request, StreamConfig existing) {
    return with(request, like(request.metadata(), existing.metadata())).equals(existing);
  }

  private static StreamConfig with(StreamConfig config, SortedMap<String, String> metadata) {
    var b = config.change();
    b.metadata = metadata;
    return b.build();
  }
}

package io.frond.lane;

/// The message ids of a lane: `ID.RUN:LANE:SEQUENCE`, by which a stream at the hub recognizes what
/// it has; and its name as a source, by which a hub does that itself takes what no stream does.
///
/// @param stream tells the lane's stream from all others that ever were
record LaneIds(String stream, String lane, LaneRuns runs) {
  /// Sources of lanes are told from others by it.
  static final String SOURCE = "lane:";

  String of(long sequence) {
    return stream + '.' + runs.number(sequence) + ':' + lane + ':' + sequence;
  }

  String source() {
    return SOURCE + stream;
  }

  /// The sequence of an id, 0 when it is not one of these messages'.
  long sequence(String id) {
    var sequence = LaneHeaders.number(id.substring(id.lastIndexOf(':') + 1));
    return sequence > 0 && of(sequence).equals(id) ? sequence : 0;
  }

  /// Whether an id is the lane's, but of a message that it never had: in another life, before it
  /// was restored from a backup.
  boolean isForeign(String id) {
    var start = stream + '.';
    var end = id.indexOf(':');
    if (!id.startsWith(start) || end < 0 || !id.startsWith(lane + ':', end + 1)) {
      return false;
    }
    var number = LaneHeaders.number(id.substring(start.length(), end));
    return number >= runs.oldest() && sequence(id) == 0;
  }
}

package io.frond.api;

import io.frond.json.JsonException;
import io.frond.json.JsonFields;
import io.frond.json.JsonWriter;
import java.util.List;

/// A part of a long list: from an offset on, so many at most.
///
/// @param total how many there are
/// @param offset of the first one shown
record Page(int total, int offset, int limit) {
  static final int NAMES_MAX = 1024;
  static final int LIST_MAX = 256;

  static Page of(int total, long offset, int limit) {
    return new Page(total, (int) Math.min(offset, total), limit);
  }

  /// The offset that a request asks for.
  static long offset(JsonFields request) throws JsonException {
    return Math.max(0, request.number("offset"));
  }

  <T> List<T> of(List<T> all) {
    return all.subList(offset, (int) Math.min((long) offset + limit, all.size()));
  }

  void write(JsonWriter to) {
    to.put("total", total).put("offset", offset).put("limit", limit);
  }
}

package io.frond.outage;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Short numbers for texts: names of sessions and of groups. Any thread; the monitor guards both
/// maps.
final class Handles {
  private final Map<String, Integer> byText = new HashMap<>();
  private final Map<Integer, String> byHandle = new HashMap<>();
  private int last;

  synchronized int of(String text) {
    var known = byText.get(text);
    if (known != null) {
      return known;
    }
    var handle = ++last;
    byText.put(text, handle);
    byHandle.put(handle, text);
    return handle;
  }

  synchronized @Nullable String text(int handle) {
    return byHandle.get(handle);
  }
}

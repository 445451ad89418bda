package io.frond.outage;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Things by an int above 0, without boxing it: open addressing, at most half full. The loop.
final class IntTable<T> {
  private int[] keys = new int[4];
  private @Nullable Object[] values = new Object[4];
  private int size;

  int size() {
    return size;
  }

  private int home(int key) {
    return (key * 0x9e3779b9) >>> (Integer.numberOfLeadingZeros(keys.length) + 1);
  }

  /// Where a key is, or would be.
  private int find(int key) {
    var mask = keys.length - 1;
    var at = home(key);
    while (keys[at] != key && keys[at] != 0) {
      at = at + 1 & mask;
    }
    return at;
  }

  @SuppressWarnings("unchecked") // only put stores
  @Nullable T get(int key) {
    return (T) values[find(key)];
  }

  void put(int key, T value) {
    if (2 * (size + 1) > keys.length) {
      grow();
    }
    var at = find(key);
    size += keys[at] == 0 ? 1 : 0;
    keys[at] = key;
    values[at] = value;
  }

  private void grow() {
    var oldKeys = keys;
    var oldValues = values;
    keys = new int[2 * oldKeys.length];
    values = new Object[keys.length];
    for (var i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        var at = find(oldKeys[i]);
        keys[at] = oldKeys[i];
        values[at] = oldValues[i];
      }
    }
  }

  /// Those behind the gap move up where it lies between their home and them.
  void remove(int key) {
    var mask = keys.length - 1;
    var gap = find(key);
    if (keys[gap] == 0) {
      return;
    }
    size--;
    for (var at = gap + 1 & mask; keys[at] != 0; at = at + 1 & mask) {
      if ((at - home(keys[at]) & mask) >= (at - gap & mask)) {
        keys[gap] = keys[at];
        values[gap] = values[at];
        gap = at;
      }
    }
    keys[gap] = 0;
    values[gap] = null;
  }

  @SuppressWarnings("unchecked") // only put stores
  boolean any(Predicate<T> condition) {
    for (var value : values) {
      if (value != null && condition.test((T) value)) {
        return true;
      }
    }
    return false;
  }

  @SuppressWarnings("unchecked") // only put stores
  void forEach(Consumer<T> action) {
    for (var value : values) {
      if (value != null) {
        action.accept((T) value);
      }
    }
  }
}

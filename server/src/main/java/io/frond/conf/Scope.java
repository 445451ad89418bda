package io.frond.conf;

import java.util.ArrayList;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;

/// The keys of a block that is still being read, where variables are looked up.
final class Scope {
  /// A key with its value, before it is known whether some variable refers to it.
  static final class Binding {
    private final String key;
    private final Position at;
    private final Value value;
    private final int values;
    private boolean used;

    /// @param values how many values it stands for
    Binding(String key, Position at, Value value, int values) {
      this.key = key;
      this.at = at;
      this.value = value;
      this.values = values;
    }

    Value value() {
      return value;
    }

    int values() {
      return values;
    }
  }

  private final @Nullable Scope parent;
  private final ArrayList<Binding> bindings = new ArrayList<>();
  private final HashMap<String, Binding> latest = new HashMap<>();

  Scope(@Nullable Scope parent) {
    this.parent = parent;
  }

  void add(Binding binding) {
    bindings.add(binding);
    latest.put(binding.key, binding);
  }

  /// Takes over the keys of an included file.
  void addAll(Scope included) {
    for (var binding : included.bindings) {
      add(binding);
    }
  }

  /// The nearest binding of a variable's name, marked as used; null when no block around has it.
  @Nullable Binding lookUp(String name) {
    for (Scope scope = this; scope != null; scope = scope.parent) {
      var binding = scope.latest.get(name);
      if (binding != null) {
        binding.used = true;
        return binding;
      }
    }
    return null;
  }

  /// The block as a value; nothing may refer to its keys any more.
  Value.Table freeze(Position at) {
    var entries = new ArrayList<Entry>(bindings.size());
    for (var binding : bindings) {
      entries.add(new Entry(binding.key, binding.at, binding.value, binding.used));
    }
    return new Value.Table(entries, at);
  }
}

package io.frond.conf;

/// A key with its value, inside a [Value.Table].
///
/// @param key as written, without quotes
/// @param at where the key stands
/// @param variable some `$KEY` refers to it, so a key without a meaning of its own is no mistake
public record Entry(String key, Position at, Value value, boolean variable) {}

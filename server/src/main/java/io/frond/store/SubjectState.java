package io.frond.store;

/// The messages of one subject: how many, and the sequences of the oldest and the newest.
public record SubjectState(long messages, long first, long last) {}

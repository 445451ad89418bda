package io.frond.stream;

/// A stream: takes publishes, keeps limits and retention, tells its consumers.
public final class Stream {}

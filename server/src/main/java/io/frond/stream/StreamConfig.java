package io.frond.stream;

/// A stream's configuration (ADR-31, ADR-44 and the reference of nats-server 2.14). Immutable.
public final class StreamConfig {}

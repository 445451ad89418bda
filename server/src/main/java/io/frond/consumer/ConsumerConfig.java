package io.frond.consumer;

/// A consumer's configuration. Immutable.
public final class ConsumerConfig {}

package io.frond.consumer;

/// A consumer: delivers a stream's messages and keeps what was acknowledged.
public final class Consumer {}

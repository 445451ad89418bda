package io.frond.options;

/// `accounts { NAME { msg_trace } }`: what happens to messages with a `traceparent` that asks for
/// it.
///
/// @param destination the subject to which traces go
/// @param sampling percent of the messages, 1 to 100
public record TraceOptions(String destination, int sampling) {}

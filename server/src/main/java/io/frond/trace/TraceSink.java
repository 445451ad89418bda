package io.frond.trace;

/// Where traces go. Any thread.
public interface TraceSink {
  /// Publishes what a trace tells.
  void send(Trace trace);

  /// The account in which the server itself answers.
  String systemAccount();
}

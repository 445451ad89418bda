package io.frond.server;

import io.frond.trace.Trace;
import io.frond.trace.TraceSink;
import java.util.function.Consumer;

/// Where traces go once the server has a voice in its accounts; any thread.
final class TraceOutlet implements TraceSink {
  private final String systemAccount;
  private volatile Consumer<Trace> to = _ -> {};

  TraceOutlet(String systemAccount) {
    this.systemAccount = systemAccount;
  }

  void open(Consumer<Trace> next) {
    to = next;
  }

  @Override
  public void send(Trace trace) {
    to.accept(trace);
  }

  @Override
  public String systemAccount() {
    return systemAccount;
  }
}

package io.frond.link;

/// Ends a link whose receiver takes too long, once.
final class SlowReceiver {
  private final Link link;
  private volatile boolean told;

  SlowReceiver(Link link) {
    this.link = link;
  }

  /// Any thread.
  void end(CloseReason why) {
    if (link.reason() == null && !told) {
      told = true;
      link.loop().executor().execute(() -> endNow(why));
    }
  }

  private void endNow(CloseReason why) {
    if (link.reason() != null) {
      return;
    }
    link.loop().countSlow(link.handler().kind());
    link.loop()
        .log()
        .info(
            link.handler().label() + " - Slow Consumer Detected: " + link.options().limitText(why));
    link.closeNow(why);
  }
}

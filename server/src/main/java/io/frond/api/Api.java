package io.frond.api;

import org.jspecify.annotations.Nullable;

/// Answers the requests of `$JS.API.>` (ADR-1). On the shard's thread.
public final class Api {
  private final Assets assets;

  public Api(Assets assets) {
    this.assets = assets;
  }

  /// Handles one request. It is answered at once, or when what it asked for was committed.
  ///
  /// @param account of the one who asks
  /// @param subject beginning with `$JS.API.`, or with `$JS.DOMAIN.API.` of this server's domain
  /// @param reply empty for none: then nothing is answered
  /// @param headerLength bytes of headers at the beginning of `body`
  /// @param body headers and payload; not changed afterwards
  /// @param requester null for what does not come from a client
  public void handle(
      String account,
      String subject,
      byte[] reply,
      int headerLength,
      byte[] body,
      @Nullable Requester requester) {
    var there = assets.account(account);
    if (there == null || reply.length == 0) {
      return;
    }
    assets.warn("not yet: " + subject + " " + headerLength + " " + body.length + " " + requester);
  }
}

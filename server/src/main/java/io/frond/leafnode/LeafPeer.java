package io.frond.leafnode;

import io.frond.wire.Connect;
import io.frond.wire.Info;
import org.jspecify.annotations.Nullable;

/// What the server at the other end said of itself.
///
/// @param name the server's name, its id when it gave none
/// @param cluster null for none
/// @param account the account that the link is bound to over there, null while it is not known
/// @param jetstream whether it has JetStream (where it dialled: for the account of the link)
/// @param headers whether it takes messages with headers
/// @param resumes whether it knows tags and settlements
/// @param keeps whether it keeps what it publishes until it is settled
/// @param session who it is to those that remember it, null for nobody
/// @param maxPayload bytes of the largest message that it takes
/// @param frond whether it is a Frond
/// @param user as whom it was admitted, null for nobody in particular or where we dialled
/// @param traces whether it traces messages
record LeafPeer(
    String id,
    String name,
    String version,
    @Nullable String cluster,
    @Nullable String domain,
    @Nullable String account,
    boolean headers,
    boolean jetstream,
    boolean resumes,
    boolean keeps,
    @Nullable String session,
    long maxPayload,
    boolean frond,
    @Nullable String user,
    boolean traces) {

  static LeafPeer of(Connect said, @Nullable String user) {
    var id = said.serverId() == null ? "" : said.serverId();
    return new LeafPeer(
        id,
        said.name() == null ? id : said.name(),
        said.version() == null ? "" : said.version(),
        blankAsNull(said.cluster()),
        blankAsNull(said.domain()),
        blankAsNull(said.remoteAccount()),
        said.headers(),
        said.jetstream(),
        said.session() != null,
        said.keeps(),
        said.session(),
        Integer.MAX_VALUE,
        false,
        user,
        said.protocol() >= Info.TRACES);
  }

  /// @param resumes whether both know tags and settlements
  static LeafPeer of(Info said, boolean resumes, boolean frond) {
    return new LeafPeer(
        said.serverId,
        said.serverName.isEmpty() ? said.serverId : said.serverName,
        said.version,
        blankAsNull(said.cluster),
        blankAsNull(said.domain),
        blankAsNull(said.remoteAccount),
        said.headers,
        said.jetstream,
        resumes,
        false,
        null,
        said.maxPayload,
        frond,
        null,
        said.proto >= Info.TRACES);
  }

  LeafPeer withAccount(@Nullable String bound) {
    return new LeafPeer(
        id,
        name,
        version,
        cluster,
        domain,
        bound,
        headers,
        jetstream,
        resumes,
        keeps,
        session,
        maxPayload,
        frond,
        user,
        traces);
  }

  private static @Nullable String blankAsNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}

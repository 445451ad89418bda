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
record LeafPeer(
    String id,
    String name,
    String version,
    @Nullable String cluster,
    @Nullable String domain,
    @Nullable String account,
    boolean headers,
    boolean jetstream) {

  static LeafPeer of(Connect said) {
    var id = said.serverId() == null ? "" : said.serverId();
    return new LeafPeer(
        id,
        said.name() == null ? id : said.name(),
        said.version() == null ? "" : said.version(),
        blankAsNull(said.cluster()),
        blankAsNull(said.domain()),
        blankAsNull(said.remoteAccount()),
        said.headers(),
        said.jetstream());
  }

  static LeafPeer of(Info said) {
    return new LeafPeer(
        said.serverId,
        said.serverName.isEmpty() ? said.serverId : said.serverName,
        said.version,
        blankAsNull(said.cluster),
        blankAsNull(said.domain),
        blankAsNull(said.remoteAccount),
        said.headers,
        said.jetstream);
  }

  LeafPeer withAccount(@Nullable String bound) {
    return new LeafPeer(id, name, version, cluster, domain, bound, headers, jetstream);
  }

  private static @Nullable String blankAsNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}

package io.frond.leafnode;

/// Hears of links to hubs. On the link's event loop, or another one's.
public interface HubWatch {
  /// A link is up, or other lanes go over it than before: see [HubLink#lanes].
  void joined(HubLink link);

  void lost(HubLink link);

  /// The hub has settled all that was sent by [HubLink#sendTagged] up to a tag. On the link's loop.
  void settled(HubLink link, String source, long tag);
}

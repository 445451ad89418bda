package io.frond.leafnode;

import io.frond.options.RemoteOptions;

/// Hears of links to hubs. On the link's event loop.
public interface HubWatch {
  void joined(RemoteOptions remote, HubLink link);

  void lost(RemoteOptions remote, HubLink link);
}

package io.frond.transport;

import io.frond.options.ServerUrl;
import java.time.Duration;

/// WebSocket of a connection that we dial.
///
/// @param path of the request, with its leading slash
/// @param compression permessage-deflate is offered
/// @param noMasking the server is asked to do without masking
/// @param timeout of the upgrade
public record DialWebSocket(String path, boolean compression, boolean noMasking, Duration timeout) {

  /// The path under which the server of this URL takes leaves: `/leafnode` below the URL's own.
  public static String leafPath(ServerUrl url) {
    var path = url.path();
    var end = path.endsWith("/") ? path.length() - 1 : path.length();
    return path.substring(0, end) + UpgradeRules.LEAF_PATH;
  }
}

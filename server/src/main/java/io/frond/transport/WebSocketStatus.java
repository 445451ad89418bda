package io.frond.transport;

import io.netty.channel.Channel;

/// Status codes of a WebSocket's close frame (RFC 6455, 7.4.1).
public final class WebSocketStatus {
  public static final int NORMAL = 1000;
  public static final int GOING_AWAY = 1001;
  public static final int PROTOCOL_ERROR = 1002;
  public static final int NONE_RECEIVED = 1005;
  public static final int INVALID_PAYLOAD = 1007;
  public static final int POLICY_VIOLATION = 1008;
  public static final int TOO_BIG = 1009;
  public static final int INTERNAL_ERROR = 1011;

  private static final int ABNORMAL = 1006;
  private static final int RESERVED = 1004;
  private static final int TLS_FAILED = 1015;

  private WebSocketStatus() {}

  /// Sets what the close frame will say when the channel is closed, [#NORMAL] without; nothing for
  /// a channel without WebSocket. On the channel's event loop.
  public static void onClose(Channel channel, int status, String reason) {
    var frames = channel.pipeline().get(WebSocketFrames.class);
    if (frames != null) {
      frames.closeStatus(status, reason);
    }
  }

  /// Whether a close frame may carry the status.
  static boolean valid(int status) {
    return switch (status) {
      case RESERVED, NONE_RECEIVED, ABNORMAL, TLS_FAILED -> false;
      default -> (status >= NORMAL && status < TLS_FAILED) || (status >= 3000 && status < 5000);
    };
  }
}

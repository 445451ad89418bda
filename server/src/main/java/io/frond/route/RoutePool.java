package io.frond.route;

/// Which connection of a pool carries an account.
final class RoutePool {
  private static final int FNV_OFFSET = 0x811c9dc5;
  private static final int FNV_PRIME = 16_777_619;

  private RoutePool() {}

  /// The same on all servers with the same pool size: FNV-1a of the name, modulo the size.
  static int index(int poolSize, byte[] account) {
    if (poolSize <= 1) {
      return 0;
    }
    var hash = FNV_OFFSET;
    for (var b : account) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return Integer.remainderUnsigned(hash, poolSize);
  }
}

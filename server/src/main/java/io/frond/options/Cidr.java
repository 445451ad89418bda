package io.frond.options;

import java.net.InetAddress;

/// A range of addresses, IPv4 or IPv6; a single address is a range of its whole length.
///
/// @param address the network address, host bits zero
/// @param bits prefix length, 0 to 32 or 0 to 128
public record Cidr(InetAddress address, int bits) {
  /// Whether the address lies in the range; an IPv4-mapped IPv6 address counts as IPv4.
  public boolean contains(InetAddress other) {
    var mine = address.getAddress();
    var theirs = other.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    var whole = bits / 8;
    for (var i = 0; i < whole; i++) {
      if (mine[i] != theirs[i]) {
        return false;
      }
    }
    var rest = bits % 8;
    return rest == 0 || ((mine[whole] ^ theirs[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + bits;
  }
}

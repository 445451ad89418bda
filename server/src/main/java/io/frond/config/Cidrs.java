package io.frond.config;

import io.frond.options.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// Ranges of addresses as users write them: `192.168.1.0/24`, `fd00::/8`, or one address.
final class Cidrs {
  private Cidrs() {}

  static Cidr parse(String text) throws ConfigException {
    var slash = text.indexOf('/');
    var address = address(slash < 0 ? text : text.substring(0, slash));
    var length = address.getAddress().length * 8;
    if (slash < 0) {
      return new Cidr(address, length);
    }
    var bits = Texts.whole(text.substring(slash + 1));
    if (bits == null || bits < 0 || bits > length) {
      throw new ConfigException(
          "expected a prefix length between 0 and " + length + " after the '/'");
    }
    var network = new Cidr(masked(address, bits.intValue()), bits.intValue());
    if (!network.address().equals(address)) {
      throw new ConfigException(
          "the address has bits beyond the prefix; write "
              + network
              + " for the network or "
              + address.getHostAddress()
              + " for the one address");
    }
    return network;
  }

  /// An address in numbers; a name would need a look-up. The JDK alone would also take `10.1` and
  /// `010.1.2.3`, which mean different things to different programs.
  private static InetAddress address(String text) throws ConfigException {
    try {
      if (text.indexOf('%') < 0 && (text.indexOf(':') >= 0 || isDotted(text))) {
        return InetAddress.ofLiteral(text);
      }
    } catch (IllegalArgumentException e) {
      // Told below, with what is expected.
    }
    throw new ConfigException(
        "expected an address such as 10.1.2.3, or a network such as 10.1.0.0/16");
  }

  /// Four numbers with dots between them and no zeros before them.
  private static boolean isDotted(String text) {
    var dots = 0;
    for (var i = 0; i < text.length(); i++) {
      var begins = i == 0 || text.charAt(i - 1) == '.';
      if (text.charAt(i) == '.') {
        dots++;
      } else if (begins
          && text.charAt(i) == '0'
          && i + 1 < text.length()
          && text.charAt(i + 1) != '.') {
        return false;
      }
    }
    return dots == 3;
  }

  private static InetAddress masked(InetAddress address, int bits) {
    var bytes = address.getAddress();
    for (var i = 0; i < bytes.length; i++) {
      var kept = Math.clamp(bits - i * 8L, 0, 8);
      bytes[i] &= (byte) (0xff << (8 - kept));
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("the length came from an address", e);
    }
  }
}

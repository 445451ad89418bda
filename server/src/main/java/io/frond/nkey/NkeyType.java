package io.frond.nkey;

import org.jspecify.annotations.Nullable;

/// What a nkey stands for. The prefix byte is chosen so that base32 renders it as the type's
/// letter.
public enum NkeyType {
  OPERATOR(14),
  SERVER(13),
  CLUSTER(2),
  ACCOUNT(0),
  USER(20),
  /// X25519, for encryption: has text and a check sum like the others but does not sign.
  CURVE(23);

  private final int prefix;

  NkeyType(int letter) {
    prefix = letter << 3;
  }

  /// The first byte of a public key of this type, a multiple of 8.
  int prefix() {
    return prefix;
  }

  /// @return null when no type has that first byte
  static @Nullable NkeyType ofPrefix(int prefix) {
    for (var type : values()) {
      if (type.prefix == prefix) {
        return type;
      }
    }
    return null;
  }
}

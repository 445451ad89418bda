package io.frond.store;

/// The hash of subjects in index files: it must never change. Stateless.
final class SubjectHash {
  private SubjectHash() {}

  static int of(byte[] subject) {
    return of(subject, 0, subject.length);
  }

  /// @return 31 bits
  static int of(byte[] s, int at, int length) {
    int hash = length;
    for (int i = at; i < at + length; i++) {
      hash = hash * 0x0100_0193 + s[i];
    }
    hash = (hash ^ hash >>> 16) * 0x85EB_CA6B;
    hash = (hash ^ hash >>> 13) * 0xC2B2_AE35;
    return (hash ^ hash >>> 16) >>> 1;
  }
}

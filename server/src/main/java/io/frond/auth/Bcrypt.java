package io.frond.auth;

import org.bouncycastle.crypto.DataLengthException;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/// Bcrypt hashes. A class of its own, since its library is a signed one: verifying that takes half
/// a second when the first class of it is loaded, which the first client with a plain password
/// would wait for.
final class Bcrypt {
  private Bcrypt() {}

  static boolean matches(String hash, String password) {
    try {
      return OpenBSDBCrypt.checkPassword(hash, password.toCharArray());
    } catch (IllegalArgumentException | DataLengthException e) {
      return false; // a hash of a wrong length or cost matches nothing
    }
  }
}

package io.frond.backup;

/// Bytes that are no backup, or a damaged one; the message says what is wrong.
public final class BackupException extends Exception {
  public BackupException(String message) {
    super(message);
  }
}

package io.frond.backup;

/// Takes bytes as they come out of a decoder; they are valid during the call.
interface Sink {
  void bytes(byte[] buffer, int at, int length) throws BackupException;
}

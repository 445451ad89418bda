package io.frond.store;

/// How a stream is kept in files.
///
/// @param compressed whether full segments are compressed
public record StoreSettings(boolean compressed) {
  public static final StoreSettings PLAIN = new StoreSettings(false);
}

package io.frond.api;

/// Backups of streams over the API.
final class SnapshotApi {
  SnapshotApi(Api api) {}

  void snapshot(Call call) {}

  void restore(Call call) {}
}

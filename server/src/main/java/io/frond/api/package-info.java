/// The JetStream API (ADR-1): `$JS.API.…` requests in, JSON answers out, and the advisories that
/// tell of them. It knows the engine only through [io.frond.api.Assets]. Everything runs on the
/// shard's thread.
@NullMarked
package io.frond.api;

import org.jspecify.annotations.NullMarked;

/// NATS nkeys: Ed25519 keys as text, of users, accounts and servers. Signs and verifies through the
/// JDK. Immutable values, for any thread; neighbours are `auth`, which verifies what a client
/// signed, and `leafnode`, which signs a hub's nonce.
@NullMarked
package io.frond.nkey;

import org.jspecify.annotations.NullMarked;

/// Who may come in, and what they may do: [io.frond.auth.Authenticator] decides on a CONNECT,
/// [io.frond.auth.Permissions] on a subject. Everything here is immutable and for any thread but
/// [io.frond.auth.PublishCheck], which belongs to one connection's event loop; checking a password
/// or a signature is too slow for an event loop, see [io.frond.auth.Authenticator#needsSlowCheck].
/// Above `options`, `wire` and `nkey`; `client`, `route` and `leafnode` use it.
@NullMarked
package io.frond.auth;

import org.jspecify.annotations.NullMarked;

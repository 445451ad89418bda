/// Subjects as bytes, and the structures that tell who is interested in one: the [Sublist] of an
/// account (any thread) and the [MatchCache] that a connection keeps in front of it (its event
/// loop). Knows neither connections nor the protocol; the account and the connections use it.
@NullMarked
package io.frond.subject;

import org.jspecify.annotations.NullMarked;

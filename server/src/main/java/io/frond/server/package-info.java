/// The composition root: makes every part of a server from its options, ties them together, starts
/// and stops them. [io.frond.server.FrondServer] is the embedding API, [io.frond.server.Main] a
/// thin shell over it. Everything that would point upwards elsewhere is an interface that is
/// implemented here.
@NullMarked
package io.frond.server;

import org.jspecify.annotations.NullMarked;

/// What a server is told to do: immutable records, one for each part of the server, with units and
/// defaults. The package `config` makes them from a file and a command line, an embedding program
/// makes them itself; every other package only reads its own. No threads, no behaviour.
@NullMarked
package io.frond.options;

import org.jspecify.annotations.NullMarked;

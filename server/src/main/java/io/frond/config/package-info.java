/// Configuration: the tree of `io.frond.conf` and a command line become the records of
/// `io.frond.options`.
///
/// [io.frond.config.Configuration] loads, [io.frond.config.Flags] reads the command line,
/// [io.frond.config.ServerOptionsDiff] says what a reload changes. [io.frond.config.Level] is the
/// catalogue of every key that nats-server knows: a key is mapped, refused as not supported yet, or
/// unknown; none is ignored. All problems of a file are collected and reported at once, each with
/// its place. Called at start and on reload, from one thread; keeps no state. Below: all records of
/// `options`; above: only `server`.
@NullMarked
package io.frond.config;

import org.jspecify.annotations.NullMarked;

/// The configuration language: text to an immutable tree of values with positions.
///
/// The grammar is nats-server's: maps, arrays, `:`, `=` or nothing between key and value, `#` and
/// `//` comments, three kinds of quotes, block strings, includes, variables with the environment
/// behind them, numbers with units; JSON is a part of it. What keys mean is not known here but in
/// `io.frond.config`, the only reader. No threads, no state; every input is limited in size, depth
/// and expansion, and bad input gives a [ConfException], never anything else.
@NullMarked
package io.frond.conf;

import org.jspecify.annotations.NullMarked;

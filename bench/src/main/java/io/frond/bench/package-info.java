/// Micro-benchmarks (JMH) of what every message passes through. Not a part of the server; each
/// class measures one of its packages, on threads that JMH makes.
///
/// Build with `mvn -q -DskipTests -pl bench -am package`, then `java -jar
/// bench/target/benchmarks.jar Sublist -f 1 -wi 3 -i 3 -w 1 -r 1`; `-prof gc` adds the bytes that
/// each operation allocates, `-lp` lists all.
@NullMarked
package io.frond.bench;

import org.jspecify.annotations.NullMarked;

/// Micro-benchmarks (JMH) of what every message passes through. Not a part of the server; each
/// class measures one of its packages, on threads that JMH makes.
///
/// Build: `mvn -q -DskipTests -pl bench -am package`
///
/// Run: `java -jar bench/target/benchmarks.jar Sublist -p kind=FULL -f 1 -wi 3 -i 3`
///
/// `-lp` lists all with their parameters, `-prof gc` adds the bytes that each operation allocates,
/// `-prof io.frond.bench.CpuProfiler` its processor time.
@NullMarked
package io.frond.bench;

import org.jspecify.annotations.NullMarked;

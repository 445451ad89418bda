/// Tests of nkeys against the Java client's. No server, the tests' own threads.
@NullMarked
package io.frond.nkey;

import org.jspecify.annotations.NullMarked;

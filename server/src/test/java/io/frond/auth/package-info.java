/// Tests of authentication and permissions without connections. No server, the tests' own threads.
@NullMarked
package io.frond.auth;

import org.jspecify.annotations.NullMarked;

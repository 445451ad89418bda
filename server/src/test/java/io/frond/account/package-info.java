/// Tests of the way of a message through the server.
@NullMarked
package io.frond.account;

import org.jspecify.annotations.NullMarked;

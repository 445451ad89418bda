/// Tests of what every connection shares.
@NullMarked
package io.frond.link;

import org.jspecify.annotations.NullMarked;

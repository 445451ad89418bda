/// Tests of the rules by which a cluster's servers agree.
@NullMarked
package io.frond.route;

import org.jspecify.annotations.NullMarked;

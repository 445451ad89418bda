/// What holds for the whole source tree: the map of the packages and the style. One thread, no
/// server; the neighbours are all other packages, which these tests read as files.
@NullMarked
package io.frond;

import org.jspecify.annotations.NullMarked;

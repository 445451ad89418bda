/// What tests of several packages share: servers, certificates, clocks, faults. Used by tests only,
/// on their own threads.
@NullMarked
package io.frond.testkit;

import org.jspecify.annotations.NullMarked;

/// Forward lanes: messages that must arrive are kept in a stream at the leaf and go to the hub by
/// the lane alone, in order, until the hub's durable acknowledgement; and the service by which a
/// hub takes those that no stream there takes. Lanes live on the shard's thread, above streams and
/// leaf links; the hub's service is called on links' event loops.
@NullMarked
package io.frond.lane;

import org.jspecify.annotations.NullMarked;

/// What the system account, and every user about himself, may ask the server on `$SYS.REQ.…`, and
/// what is told there of clients that come and go. Requests are taken on the event loop of the one
/// who asks and answered on a worker, since documents may wait for other threads. Below it are the
/// documents ([io.frond.monitor]), above it the server, which lends it accounts and a way out.
@NullMarked
package io.frond.system;

import org.jspecify.annotations.NullMarked;

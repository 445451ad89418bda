/// Monitoring over HTTP: nats-server's endpoints with its field names and meanings, and `/metrics`
/// for Prometheus.
///
/// Requests are read and answered on the server's event loops; documents are built on a worker, and
/// what belongs to an event loop is asked there, a few connections at a time. What is shown comes
/// from a [io.frond.monitor.MonitorSource], which the composition root implements.
@NullMarked
package io.frond.monitor;

import org.jspecify.annotations.NullMarked;

/// Consumers: configuration, delivery, acknowledgements, redelivery, pull requests, flow control.
@NullMarked
package io.frond.consumer;

import org.jspecify.annotations.NullMarked;

/// Accounts: who shares subjects. An account holds the interest of everyone in it and carries a
/// message from where it came in to everyone whose interest matches; clients, routes and leaves
/// take part as subscriptions, so nothing here asks what kind of connection stands behind one.
///
/// Publishing runs on the event loop of the connection that the message came from; subscribing on
/// any thread.
@NullMarked
package io.frond.account;

import org.jspecify.annotations.NullMarked;

package io.frond.options;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One user: by name and password, or by nkey.
///
/// @param user name, null for an nkey user
/// @param password plain text or bcrypt (`$2a$…`); null with an nkey or none
/// @param nkey public user nkey (`U…`), null otherwise
/// @param account name of the account it belongs to, `$G` when none is configured
/// @param permissions null for all
/// @param connectionTypes upper-case `STANDARD`, `WEBSOCKET`, `LEAFNODE`, `LEAFNODE_WS`, …; empty
///   for all
public record UserOptions(
    @Nullable String user,
    @Nullable String password,
    @Nullable String nkey,
    String account,
    @Nullable PermissionOptions permissions,
    Set<String> connectionTypes) {}

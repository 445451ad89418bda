package io.frond.config;

import io.frond.conf.Entry;
import io.frond.conf.Position;
import io.frond.conf.Value;
import io.frond.options.AccountOptions;
import io.frond.options.AccountOptions.JetStreamLimits;
import io.frond.options.TraceOptions;
import io.frond.options.UserOptions;
import io.frond.subject.Subjects;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads `accounts`: a map of accounts, or an array of names.
final class AccountsReader {
  private static final int SAMPLING_ALL = 100;

  private final UsersReader usersReader;

  AccountsReader(UsersReader usersReader) {
    this.usersReader = usersReader;
  }

  /// @param users where the accounts' users are added
  List<AccountOptions> read(Section server, List<UserOptions> users) {
    var entry = server.entry("accounts");
    var accounts = new ArrayList<AccountOptions>();
    if (entry == null) {
      return List.of();
    }
    if (entry.value() instanceof Value.Items) {
      names(server, accounts);
    } else if (entry.value() instanceof Value.Table table) {
      map(table, accounts, users, server.problems());
    } else {
      server.invalid("accounts", "expected a map of accounts, got " + entry.value().kind());
    }
    return List.copyOf(accounts);
  }

  private void map(
      Value.Table table,
      List<AccountOptions> accounts,
      List<UserOptions> users,
      Problems problems) {
    // Of an account that comes twice the last one counts, as with any key.
    var last = new LinkedHashMap<String, Entry>();
    for (var account : table.entries()) {
      var earlier = last.put(account.key(), account);
      if (earlier != null) {
        problems.warn(account.key(), account.at(), "replaces the one at " + earlier.at());
      }
    }
    for (var account : last.values()) {
      if (!account.variable() && checkName(account.key(), account.at(), problems)) {
        account(account, accounts, users, problems);
      }
    }
  }

  private static void names(Section server, List<AccountOptions> accounts) {
    for (var text : server.texts("accounts")) {
      var name = text.text();
      if (!checkName(name, text.at(), server.problems())) {
        continue;
      }
      for (var account : accounts) {
        if (account.name().equals(name)) {
          server.problems().invalid("accounts", text.at(), "duplicate account \"" + name + '"');
        }
      }
      accounts.add(AccountOptions.unlimited(name));
    }
  }

  private static boolean checkName(String name, Position at, Problems problems) {
    if (name.equals(AccountOptions.GLOBAL) || name.isEmpty()) {
      problems.invalid("accounts", at, "\"" + name + "\" is a reserved account");
      return false;
    }
    return true;
  }

  private void account(
      Entry entry, List<AccountOptions> accounts, List<UserOptions> users, Problems problems) {
    if (!(entry.value() instanceof Value.Table table)) {
      problems.invalid(
          entry.key(), entry.value().at(), "expected a map, got " + entry.value().kind());
      return;
    }
    var section = new Section(table, Level.ACCOUNT, problems);
    var defaults = PermissionsReader.read(section, "default_permissions");
    users.addAll(usersReader.read(section, entry.key(), defaults));
    var jetstream = jetstream(section);
    var trace = trace(section);
    var limits = section.section("limits", Level.ACCOUNT_LIMITS);
    if (limits == null) {
      accounts.add(new AccountOptions(entry.key(), -1, -1, -1, -1, jetstream, trace));
      return;
    }
    accounts.add(
        new AccountOptions(
            entry.key(),
            limits.whole("max_connections", -1, Integer.MAX_VALUE, -1),
            limits.whole("max_subscriptions", -1, Integer.MAX_VALUE, -1),
            limits.whole("max_payload", -1, Integer.MAX_VALUE, -1),
            limits.whole("max_leafnodes", -1, Integer.MAX_VALUE, -1),
            jetstream,
            trace));
  }

  /// A destination, or a map with it and how much of the messages is traced.
  private static @Nullable TraceOptions trace(Section section) {
    var entry = section.entry("msg_trace");
    if (entry == null) {
      return null;
    }
    if (!(entry.value() instanceof Value.Table)) {
      var destination = section.text("msg_trace");
      return destination != null && isDestination(section, "msg_trace", destination)
          ? new TraceOptions(destination, SAMPLING_ALL)
          : null;
    }
    var table = section.section("msg_trace", Level.ACCOUNT_TRACE);
    var destination = table == null ? null : table.text("dest");
    if (table == null || destination == null || !isDestination(table, "dest", destination)) {
      return null;
    }
    return new TraceOptions(destination, sampling(table));
  }

  private static boolean isDestination(Section in, String key, String destination) {
    if (Subjects.isValidLiteral(destination)) {
      return true;
    }
    in.invalid(key, "trace destination \"" + destination + "\" is not valid");
    return false;
  }

  private static int sampling(Section table) {
    var entry = table.entry("sampling");
    if (entry == null) {
      return SAMPLING_ALL;
    }
    var text =
        switch (entry.value()) {
          case Value.Whole whole -> Long.toString(whole.number());
          case Value.Text said -> said.text();
          case Value.Decimal _, Value.Flag _, Value.Time _, Value.Items _, Value.Table _ -> "";
        };
    try {
      var percent =
          Integer.parseInt(text.endsWith("%") ? text.substring(0, text.length() - 1) : text);
      if (percent >= 1 && percent <= SAMPLING_ALL) {
        return percent;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    table.invalid("sampling", "expected a whole number from 1 to 100, or a percentage");
    return SAMPLING_ALL;
  }

  private static @Nullable JetStreamLimits jetstream(Section section) {
    if (!section.has("jetstream")) {
      return null;
    }
    var on = section.switched("jetstream");
    if (on != null) {
      return on ? JetStreamLimits.NONE : null;
    }
    var limits = section.section("jetstream", Level.ACCOUNT_JETSTREAM);
    return limits == null ? null : limits(limits);
  }

  private static JetStreamLimits limits(Section limits) {
    var traffic = limits.name("cluster_traffic");
    if (traffic != null && traffic.equals("owner")) {
      limits.problems().notYet("cluster_traffic", limits.at("cluster_traffic"));
    } else if (traffic != null && !traffic.equals("system")) {
      limits.invalid("cluster_traffic", "expected system or owner, got \"" + traffic + '"');
    }
    return new JetStreamLimits(
        limits.whole("max_memory", -1, Long.MAX_VALUE, -1),
        limits.whole("max_file", -1, Long.MAX_VALUE, -1),
        limits.whole("max_streams", -1, Integer.MAX_VALUE, -1),
        limits.whole("max_consumers", -1, Integer.MAX_VALUE, -1),
        limits.flag("max_bytes_required", false),
        limits.whole("memory_max_stream_bytes", -1, Long.MAX_VALUE, -1),
        limits.whole("disk_max_stream_bytes", -1, Long.MAX_VALUE, -1),
        limits.whole("max_ack_pending", -1, Integer.MAX_VALUE, -1));
  }
}

package io.frond.config;

import io.frond.options.AccountOptions;
import io.frond.options.LaneOptions;
import io.frond.options.LaneOptions.DeadLetters;
import io.frond.options.ServerOptions;
import io.frond.subject.Subjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;

/// Reads a remote's `forward`.
final class LaneReader {
  /// Names of lanes are parts of stream names and subjects.
  private static final int NAME_MAX = 64;

  private static final int WINDOW_MAX = 8192;

  private LaneReader() {}

  static List<LaneOptions> read(Section remote) {
    var lanes = new ArrayList<LaneOptions>();
    for (var each : remote.sections("forward", Level.FORWARD)) {
      var subjects = subjects(each);
      var name = name(each, subjects);
      lanes.add(
          new LaneOptions(
              name,
              subjects,
              Math.max(0, each.size("max_bytes", 0)),
              each.duration("max_age", Duration.ZERO),
              each.number("priority", -1_000_000, 1_000_000, 0),
              Math.max(0, each.size("rate", 0)),
              discardsNew(each),
              each.number("window", 1, WINDOW_MAX, LaneOptions.DEFAULT_WINDOW),
              deadLetters(each)));
    }
    if (!lanes.isEmpty() && remote.flag("hub", false)) {
      remote.invalid("forward", "a remote with \"hub: true\" is the hub and forwards nothing");
    }
    return List.copyOf(lanes);
  }

  private static List<String> subjects(Section lane) {
    var subjects = new ArrayList<String>();
    for (var text : lane.texts("subjects")) {
      if (!Subjects.isValid(text.text())) {
        lane.problems()
            .invalid("subjects", text.at(), '"' + text.text() + "\" is not a valid subject");
      } else if (text.text().startsWith("$") || text.text().startsWith("_INBOX.")) {
        lane.problems()
            .invalid("subjects", text.at(), "a lane cannot take the servers' own subjects");
      } else if (text.text().equals(">") || text.text().startsWith("*")) {
        lane.problems()
            .invalid(
                "subjects",
                text.at(),
                "the first token of a lane's subject must be a word, or the servers' own subjects"
                    + " would be taken too");
      } else {
        subjects.add(text.text());
      }
    }
    if (subjects.isEmpty() && lane.texts("subjects").isEmpty()) {
      lane.problems().error("the lane at " + lane.at() + " needs \"subjects\"");
    }
    return List.copyOf(subjects);
  }

  /// A lane without a name goes by its first subject.
  private static String name(Section lane, List<String> subjects) {
    var name = lane.name("name");
    if (name == null) {
      var first = subjects.isEmpty() ? "lane" : subjects.getFirst();
      var made = first.replace(".", "_").replace("*", "any").replace(">", "all");
      name = made.replaceAll("[^A-Za-z0-9_-]", "_");
      return name.length() > NAME_MAX ? name.substring(0, NAME_MAX) : name;
    }
    if (!name.matches("[A-Za-z0-9_-]{1," + NAME_MAX + "}")) {
      lane.invalid(
          "name",
          "expected up to " + NAME_MAX + " letters, digits, '_' and '-', got \"" + name + '"');
    }
    return name;
  }

  private static boolean discardsNew(Section lane) {
    var text = lane.name("discard");
    if (text != null && !text.equals("old") && !text.equals("new")) {
      lane.invalid("discard", "expected old or new, got \"" + text + '"');
    }
    return "new".equals(text == null ? null : text.toLowerCase(Locale.ROOT));
  }

  private static DeadLetters deadLetters(Section lane) {
    var section = lane.section("dead_letter", Level.DEAD_LETTER);
    if (section == null) {
      return DeadLetters.DEFAULT;
    }
    var size = section.size("max_bytes", 0);
    return new DeadLetters(
        size <= 0 ? DeadLetters.DEFAULT_MAX_BYTES : size,
        section.duration("max_age", Duration.ZERO));
  }

  /// Checks what only the whole configuration tells: that lanes have JetStream for their streams,
  /// and that no two of an account want the same name or the same messages.
  static void check(Section server, ServerOptions options) {
    var leafnodes = server.section("leafnodes", Level.LEAFNODES);
    if (leafnodes == null) {
      return;
    }
    var seen = new HashMap<String, List<Declared>>();
    for (var remote : leafnodes.sections("remotes", Level.REMOTE)) {
      var named = remote.name("account");
      var account = named == null ? AccountOptions.GLOBAL : named;
      var lanes = read(remote);
      if (!lanes.isEmpty() && options.jetStreamOf(account) == null) {
        remote.invalid(
            "forward",
            options.jetstream() == null
                ? "lanes are kept in streams: enable \"jetstream\""
                : "lanes are kept in streams: enable JetStream for the account \"" + account + '"');
      }
      var sections = remote.sections("forward", Level.FORWARD);
      var others = seen.computeIfAbsent(account, _ -> new ArrayList<>());
      for (var i = 0; i < lanes.size(); i++) {
        var declared = new Declared(lanes.get(i), sections.get(i), remote);
        others.forEach(other -> compare(declared, other));
        others.add(declared);
      }
    }
  }

  private record Declared(LaneOptions lane, Section at, Section remote) {}

  /// The same lane may be declared in several remotes, of which one at a time is joined.
  private static void compare(Declared one, Declared other) {
    var problems = one.at.problems();
    var place = "the lane at " + one.at.at() + ' ';
    var named = '"' + one.lane.name() + '"';
    if (one.remote != other.remote && one.lane.equals(other.lane)) {
      return;
    }
    if (one.remote != other.remote && one.lane.name().equals(other.lane.name())) {
      problems.error(
          place
              + "contradicts the one at "
              + other.at.at()
              + ": remotes that declare the same lane "
              + named
              + " must declare it alike");
    } else if (one.lane.name().equals(other.lane.name())) {
      problems.error(place + "has the name of the one at " + other.at.at() + ": " + named);
    } else if (overlap(one.lane.subjects(), other.lane.subjects())) {
      problems.error(place + "takes subjects of the one at " + other.at.at() + " too");
    }
  }

  private static boolean overlap(List<String> some, List<String> others) {
    return some.stream()
        .anyMatch(one -> others.stream().anyMatch(other -> Subjects.collide(one, other)));
  }
}

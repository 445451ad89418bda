package io.frond.config;

import io.frond.conf.Value;
import io.frond.options.PermissionOptions;
import io.frond.options.PermissionOptions.Responses;
import io.frond.options.PermissionOptions.SubjectRule;
import io.frond.subject.Subjects;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what a user, or a route, may publish and subscribe to.
final class PermissionsReader {
  private PermissionsReader() {}

  /// Null when the key is absent.
  static @Nullable PermissionOptions read(Section parent, String key) {
    var section = parent.section(key, Level.PERMISSIONS);
    if (section == null) {
      return null;
    }
    var publish = rule(section, "publish", false);
    var responses = responses(section);
    if (responses != null && (publish == null || publish.allow() == null)) {
      // Who may answer may publish nothing else, unless told otherwise.
      publish = new SubjectRule(List.of(), publish == null ? List.of() : publish.deny());
    }
    return new PermissionOptions(publish, rule(section, "subscribe", true), responses);
  }

  /// A map of `allow` and `deny`, or the subjects that are allowed. Null when there is none.
  static @Nullable SubjectRule rule(Section section, String key, boolean queues) {
    var entry = section.entry(key);
    if (entry == null) {
      return null;
    }
    if (!(entry.value() instanceof Value.Table table)) {
      return new SubjectRule(subjects(section, key, queues), List.of());
    }
    if (table.entries().isEmpty()) {
      return null;
    }
    var lists = new Section(table, Level.SUBJECTS, section.problems());
    return new SubjectRule(
        lists.has("allow") ? subjects(lists, "allow", queues) : null,
        subjects(lists, "deny", queues));
  }

  /// One subject or an array of subjects.
  ///
  /// @param queues a queue may follow a subject after a blank
  static List<String> subjects(Section section, String key, boolean queues) {
    for (var text : section.texts(key)) {
      var subject = text.text();
      if (queues ? !Texts.isSubjectAndQueue(subject) : !Subjects.isValid(subject)) {
        section.problems().invalid(key, text.at(), "\"" + subject + "\" is not a valid subject");
      }
    }
    return section.strings(key);
  }

  private static @Nullable Responses responses(Section section) {
    var entry = section.entry("allow_responses");
    if (entry == null) {
      return null;
    }
    if (entry.value() instanceof Value.Flag flag) {
      return flag.on() ? new Responses(Responses.DEFAULT_MAX, Responses.DEFAULT_EXPIRES) : null;
    }
    var limits = section.section("allow_responses", Level.RESPONSES);
    if (limits == null) {
      return null;
    }
    var max = limits.number("max", -1, Integer.MAX_VALUE, Responses.DEFAULT_MAX);
    var expires = Responses.DEFAULT_EXPIRES;
    var text = limits.text("expires");
    if (text != null) {
      var given = Texts.duration(text);
      if (given == null) {
        limits.invalid("expires", "expected a duration such as \"10s\", got \"" + text + '"');
      } else if (!given.isZero()) {
        expires = given;
      }
    }
    return new Responses(max == 0 ? Responses.DEFAULT_MAX : max, expires);
  }
}

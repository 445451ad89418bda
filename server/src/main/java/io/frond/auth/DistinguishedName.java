package io.frond.auth;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/// A certificate subject's name as RFC 4514 writes it, compared as nats-server does: types without
/// regard to case, values with it.
///
/// @param rdns each a set of attributes, the most specific first
record DistinguishedName(List<Set<Attribute>> rdns) {
  /// The types that a name may have; others make a certificate's name unknown.
  static final Map<String, String> TYPES =
      Map.of(
          "2.5.4.3", "CN",
          "2.5.4.5", "SERIALNUMBER",
          "2.5.4.6", "C",
          "2.5.4.7", "L",
          "2.5.4.8", "ST",
          "2.5.4.9", "STREET",
          "2.5.4.10", "O",
          "2.5.4.11", "OU",
          "2.5.4.17", "POSTALCODE",
          "0.9.2342.19200300.100.1.25", "DC");

  /// @param type upper-case
  record Attribute(String type, String value) {}

  /// @return null when an attribute has a type that is not in [#TYPES]
  static @Nullable DistinguishedName of(X500Principal subject) {
    var rdns = attributes(subject);
    for (var rdn : rdns) {
      for (var attribute : rdn) {
        if (!TYPES.containsValue(attribute.type)) {
          return null;
        }
      }
    }
    return new DistinguishedName(rdns.stream().map(Set::copyOf).toList());
  }

  /// A subject's attributes, the most specific part first; those of unknown types have their object
  /// identifier as type and `#` with their BER as value.
  static List<List<Attribute>> attributes(X500Principal subject) {
    var rdns = new Parser(subject.getName(X500Principal.RFC2253, TYPES), true).parse();
    return rdns == null ? List.of() : rdns;
  }

  /// @return null for text that is no name, or holds a value in BER (`#…`)
  static @Nullable DistinguishedName parse(String text) {
    var rdns = new Parser(text, false).parse();
    return rdns == null ? null : new DistinguishedName(rdns.stream().map(Set::copyOf).toList());
  }

  /// Whether both have the same parts, in whatever order.
  boolean sameParts(DistinguishedName other) {
    var rest = new ArrayList<>(other.rdns);
    for (var rdn : rdns) {
      if (!rest.remove(rdn)) {
        return false;
      }
    }
    return rest.isEmpty();
  }

  /// Reads one name; made for one call.
  private static final class Parser {
    private final byte[] text;
    private final boolean berAllowed;
    private int at;

    Parser(String text, boolean berAllowed) {
      this.berAllowed = berAllowed;
      this.text = text.getBytes(StandardCharsets.UTF_8);
    }

    @Nullable List<List<Attribute>> parse() {
      var rdns = new ArrayList<List<Attribute>>();
      var rdn = new ArrayList<Attribute>();
      while (true) {
        var type = type();
        var value = type == null ? null : value();
        if (type == null || value == null) {
          return null;
        }
        rdn.add(new Attribute(type, value));
        if (at == text.length || text[at] == ',') {
          rdns.add(List.copyOf(rdn));
          rdn.clear();
        }
        if (at == text.length) {
          return rdns;
        }
        at++;
      }
    }

    private @Nullable String type() {
      var start = at;
      while (at < text.length && text[at] != '=') {
        if (text[at] == ',' || text[at] == '+' || text[at] == '\\') {
          return null;
        }
        at++;
      }
      var type = new String(text, start, at - start, StandardCharsets.UTF_8).strip();
      if (at == text.length || type.isEmpty()) {
        return null;
      }
      at++;
      return type.toUpperCase(Locale.ROOT);
    }

    /// Up to an unescaped ',' or '+'; spaces around it that are not escaped do not belong to it.
    private @Nullable String value() {
      var bytes = new byte[text.length - at];
      var length = 0;
      var kept = 0;
      if (at < text.length && text[at] == '#' && !berAllowed) {
        return null;
      }
      for (; at < text.length && text[at] != ',' && text[at] != '+'; at++) {
        if (text[at] == '\\') {
          var escaped = escaped();
          if (escaped < 0) {
            return null;
          }
          bytes[length++] = (byte) escaped;
          kept = length;
        } else if (text[at] != ' ') {
          bytes[length++] = text[at];
          kept = length;
        } else if (length > 0) {
          bytes[length++] = ' ';
        }
      }
      return new String(bytes, 0, kept, StandardCharsets.UTF_8);
    }

    /// After a backslash: a special character, or a byte as two hex digits.
    private int escaped() {
      if (at + 1 < text.length && " \"#+,;<=>\\".indexOf(text[at + 1]) >= 0) {
        return text[++at];
      }
      if (at + 2 >= text.length) {
        return -1;
      }
      var high = Character.digit(text[at + 1], 16);
      var low = Character.digit(text[at + 2], 16);
      at += 2;
      return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
  }
}

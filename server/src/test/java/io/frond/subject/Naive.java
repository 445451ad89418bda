package io.frond.subject;

import java.util.ArrayList;
import java.util.List;

/// The matching rules in their plainest form, to compare with.
final class Naive {
  private Naive() {}

  static boolean matches(String literal, String pattern) {
    String[] l = literal.split("\\.", -1);
    String[] p = pattern.split("\\.", -1);
    for (String token : l) {
      if (token.isEmpty()) {
        return false;
      }
    }
    for (int i = 0; i < p.length; i++) {
      if (i >= l.length) {
        return false;
      }
      if (p[i].equals(">") && i == p.length - 1) {
        return true;
      }
      if (!p[i].equals("*") && !p[i].equals(l[i])) {
        return false;
      }
    }
    return l.length == p.length;
  }

  static List<Sub> match(String literal, List<Sub> subs) {
    List<Sub> found = new ArrayList<>();
    for (Sub sub : subs) {
      if (matches(literal, sub.text())) {
        found.add(sub);
      }
    }
    return found;
  }
}

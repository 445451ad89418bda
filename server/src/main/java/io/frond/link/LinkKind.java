package io.frond.link;

/// Who is at the other end of a link, for counts.
public enum LinkKind {
  CLIENT,
  ROUTE,
  LEAF
}

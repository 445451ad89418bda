package io.frond.conf;

/// The text is no configuration.
public final class ConfException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final int line;
  private final int column;
  private final String what;
  private final String advice;

  /// @param what is wrong, without the place
  /// @param advice what to do about it
  ConfException(Position at, String what, String advice) {
    super(at + ": " + what + "; " + advice);
    this.file = at.file();
    this.line = at.line();
    this.column = at.column();
    this.what = what;
    this.advice = advice;
  }

  /// `FILE:LINE:COLUMN: WHAT; ADVICE`.
  @Override
  public String getMessage() {
    return at() + ": " + what + "; " + advice;
  }

  public Position at() {
    return new Position(file, line, column);
  }

  public String what() {
    return what;
  }

  public String advice() {
    return advice;
  }
}

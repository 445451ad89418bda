package io.frond.config;

import java.util.List;

/// The configuration or the command line cannot be used. Nothing was started or changed.
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /// @param problems each one line that says what is wrong and where
  ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  ConfigException(String problem) {
    this(List.of(problem));
  }

  /// All problems, one on each line.
  @Override
  public String getMessage() {
    return String.join("\n", problems);
  }

  public List<String> problems() {
    return problems;
  }
}

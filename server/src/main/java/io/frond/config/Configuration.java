package io.frond.config;

import io.frond.conf.Conf;
import io.frond.conf.ConfException;
import io.frond.conf.Digest;
import io.frond.conf.Position;
import io.frond.conf.Value;
import io.frond.options.ServerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes [ServerOptions] from a configuration file and a command line.
public final class Configuration {
  /// A configuration that can be used.
  ///
  /// @param options what the server is told
  /// @param warnings for the log, one line each
  /// @param tree what the file held, null without a file
  public record Loaded(ServerOptions options, List<String> warnings, Value.@Nullable Table tree) {
    /// `sha256:…` over the file's values, whatever their order and spelling; empty without a file.
    public String digest() {
      return tree == null ? "" : Digest.of(tree);
    }
  }

  private Configuration() {}

  /// Reads the file that the flags name, if any.
  public static Loaded load(Flags flags) throws ConfigException {
    return load(flags.configFile(), flags);
  }

  /// @param file null for none
  /// @throws ConfigException naming every problem that was found
  public static Loaded load(@Nullable Path file, Flags flags) throws ConfigException {
    if (file == null) {
      return map(new Value.Table(List.of(), Position.of("the command line")), flags, null);
    }
    try {
      return map(Conf.readFile(file), flags, file.toString());
    } catch (ConfException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  /// Reads a text instead of a file, for embedding programs.
  ///
  /// @param name what messages call it
  public static Loaded parse(String text, String name) throws ConfigException {
    return parse(text, name, System.getenv());
  }

  static Loaded parse(String text, String name, Map<String, String> environment)
      throws ConfigException {
    try {
      return map(Conf.readText(text, name, environment), Flags.none(), null);
    } catch (ConfException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  private static Loaded map(Value.Table tree, Flags flags, @Nullable String file)
      throws ConfigException {
    var problems = new Problems();
    var section = new Section(tree, Level.SERVER, problems);
    var options = new ServerReader(section, flags).read(file);
    problems.throwIfAny();
    if (file != null && tree.entries().isEmpty()) {
      problems.warn("config", Position.of(file), "the file is empty");
    }
    return new Loaded(options, problems.warnings(), file == null ? null : tree);
  }
}

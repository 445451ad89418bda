package io.frond;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.StringWrapper;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// The style as a test, over the sources of every module. CONTRIBUTING.md has the reasons of the
/// rules; `./format` (the `main` here) rewrites the files that are not formatted.
class TidyTest {
  private static final int FILE_LINES_MAX = 500;
  private static final int METHOD_LINES_MAX = 70;

  /// What may be longer than the limits, each with its reason. This list only shrinks.
  private static final Map<String, String> LONG_FILES = Map.of();

  private static final Map<String, String> LONG_METHODS = Map.of();

  private enum Where {
    ANYWHERE,
    MAIN,
    TEST
  }

  /// @param allowed path prefixes under the root where the words may stand, with their reasons
  private record Ban(Pattern words, Where where, String why, Map<String, String> allowed) {}

  private static final String SELF = "server/src/test/java/io/frond/TidyTest.java";

  private static final List<Ban> BANS =
      List.of(
          new Ban(
              Pattern.compile("\\bSystem\\.(out|err)\\b"),
              Where.MAIN,
              "what the server says goes through the log",
              Map.of(
                  "server/src/main/java/io/frond/server/Main.java", "the command line's answers",
                  "server/src/main/java/io/frond/server/Demo.java", "its output is its purpose",
                  "bench/src/main/java/io/frond/bench/", "no part of the server",
                  "server/src/main/java/io/frond/logging/", "the log itself writes there")),
          new Ban(
              Pattern.compile("\\bprintStackTrace\\(\\)"),
              Where.ANYWHERE,
              "an exception is handled, passed on or logged",
              Map.of()),
          new Ban(
              Pattern.compile("\\b(TODO|FIXME|XXX|HACK)\\b"),
              Where.ANYWHERE,
              "do it now, or write an issue",
              Map.of()),
          new Ban(
              Pattern.compile("\\bThread\\.sleep\\b"),
              Where.TEST,
              "wait for the condition: a sleep is too short on a slow machine, too long on others",
              Map.of()),
          new Ban(
              Pattern.compile("@Disabled\\b|\\bassume(True|False|ThatCode|That)\\b"),
              Where.TEST,
              "a test that can skip proves nothing; tags choose what runs",
              Map.of()));

  private static final Pattern VAGUE_NAME =
      Pattern.compile("(Abstract|Base)\\p{Lu}.*|.*(Manager|Helper|Utils?|Impl)");

  private static final Path ROOT = root();
  private static final Map<Path, String> SOURCES = sources();
  private static final Formatter FORMATTER = new Formatter();

  @Test
  void sourcesAreFound() {
    assertFalse(SOURCES.isEmpty(), "no sources under " + ROOT);
    var names = SOURCES.keySet().stream().map(TidyTest::name).toList();
    Stream.of(LONG_FILES, LONG_METHODS)
        .flatMap(exceptions -> exceptions.keySet().stream())
        .forEach(listed ->
            assertTrue(names.stream().anyMatch(listed::startsWith), listed + " does not exist"));
  }

  @Test
  void everyFileIsFormatted() {
    var wrong =
        SOURCES.entrySet().parallelStream()
            .filter(source -> !format(source.getKey(), source.getValue()).equals(source.getValue()))
            .map(source -> name(source.getKey()))
            .sorted()
            .toList();
    assertEquals(List.of(), wrong, "not formatted; ./format does it");
  }

  @Test
  void noFileIsTooLong() {
    var wrong = new ArrayList<String>();
    SOURCES.forEach((path, text) -> {
      var lines = text.lines().count();
      if (lines > FILE_LINES_MAX && !LONG_FILES.containsKey(name(path))) {
        wrong.add(name(path) + ": " + lines + " lines, at most " + FILE_LINES_MAX);
      }
    });
    assertEquals(List.of(), wrong);
  }

  @Test
  void noBannedWordStandsInTheSources() {
    var wrong = new ArrayList<String>();
    SOURCES.forEach((path, text) -> {
      var name = name(path);
      for (var ban : BANS) {
        var matcher = ban.words.matcher(text);
        while (applies(ban, name) && matcher.find()) {
          var line = 1 + text.substring(0, matcher.start()).chars().filter(c -> c == '\n').count();
          wrong.add(name + ":" + line + ": " + matcher.group() + " (" + ban.why + ")");
        }
      }
    });
    assertEquals(List.of(), wrong);
  }

  private static boolean applies(Ban ban, String name) {
    var test = name.contains("/src/test/");
    return !name.equals(SELF)
        && switch (ban.where) {
          case ANYWHERE -> true;
          case MAIN -> !test;
          case TEST -> test;
        }
        && ban.allowed.keySet().stream().noneMatch(name::startsWith);
  }

  /// A package of tests that has the name of a production package is described there.
  @Test
  void everyPackageIsDescribedAndNullMarked() {
    var wrong = new ArrayList<String>();
    var folders = SOURCES.keySet().stream().map(Path::getParent).collect(Collectors.toSet());
    for (var folder : folders) {
      var production =
          Path.of(folder.toString().replaceFirst("[/\\\\]src[/\\\\]test[/\\\\]", "/src/main/"));
      var info =
          Stream.of(folder, production)
              .map(place -> SOURCES.get(place.resolve("package-info.java")))
              .filter(text -> text != null)
              .findFirst()
              .orElse("");
      if (!info.startsWith("/// ") || !info.contains("\n@NullMarked\npackage ")) {
        wrong.add(name(folder) + ": no package-info.java that starts with /// and is @NullMarked");
      }
    }
    Collections.sort(wrong);
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyDeclarationKeepsTheRules() throws IOException {
    var wrong = new ArrayList<String>();
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var units = files.getJavaFileObjectsFromPaths(SOURCES.keySet());
      var options = List.of("-proc:none");
      var task = (JavacTask) compiler.getTask(null, files, null, options, null, units);
      var positions = Trees.instance(task).getSourcePositions();
      for (var unit : task.parse()) {
        new Rules(unit, positions, wrong).scan(unit, null);
      }
    }
    assertEquals(List.of(), wrong);
  }

  /// The rules that need the syntax tree of a file.
  private static final class Rules extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> wrong;
    private final String file;

    Rules(CompilationUnitTree unit, SourcePositions positions, List<String> wrong) {
      this.unit = unit;
      this.positions = positions;
      this.wrong = wrong;
      this.file = name(Path.of(unit.getSourceFile().toUri()));
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      var lines = 1 + endLine(method) - startLine(method);
      var name = file + "#" + method.getName();
      if (lines > METHOD_LINES_MAX && !LONG_METHODS.containsKey(name)) {
        complain(method, name + " has " + lines + " lines, at most " + METHOD_LINES_MAX);
      }
      return super.visitMethod(method, null);
    }

    @Override
    public Void visitClass(ClassTree type, Void unused) {
      if (VAGUE_NAME.matcher(type.getSimpleName()).matches()) {
        complain(type, type.getSimpleName() + " does not tell what it is");
      }
      return super.visitClass(type, null);
    }

    @Override
    public Void visitCatch(CatchTree caught, Void unused) {
      var broad = Set.of("Exception", "RuntimeException", "Throwable", "Error");
      if (broad.contains(caught.getParameter().getType().toString())
          && caught.getBlock().getStatements().isEmpty()) {
        complain(caught, "an exception of any kind is swallowed");
      }
      return super.visitCatch(caught, null);
    }

    private void complain(Tree tree, String what) {
      wrong.add(file + ":" + startLine(tree) + ": " + what);
    }

    private long startLine(Tree tree) {
      return unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
    }

    private long endLine(Tree tree) {
      return unit.getLineMap().getLineNumber(positions.getEndPosition(unit, tree));
    }
  }

  private static String format(Path path, String source) {
    try {
      var imports = RemoveUnusedImports.removeUnusedImports(source);
      var ordered = ImportOrderer.reorderImports(imports, JavaFormatterOptions.Style.GOOGLE);
      return StringWrapper.wrap(FORMATTER.formatSource(ordered), FORMATTER);
    } catch (FormatterException e) {
      throw new IllegalArgumentException(name(path) + ": " + e.getMessage(), e);
    }
  }

  private static Path root() {
    var folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve(".mvn"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("no project above " + Path.of("").toAbsolutePath());
      }
    }
    return folder;
  }

  private static Map<Path, String> sources() {
    var found = new TreeMap<Path, String>();
    for (var module : List.of("server", "bench")) {
      var folder = ROOT.resolve(module).resolve("src");
      if (!Files.isDirectory(folder)) {
        continue;
      }
      try (var paths = Files.walk(folder)) {
        for (var path : paths.filter(path -> path.toString().endsWith(".java")).toList()) {
          found.put(path, Files.readString(path));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  /// The path as the lists above write it: from the root, with `/`.
  private static String name(Path path) {
    return ROOT.relativize(path).toString().replace('\\', '/');
  }

  static void main() throws IOException {
    var wrong =
        SOURCES.entrySet().parallelStream()
            .map(source -> Map.entry(source.getKey(), format(source.getKey(), source.getValue())))
            .filter(source -> !source.getValue().equals(SOURCES.get(source.getKey())))
            .toList();
    for (var source : wrong) {
      Files.writeString(source.getKey(), source.getValue());
      System.out.println(name(source.getKey()));
    }
  }
}

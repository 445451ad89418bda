package io.frond;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The map of the code: every package, from the bottom up; each may use only itself and those
/// before it. A new package is put on the map at the lowest place where what it needs is below it.
class ArchitectureTest {
  private static final String ROOT = "io.frond";

  private static final List<String> BOTTOM_UP =
      List.of(
          "options",
          "logging",
          "buffer",
          "sync",
          "time",
          "json",
          "conf",
          "subject",
          "wire",
          "disk",
          "outage",
          "log",
          "store",
          "nkey",
          "trace",
          "account",
          "auth",
          "transport",
          "link",
          "session",
          "client",
          "route",
          "leafnode",
          "shard",
          "stream",
          "consumer",
          "backup",
          "api",
          "jetstream",
          "lane",
          "monitor",
          "system",
          "config",
          "server");

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void everyPackageIsOnTheMap() {
    var found =
        PRODUCTION.stream()
            .map(JavaClass::getPackageName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertFalse(found.isEmpty(), "no classes under " + ROOT);
    var unknown = found.stream().filter(name -> level(name) < 0).toList();
    assertEquals(List.of(), unknown, "packages that the map lacks");
  }

  @Test
  void everyPackageDependsOnlyDownwards() {
    var upward =
        PRODUCTION.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(dependency ->
                level(dependency.getTargetClass().getPackageName())
                    > level(dependency.getOriginClass().getPackageName()))
            .map(dependency -> dependency.getDescription())
            .sorted()
            .toList();
    assertEquals(List.of(), upward, "uses of a package that stands higher on the map");
  }

  /// State has an owner that a test can make anew; a static that changes has none.
  @Test
  void noStaticFieldIsAssignedTwice() {
    fields().that().areStatic().should().beFinal().check(PRODUCTION);
  }

  /// The package's place on the map, -1 for one that is not ours or is missing there.
  private static int level(String packageName) {
    return packageName.startsWith(ROOT + ".")
        ? BOTTOM_UP.indexOf(packageName.substring(ROOT.length() + 1))
        : -1;
  }
}

package io.frond.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// `launcher/jvm.options` names methods, which the JVM does not check.
final class JvmOptionsTest {
  private static final String COMMAND = "-XX:CompileCommand=dontinline,";

  @Test
  void theMethodsThatAreNotInlinedExist() throws IOException, ClassNotFoundException {
    var lines = Files.readAllLines(Path.of("..", "launcher", "jvm.options"));
    var named = lines.stream().filter(line -> line.startsWith(COMMAND)).toList();
    assertFalse(named.isEmpty());
    for (var line : named) {
      var parts = line.substring(COMMAND.length()).split("::", -1);
      var loader = JvmOptionsTest.class.getClassLoader();
      var methods = Class.forName(parts[0], false, loader).getDeclaredMethods();
      assertTrue(
          Arrays.stream(methods).anyMatch(method -> method.getName().equals(parts[1])), line);
    }
  }
}

package io.frond.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonObjectTest {
  private static JsonObject all(String text) throws JsonException {
    return JsonObject.parseAll(text.getBytes(UTF_8), "Request", true);
  }

  @Test
  void objectsOneBehindTheOtherAreOne() throws JsonException {
    var together = all("{\"a\":1,\"b\":1} {\"b\":2}{}");
    assertEquals(1, together.number("a", 0));
    assertEquals(2, together.number("b", 0));
    for (var bad : List.of("{} 1", "{}x", "{} {", "{},{}")) {
      assertThrows(JsonException.class, () -> all(bad), bad);
    }
    assertThrows(JsonException.class, () -> JsonObject.parse("{} {}".getBytes(UTF_8)));
  }

  @Test
  void whatIsTooLargeIsTheLargest() throws JsonException {
    assertEquals(Long.MAX_VALUE, all("{\"n\":18446744073709551616}").number("n", 0));
    assertEquals(Long.MIN_VALUE, all("{\"n\":-9223372036854775809}").number("n", 0));
  }
}

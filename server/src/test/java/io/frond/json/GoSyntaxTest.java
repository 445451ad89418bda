package io.frond.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// The words are what Go 1.26 says of these texts.
class GoSyntaxTest {
  private static final String[][] BROKEN = {
    {"x", "invalid character 'x' looking for beginning of value"},
    {"{x", "invalid character 'x' looking for beginning of object key string"},
    {"{\"a\"x", "invalid character 'x' after object key"},
    {"{\"a\":1 x", "invalid character 'x' after object key:value pair"},
    {"{\"a\":1}x", "invalid character 'x' after top-level value"},
    {"{\"a\":1,}", "invalid character '}' looking for beginning of object key string"},
    {"{\"a\":}", "invalid character '}' looking for beginning of value"},
    {"[1 2]", "invalid character '2' after array element"},
    {"[1,]", "invalid character ']' looking for beginning of value"},
    {"{\"a\":\"b\nc\"}", "invalid character '\\n' in string literal"},
    {"{\"a\":\"\\q\"}", "invalid character 'q' in string escape code"},
    {"{\"a\":\"\\u12x4\"}", "invalid character 'x' in \\u hexadecimal character escape"},
    {"{\"a\":-x}", "invalid character 'x' in numeric literal"},
    {"{\"a\":1.x}", "invalid character 'x' after decimal point in numeric literal"},
    {"{\"a\":1ex}", "invalid character 'x' in exponent of numeric literal"},
    {"{\"a\":01}", "invalid character '1' after object key:value pair"},
    {"{\"a\":trxe}", "invalid character 'x' in literal true (expecting 'u')"},
    {"{\"a\":nul1}", "invalid character '1' in literal null (expecting 'l')"},
    {"{'a':1}", "invalid character '\\'' looking for beginning of object key string"},
    {"\u0000", "invalid character '\\x00' looking for beginning of value"},
    {"{", "unexpected end of JSON input"},
    {"{\"a\":\"b", "unexpected end of JSON input"},
    {"[1,", "unexpected end of JSON input"},
    {"  ", "unexpected end of JSON input"},
    {"tru", "unexpected end of JSON input"},
  };

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void whatIsWrongIsSaidInGosWords() {
    for (var one : BROKEN) {
      assertEquals(one[1], GoSyntax.error(bytes(one[0])), one[0]);
      var thrown = assertThrows(JsonException.class, () -> JsonObject.parse(bytes(one[0])));
      assertEquals(one[1], thrown.getMessage(), one[0]);
    }
    for (var fine : new String[] {"{}", " [1, -0.5e+3, \"\\u00e4\\n\", {\"a\": null}] ", "true"}) {
      assertNull(GoSyntax.error(bytes(fine)), fine);
    }
  }

  @Test
  void theDecoderOfStreamsSaysWhere() {
    for (var one :
        new String[][] {
          {"{x", "invalid character 'x' looking for beginning of object key string at offset 2"},
          {" {\"a\":1 x", "invalid character 'x' after object key:value pair at offset 9"},
          {"{}x", "invalid character 'x' looking for beginning of value at offset 3"},
          {"{\"a\":", "unexpected EOF"},
        }) {
      assertEquals(one[1], GoSyntax.errorWithOffset(bytes(one[0])), one[0]);
    }
    assertNull(GoSyntax.errorWithOffset(bytes("{} {}")));
  }

  @Test
  void whatIsNoObjectIsNamedByItsKind() throws JsonException {
    for (var one :
        new String[][] {
          {"[1]", "array"}, {"3", "number"}, {" \"a\"", "string"}, {"true", "bool"}
        }) {
      var thrown =
          assertThrows(JsonException.class, () -> JsonObject.parse(bytes(one[0]), "Type", true));
      assertEquals(
          "json: cannot unmarshal " + one[1] + " into Go value of type server.Type",
          thrown.getMessage());
    }
    assertEquals(0, JsonObject.parse(bytes("null"), "Type", true).names().size());
  }
}

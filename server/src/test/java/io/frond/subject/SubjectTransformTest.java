package io.frond.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SubjectTransformTest {
  private static void makes(String source, String destination, String subject, String made)
      throws TransformException {
    SubjectTransform.validate(source, destination);
    assertEquals(made, SubjectTransform.of(source, destination).apply(subject, 7), destination);
  }

  @Test
  void eachFunctionMakesWhatTheAdrSays() throws TransformException {
    makes("foo.*", "bar.$1", "foo.x", "bar.x");
    makes("foo.*.*", "bar.{{wildcard(2)}}.{{ Wildcard(1) }}", "foo.a.b", "bar.b.a");
    makes("foo.>", "bar.>", "foo.a.b", "bar.a.b");
    makes("foo.*.>", "bar.$1.z.>", "foo.a.b.c", "bar.a.z.b.c");
    makes(">", "p.>", "a.b", "p.a.b");
    makes("", "p.>", "a.b", "p.a.b");
    makes(">", ">", "a.b", "a.b");
    makes("a", "b", "a", "b");
    makes("*", "{{splitfromleft(1,3)}}", "12345", "123.45");
    makes("*", "{{SplitFromRight(1,3)}}", "12345", "12.345");
    makes("*", "{{SliceFromLeft(1,3)}}", "1234567890", "123.456.789.0");
    makes("*", "{{SliceFromRight(1,3)}}", "1234567890", "1.234.567.890");
    makes("*", "{{split(1,-)}}", "-abc-def--ghi-", "abc.def.ghi");
    makes("*.*", "{{split(2,-)}}.{{splitfromleft(1,3)}}", "ab.-c-d", "c.d.ab");
    makes("*", "{{left(1,2)}}.{{right(1,2)}}", "abcde", "ab.de");
    makes("*", "bar.{{partition(10,1)}}", "foo", "bar.3");
    makes("*", "bar.{{partition(10,1)}}", "baz", "bar.0");
    makes("*", "bar.{{partition(10,1)}}", "qux", "bar.9");
    makes("*.*", "{{partition(0)}}.{{random(5)}}", "a.b", "0.2");
    makes("a.*", "$JS.x.$1", "a.b", "$JS.x.b");
  }

  @Test
  void aSubjectThatTheSourceDoesNotMatchIsNotTransformed() throws TransformException {
    assertNull(SubjectTransform.of("foo.*", "bar.$1").apply("baz.x", 0));
    assertNull(SubjectTransform.of("foo.*", "bar.$1").apply("foo.x.y", 0));
  }

  @Test
  void whatCannotBeIsRefused() {
    for (var bad :
        new String[][] {
          {"foo.*", "bar.$2"},
          {"foo.*", "bar.*"},
          {"foo.>", "bar"},
          {"foo", "bar.>"},
          {"foo", "bar.$1"},
          {"foo", "bar..x"},
          {"foo..x", "bar"},
          {"foo.*", "bar.{{wildcard()}}"},
          {"foo.*", "bar.{{wildcard(1,2)}}"},
          {"foo.*", "bar.{{wildcard(x)}}"},
          {"foo.*", "bar.{{nope(1)}}"},
          {"foo.*", "bar.{{splitfromleft(1)}}"},
          {"foo.*", "b ar.$1"},
          {"foo.*", "bar.{{partition(x,1)}}"}
        }) {
      assertThrows(
          TransformException.class,
          () -> SubjectTransform.validate(bad[0], bad[1]),
          bad[0] + " " + bad[1]);
    }
  }
}

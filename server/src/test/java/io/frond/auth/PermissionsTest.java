package io.frond.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.PermissionOptions;
import io.frond.options.PermissionOptions.Responses;
import io.frond.options.PermissionOptions.SubjectRule;
import io.frond.subject.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PermissionsTest {
  @Test
  void publishingNeedsAnAllowAndNoDeny() {
    var permissions = publish(List.of("a.*", "b.>", "c"), List.of("a.x", "b.secret.>"));
    assertTrue(canPublish(permissions, "a.b"));
    assertFalse(canPublish(permissions, "a.b.c"));
    assertFalse(canPublish(permissions, "a.x"));
    assertTrue(canPublish(permissions, "b.c.d"));
    assertFalse(canPublish(permissions, "b"));
    assertFalse(canPublish(permissions, "b.secret.key"));
    assertTrue(canPublish(permissions, "b.secret"));
    assertTrue(canPublish(permissions, "c"));
    assertFalse(canPublish(permissions, "d"));
    assertFalse(canPublish(permissions, ""));
  }

  @Test
  void withoutAnAllowAllButTheDeniedMayBePublished() {
    var permissions = publish(null, List.of("secret.>"));
    assertTrue(canPublish(permissions, "a"));
    assertFalse(canPublish(permissions, "secret.a"));
    assertFalse(permissions.publishesFreely());
    assertTrue(publish(null, List.of()).publishesFreely());
    assertFalse(canPublish(publish(List.of(), List.of()), "a"));
  }

  @Test
  void aSubjectWithAnEmptyTokenIsNeitherAllowedNorDeniedByAWildcard() {
    var allowed = publish(List.of("a.>", "*", ">"), List.of());
    var denied = publish(null, List.of("a.>", ">"));
    for (var subject : List.of("a..b", "a.", ".a", "a.long.subject..with.many.tokens", "")) {
      assertFalse(canPublish(allowed, subject), subject);
      assertTrue(canPublish(denied, subject), subject);
    }
    var subscribe =
        Permissions.of(new PermissionOptions(null, new SubjectRule(List.of(">"), List.of()), null));
    assertFalse(subscribe.canSubscribe("a..b".getBytes(StandardCharsets.UTF_8), null));
  }

  @Test
  void aSubjectInALargerBufferIsReadAtItsPlace() {
    var permissions = publish(List.of("foo.bar", "x.*"), List.of());
    var buffer = "PUB foo.bar 5".getBytes(StandardCharsets.UTF_8);
    assertTrue(permissions.canPublish(buffer, 4, 7));
    assertFalse(permissions.canPublish(buffer, 4, 6));
    assertFalse(permissions.canPublish(buffer, 4, 8));
    var other = "PUB x.bar 5".getBytes(StandardCharsets.UTF_8);
    assertTrue(permissions.canPublish(other, 4, 5));
    assertFalse(permissions.canPublish(other, 4, 1));
  }

  @Test
  void manyLiteralsAreAllFoundAndNothingElse() {
    var allowed = new ArrayList<String>();
    for (var i = 0; i < 1000; i++) {
      allowed.add("device." + i);
    }
    var permissions = publish(allowed, List.of());
    for (var subject : allowed) {
      assertTrue(canPublish(permissions, subject));
      assertFalse(canPublish(permissions, subject + "x"));
    }
  }

  @Test
  void publishingAgreesWithTheSubjectsRulesOnRandomPatterns() {
    var seed = 20_261_123L;
    var random = new Random(seed);
    for (var round = 0; round < 2000; round++) {
      var allow = List.of(pattern(random), pattern(random));
      var deny = List.of(pattern(random));
      var permissions = publish(allow, deny);
      var subject = literal(random);
      var expected =
          allow.stream().anyMatch(p -> Subjects.matches(subject, p))
              && deny.stream().noneMatch(p -> Subjects.matches(subject, p));
      assertEquals(
          expected,
          canPublish(permissions, subject),
          () -> "seed " + seed + ": " + subject + " in " + allow + " less " + deny);
    }
  }

  @Test
  void aSubscriptionMustBeCoveredByAnAllow() {
    var permissions = subscribe(List.of("foo.*", "bar.>"), List.of());
    assertTrue(canSubscribe(permissions, "foo.a", null));
    assertTrue(canSubscribe(permissions, "foo.*", null));
    assertFalse(canSubscribe(permissions, "foo.>", null));
    assertFalse(canSubscribe(permissions, "*.a", null));
    assertFalse(canSubscribe(permissions, ">", null));
    assertTrue(canSubscribe(permissions, "bar.*.c", null));
    assertTrue(canSubscribe(permissions, "bar.>", null));
    assertFalse(canSubscribe(permissions, "bar", null));
    assertTrue(canSubscribe(permissions, "foo.a", "workers"));
  }

  @Test
  void anEmptyAllowRestrictsNoSubscription() {
    assertTrue(canSubscribe(subscribe(List.of(), List.of()), "a", null));
  }

  @Test
  void aLeafMayShowInterestThatIsWiderThanWhatIsAllowed() {
    var permissions = subscribe(List.of("foo.*"), List.of("secret"));
    assertTrue(permissions.canSubscribeAsLeaf(bytes("foo.>"), null));
    assertTrue(permissions.canSubscribeAsLeaf(bytes(">"), null));
    assertFalse(permissions.canSubscribeAsLeaf(bytes("bar.>"), null));
    assertFalse(permissions.canSubscribeAsLeaf(bytes("bar"), null));
    assertFalse(permissions.canSubscribeAsLeaf(bytes("secret"), null));
  }

  @Test
  void whatADenyCoversIsRefusedAndWhatItTouchesIsFiltered() {
    var permissions = subscribe(null, List.of("secret.*", "top"));
    assertFalse(canSubscribe(permissions, "top", null));
    assertFalse(canSubscribe(permissions, "secret.*", null));
    assertTrue(canSubscribe(permissions, ">", null));
    assertTrue(canSubscribe(permissions, "secret.>", null));
    assertTrue(filtered(permissions, ">", null));
    assertTrue(filtered(permissions, "secret.>", null));
    assertTrue(filtered(permissions, "*", null));
    assertFalse(filtered(permissions, "open.>", null));
    assertFalse(filtered(permissions, "open", null));
    assertFalse(canDeliver(permissions, "secret.a", null));
    assertFalse(canDeliver(permissions, "top", null));
    assertTrue(canDeliver(permissions, "secret.a.b", null));
    assertTrue(canDeliver(permissions, "secret", null));
  }

  @Test
  void queueEntriesDecideWhereTheyCoverTheSubject() {
    var permissions = subscribe(List.of("foo", "foo v1", "foo *.dev", "bar prod"), List.of());
    assertTrue(canSubscribe(permissions, "foo", null));
    assertTrue(canSubscribe(permissions, "foo", "v1"));
    assertTrue(canSubscribe(permissions, "foo", "api.dev"));
    assertFalse(canSubscribe(permissions, "foo", "v2"));
    assertFalse(canSubscribe(permissions, "foo", "api.prod"));
    assertFalse(canSubscribe(permissions, "bar", null));
    assertTrue(canSubscribe(permissions, "bar", "prod"));
    assertFalse(canSubscribe(permissions, "bar", "dev"));
  }

  @Test
  void aDeniedQueueGroupIsDeniedItsDeliveriesToo() {
    var permissions = subscribe(List.of(">"), List.of("foo prod", "bar.* v1.>"));
    assertTrue(canSubscribe(permissions, "foo", null));
    assertTrue(canSubscribe(permissions, "foo", "dev"));
    assertFalse(canSubscribe(permissions, "foo", "prod"));
    assertFalse(canSubscribe(permissions, "bar.a", "v1.x"));
    assertTrue(canSubscribe(permissions, ">", "prod"));
    assertTrue(filtered(permissions, ">", "prod"));
    assertFalse(filtered(permissions, ">", "dev"));
    assertFalse(filtered(permissions, ">", null));
    assertFalse(canDeliver(permissions, "foo", "prod"));
    assertTrue(canDeliver(permissions, "foo", "dev"));
    assertTrue(canDeliver(permissions, "foo", null));
    assertFalse(canDeliver(permissions, "bar.a", "v1.2.3"));
  }

  @Test
  void responsesTurnOffTheBlanketAllow() {
    var responses = new Responses(1, Responses.DEFAULT_EXPIRES);
    var none = Permissions.of(new PermissionOptions(null, null, responses));
    assertFalse(canPublish(none, "a"));
    var denied =
        Permissions.of(new PermissionOptions(new SubjectRule(null, List.of("b")), null, responses));
    assertFalse(canPublish(denied, "a"));
    var allowed =
        Permissions.of(
            new PermissionOptions(new SubjectRule(List.of("a"), List.of()), null, responses));
    assertTrue(canPublish(allowed, "a"));
    assertFalse(canPublish(allowed, "b"));
  }

  @Test
  void moreCanBeDenied() {
    var some = Permissions.withDenied(null, List.of("$JS.API.>"), List.of("x"));
    assertTrue(canPublish(some, "a"));
    assertFalse(canPublish(some, "$JS.API.INFO"));
    assertFalse(canSubscribe(some, "x", null));
    var more = Permissions.withDenied(some, List.of("a", "a"), List.of());
    assertFalse(canPublish(more, "a"));
    assertFalse(canPublish(more, "$JS.API.INFO"));
    var publish = more.options().publish();
    assertNotNull(publish);
    assertEquals(List.of("$JS.API.>", "a"), publish.deny());
  }

  @Test
  void whatIsNoSubjectIsNamed() {
    assertNull(
        Permissions.problem(
            new PermissionOptions(null, new SubjectRule(null, List.of("a.> q.*")), null)));
    assertProblem(
        new PermissionOptions(new SubjectRule(List.of("a..b"), List.of()), null, null), "a..b");
    assertProblem(new PermissionOptions(new SubjectRule(null, List.of("a q")), null, null), "a q");
    assertProblem(
        new PermissionOptions(null, new SubjectRule(List.of(">.a"), List.of()), null), ">.a");
    assertProblem(
        new PermissionOptions(null, new SubjectRule(List.of("a b c"), List.of()), null), "a b c");
    assertProblem(new PermissionOptions(null, new SubjectRule(null, List.of("")), null), "");
  }

  private static void assertProblem(PermissionOptions options, String subject) {
    var problem = String.valueOf(Permissions.problem(options));
    assertTrue(problem.contains('"' + subject + '"'), problem);
    assertThrows(IllegalArgumentException.class, () -> Permissions.of(options));
  }

  private static String literal(Random random) {
    var tokens = new ArrayList<String>();
    do {
      tokens.add(List.of("a", "b", "*", ">").get(random.nextInt(20) == 0 ? 3 : random.nextInt(3)));
    } while (random.nextInt(3) > 0);
    return String.join(".", tokens);
  }

  private static String pattern(Random random) {
    var tokens = new ArrayList<String>();
    do {
      tokens.add(List.of("a", "b", "*").get(random.nextInt(3)));
    } while (random.nextInt(3) > 0);
    if (random.nextInt(4) == 0) {
      tokens.add(">");
    }
    return String.join(".", tokens);
  }

  private static Permissions publish(@Nullable List<String> allow, List<String> deny) {
    return Permissions.of(new PermissionOptions(new SubjectRule(allow, deny), null, null));
  }

  private static Permissions subscribe(@Nullable List<String> allow, List<String> deny) {
    return Permissions.of(new PermissionOptions(null, new SubjectRule(allow, deny), null));
  }

  private static boolean canPublish(Permissions permissions, String subject) {
    var bytes = bytes(subject);
    return permissions.canPublish(bytes, 0, bytes.length);
  }

  private static boolean canSubscribe(
      Permissions permissions, String subject, @Nullable String queue) {
    return permissions.canSubscribe(bytes(subject), queue == null ? null : bytes(queue));
  }

  private static boolean filtered(Permissions permissions, String subject, @Nullable String queue) {
    return permissions.deliverFiltered(bytes(subject), queue == null ? null : bytes(queue));
  }

  private static boolean canDeliver(
      Permissions permissions, String subject, @Nullable String queue) {
    var bytes = bytes(subject);
    return permissions.canDeliver(bytes, 0, bytes.length, queue == null ? null : bytes(queue));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

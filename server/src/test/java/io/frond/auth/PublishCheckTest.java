package io.frond.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.PermissionOptions;
import io.frond.options.PermissionOptions.Responses;
import io.frond.options.PermissionOptions.SubjectRule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublishCheckTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void answersStayRightWhenFarMoreSubjectsAreAskedThanFit() {
    var check =
        new PublishCheck(
            Permissions.of(
                new PermissionOptions(
                    new SubjectRule(List.of("even.*"), List.of("even.4")), null, null)));
    for (var round = 0; round < 3; round++) {
      for (var i = 0; i < 10 * PublishCheck.CACHED_MAX; i++) {
        assertEquals(i != 4, allows(check, "even." + i, 0));
        assertFalse(allows(check, "odd." + i, 0));
      }
    }
    assertFalse(allows(check, "", 0));
    assertNull(check.replies());
    assertFalse(check.tracksReplies());
  }

  @Test
  void aRequestMayBeAnsweredAsOftenAsAllowed() {
    var check = responding(2, Duration.ofMinutes(2));
    assertFalse(allows(check, "_INBOX.1", 0));
    delivered(check, "_INBOX.1", 0);
    assertTrue(allows(check, "_INBOX.1", 1));
    assertTrue(allows(check, "_INBOX.1", 2));
    assertFalse(allows(check, "_INBOX.1", 3));
    assertFalse(allows(check, "_INBOX.2", 3));
  }

  @Test
  void anAnswerComesTooLateAfterTheTime() {
    var check = responding(1, Duration.ofSeconds(10));
    delivered(check, "_INBOX.1", 0);
    delivered(check, "_INBOX.2", 6 * SECOND);
    delivered(check, "_INBOX.1", 7 * SECOND);
    assertTrue(allows(check, "_INBOX.1", 17 * SECOND));
    assertFalse(allows(check, "_INBOX.2", 17 * SECOND));
    assertEquals(0, replies(check).size());
  }

  @Test
  void withoutLimitsAnAnswerMayComeAnyTime() {
    var check = responding(-1, Duration.ZERO);
    delivered(check, "_INBOX.1", 0);
    for (var i = 0; i < 100; i++) {
      assertTrue(allows(check, "_INBOX.1", i * 1000L * SECOND));
    }
  }

  @Test
  void whatMayBePublishedAnywayIsNotRemembered() {
    var check = responding(1, Duration.ofSeconds(10));
    delivered(check, "open.a", 0);
    assertEquals(0, replies(check).size());
    assertTrue(allows(check, "open.a", 0));
    assertTrue(allows(check, "open.a", 0));
  }

  @Test
  void unansweredRequestsTakeBoundedRoom() {
    var check = responding(1, Duration.ofHours(1));
    for (var i = 0; i < ReplyPermissions.ENTRIES_MAX + 10; i++) {
      delivered(check, "_INBOX." + i, i);
    }
    assertEquals(ReplyPermissions.ENTRIES_MAX, replies(check).size());
    assertEquals(10, replies(check).evicted());
    assertFalse(allows(check, "_INBOX.9", SECOND));
    assertTrue(allows(check, "_INBOX.10", SECOND));
  }

  private static PublishCheck responding(int messages, Duration expires) {
    return new PublishCheck(
        Permissions.of(
            new PermissionOptions(
                new SubjectRule(List.of("open.>"), List.of()),
                null,
                new Responses(messages, expires))));
  }

  private static ReplyPermissions replies(PublishCheck check) {
    var replies = check.replies();
    assertNotNull(replies);
    return replies;
  }

  private static boolean allows(PublishCheck check, String subject, long nowNanos) {
    var bytes = ("PUB " + subject + " 1").getBytes(StandardCharsets.UTF_8);
    return check.allows(bytes, 4, bytes.length - 6, nowNanos);
  }

  private static void delivered(PublishCheck check, String reply, long nowNanos) {
    var bytes = reply.getBytes(StandardCharsets.UTF_8);
    check.delivered(bytes, 0, bytes.length, nowNanos);
  }
}

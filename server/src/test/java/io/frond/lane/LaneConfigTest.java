package io.frond.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.config.ConfigException;
import io.frond.config.Configuration;
import io.frond.options.LaneOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a remote's `forward` may say.
class LaneConfigTest {
  private static List<LaneOptions> lanes(String forward) throws ConfigException {
    var text = "jetstream: true\nleaf { remotes: [{ url: a, forward: " + forward + " }] }";
    return Configuration.parse(text, "x.conf").options().leaf().remotes().getFirst().lanes();
  }

  @Test
  void everyKeyIsMapped() throws Exception {
    assertEquals(
        List.of(
            new LaneOptions(
                "orders",
                List.of("orders.*", "bills.>"),
                2_000_000,
                Duration.ofHours(3),
                7,
                64_000,
                true,
                9,
                new LaneOptions.DeadLetters(1_000_000, Duration.ofHours(4)))),
        lanes(
            """
            [{ name: orders, subjects: ["orders.*", "bills.>"], max_bytes: 2M, max_age: "3h"
               priority: 7, rate: 64K, discard: new, window: 9
               dead_letter: { max_bytes: 1M, max_age: "4h" } }]\
            """));
  }

  @Test
  void aLaneGoesByItsFirstSubjectAndHasDefaults() throws Exception {
    assertEquals(
        List.of(
            new LaneOptions(
                "site_any_all",
                List.of("site.*.>", "b"),
                0,
                Duration.ZERO,
                0,
                0,
                false,
                LaneOptions.DEFAULT_WINDOW,
                LaneOptions.DeadLetters.DEFAULT)),
        lanes("[{ subjects: [\"site.*.>\", b] }]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{}]|the lane at x.conf:2:38 needs \"subjects\"",
        "[{subjects: \"a..b\"}]|\"a..b\" is not a valid subject",
        "[{subjects: \"$JS.>\"}]|the servers' own subjects",
        "[{subjects: \">\"}]|must be a word",
        "[{subjects: \"*.a\"}]|must be a word",
        "[{subjects: \"_INBOX.>\"}]|the servers' own subjects",
        "[{subjects: a, name: \"a.b\"}]|letters, digits",
        "[{subjects: a, discard: some}]|expected old or new, got \"some\"",
        "[{subjects: a, window: 0}]|expected 1 to 8192",
        "[{subjects: a, rate: fast}]|expected a size such as 10G",
        "[{subjects: a, max_age: fast}]|expected a duration",
        "[{subjects: a, dead_letter: {stream: x}}]|unknown",
        "[{subjects: a, name: n}, {subjects: b, name: n}]|has the name of the one at",
        "[{subjects: \"a.>\"}, {subjects: a.b}]|takes subjects of the one at x.conf:2:38 too",
        "[{subjects: a}], hub: true|is the hub and forwards nothing",
        "[{subjects: a, subject_s: b}]|did you mean",
      })
  void whatCannotBeIsRefused(String forward, String problem) {
    var thrown = assertThrows(ConfigException.class, () -> lanes(forward));
    assertTrue(String.valueOf(thrown.getMessage()).contains(problem), thrown.getMessage());
  }

  @Test
  void aLaneThatSeveralRemotesDeclareAlikeIsNoContradiction() throws Exception {
    var text =
        "jetstream: true\nleaf { remotes: [{ url: a, forward: %s }, { url: b, forward: %s }] }";
    var lane = "[{ name: n, subjects: a, rate: 1K }]";
    var remotes =
        Configuration.parse(text.formatted(lane, lane), "x.conf").options().leaf().remotes();
    assertEquals(remotes.getFirst().lanes(), remotes.getLast().lanes());
    var thrown =
        assertThrows(
            ConfigException.class,
            () -> Configuration.parse(text.formatted(lane, lane.replace("1K", "2K")), "x.conf"));
    var message = String.valueOf(thrown.getMessage());
    assertTrue(
        message.contains("the lane at x.conf:2:97 contradicts the one at x.conf:2:38"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "leaf { remotes: [{ url: a, forward: [{ subjects: a }] }] }|\"forward\" at x.conf:1:28:"
            + " lanes are kept in streams: enable \"jetstream\"",
        "jetstream: true, accounts { A {} }, leaf { remotes: [{ url: a, account: A, forward: [{"
            + " subjects: a }] }] }|enable JetStream for the account \"A\"",
      })
  void aLaneNeedsJetStream(String text, String problem) {
    var thrown = assertThrows(ConfigException.class, () -> Configuration.parse(text, "x.conf"));
    assertTrue(String.valueOf(thrown.getMessage()).contains(problem), thrown.getMessage());
  }
}

package io.frond.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.options.OutageOptions.Discard;
import io.frond.options.OutageOptions.SessionRules;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a remote's `outage` says besides the one that holds for all.
class RemoteOutageTest {
  private static SessionRules rules(String leafnodes, String remote) throws ConfigException {
    var text =
        "leafnodes { outage { "
            + leafnodes
            + " }, remotes [{ url: \"nats://h:1\", outage { "
            + remote
            + " } }] }";
    var options = Configuration.parse(text, "test", Map.of()).options().leaf();
    assertEquals(SessionRules.DEFAULT, options.outage().link().session());
    return options.remotes().getFirst().outage().session();
  }

  @Test
  void aRemoteHasLimitsOfItsOwn() throws Exception {
    assertEquals(
        new SessionRules(4 << 20, Duration.ofHours(7), Discard.NEW, Duration.ZERO),
        rules("", "max_bytes: 4MB, max_age: \"7h\", discard: new, session_expiry: 0"));
  }

  @Test
  void whatHoldsForAllIsNotTheRemotesOwn() throws Exception {
    assertEquals(
        SessionRules.DEFAULT,
        rules("max_bytes: 4MB, max_age: \"7h\", discard: new, session_expiry: 0", "enabled: true"));
  }
}

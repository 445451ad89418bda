package io.frond.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.frond.account.Account;
import io.frond.json.JsonException;
import io.frond.options.AccountOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Two servers that tell each other which leaf has which domain, with a wire between them on which
/// what was told waits until it is carried over.
class LeafDomainsTest {
  private static final class Wire implements LeafDomains.Peer {
    private final LeafDomains to;
    private final Account account;
    private final List<byte[]> waiting = new ArrayList<>();
    private LeafDomains.Peer back = this;

    Wire(LeafDomains to, Account account) {
      this.to = to;
      this.account = account;
    }

    @Override
    public void tell(LeafDomains.Claim claim, boolean ended) {
      waiting.add(claim.json(ended));
    }

    void carry() throws JsonException {
      for (var each : List.copyOf(waiting)) {
        to.heard(account, back, each);
      }
      waiting.clear();
    }
  }

  private final LeafDomains one = new LeafDomains();
  private final LeafDomains two = new LeafDomains();
  private final Account account = account("A");
  private final Wire toTwo = new Wire(two, account);
  private final Wire toOne = new Wire(one, account);
  private final List<String> losers = new ArrayList<>();

  LeafDomainsTest() {
    toTwo.back = toOne;
    toOne.back = toTwo;
    one.open(account, toTwo);
    two.open(account, toOne);
  }

  private static Account account(String name) {
    return new Account(AccountOptions.unlimited(name), 1, true);
  }

  private static LeafDomains.Claim leaf(String name, String server, long since) {
    return new LeafDomains.Claim("edge", server, 1, name, name, "id-" + name, since);
  }

  private LeafDomains.@Nullable Claim join(LeafDomains at, LeafDomains.Claim claim) {
    return at.claim(account, claim, winner -> losers.add(claim.name() + " to " + winner.name()));
  }

  private void carry() throws JsonException {
    toTwo.carry();
    toOne.carry();
  }

  @Test
  void aLeafElsewhereHasTheDomainUntilItGoes() throws Exception {
    var first = leaf("first", "s1", 5);
    assertNull(join(one, first));
    carry();
    var found = join(two, leaf("second", "s2", 9));
    assertEquals(first, found);
    one.release(account, first);
    carry();
    assertNull(join(two, leaf("second", "s2", 9)));
    assertEquals(List.of(), losers);
  }

  @Test
  void ofTwoThatJoinAtOnceTheLaterOneGoesWhicheverServerHearsFirst() throws Exception {
    assertNull(join(one, leaf("first", "s1", 5)));
    assertNull(join(two, leaf("second", "s2", 6)));
    carry();
    assertEquals(List.of("second to first"), losers);
  }

  @Test
  void aLeafThatMovesIsTheSameByNameSessionOrCluster() throws Exception {
    assertNull(join(one, leaf("first", "s1", 5)));
    carry();
    for (var same :
        List.of(
            new LeafDomains.Claim("edge", "s2", 1, "first", "new", null, 6),
            new LeafDomains.Claim("edge", "s2", 2, "new", null, "id-first", 7),
            new LeafDomains.Claim("edge", "s2", 3, "newer", "first", null, 8))) {
      assertNull(join(two, same));
      carry();
      two.release(account, same);
      carry();
    }
    assertEquals(List.of(), losers);
  }

  @Test
  void whatADeadServerToldIsForgotten() throws Exception {
    assertNull(join(one, leaf("first", "s1", 5)));
    carry();
    two.close(account, toOne);
    assertNull(join(two, leaf("second", "s2", 9)));
  }

  @Test
  void aServerThatComesLaterHearsOfAll() throws Exception {
    var third = new LeafDomains();
    var toThird = new Wire(third, account);
    var from = new Wire(one, account);
    toThird.back = from;
    assertNull(join(one, leaf("first", "s1", 5)));
    third.open(account, from);
    one.open(account, toThird);
    toThird.carry();
    assertNotNull(join(third, leaf("second", "s3", 9)));
  }

  @Test
  void otherDomainsAndAccountsAreNoMatter() throws Exception {
    assertNull(join(one, leaf("first", "s1", 5)));
    carry();
    assertNull(join(two, new LeafDomains.Claim("other", "s2", 1, "second", null, null, 6)));
    assertNull(two.claim(account("B"), leaf("second", "s2", 9), _ -> {}));
  }

  @Test
  void whatIsNoClaimIsRefused() {
    for (var text : List.of("", "{", "[]", "{}", "{\"domain\":5}", "{\"domain\":\"\"}")) {
      assertThrows(
          JsonException.class,
          () -> two.heard(account, toOne, text.getBytes(StandardCharsets.UTF_8)),
          text);
    }
  }
}

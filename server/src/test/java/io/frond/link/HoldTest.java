package io.frond.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/// [Hold]: who is held back, when, and for how long.
final class HoldTest {
  private static final long MIB = 1 << 20;

  private static long heldMillis(LinkKind from, long queueMib) {
    var channel = new EmbeddedChannel();
    var hold = new Hold();
    var began = hold.begin(channel, queueMib * MIB, from);
    assertEquals(began, hold.holds());
    assertEquals(!began, channel.config().isAutoRead());
    channel.close();
    return began ? hold.millis() : 0;
  }

  @Test
  void aClientIsHeldLongerTheLongerTheQueueIs() {
    assertEquals(0, heldMillis(LinkKind.CLIENT, 0));
    assertEquals(2, heldMillis(LinkKind.CLIENT, 1));
    assertEquals(10, heldMillis(LinkKind.CLIENT, 8));
    assertEquals(50, heldMillis(LinkKind.CLIENT, 32));
  }

  @Test
  void anotherServerIsHeldLaterAndMoreMildly() {
    for (var kind : new LinkKind[] {LinkKind.ROUTE, LinkKind.LEAF}) {
      assertEquals(0, heldMillis(kind, 7));
      assertEquals(1, heldMillis(kind, 8));
      assertEquals(2, heldMillis(kind, 16));
      assertEquals(5, heldMillis(kind, 32));
    }
  }

  @Test
  void aHoldIsNotExtendedWhileItLasts() {
    var channel = new EmbeddedChannel();
    var hold = new Hold();
    assertTrue(hold.begin(channel, 8 * MIB, LinkKind.ROUTE));
    assertFalse(hold.begin(channel, 32 * MIB, LinkKind.ROUTE));
    assertEquals(1, hold.millis());
    hold.end();
    assertTrue(hold.begin(channel, 32 * MIB, LinkKind.ROUTE));
    channel.close();
  }
}

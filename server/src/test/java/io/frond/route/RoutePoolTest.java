package io.frond.route;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutePoolTest {
  /// The remainders were computed by another implementation of 32-bit FNV-1a.
  @ParameterizedTest
  @CsvSource({"$G,3,2", "$SYS,3,0", "A,3,0", "orders,5,0", "$G,5,3"})
  void anAccountsPlaceIsItsNamesHash(String account, int size, int index) {
    assertEquals(index, RoutePool.index(size, account.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void withoutAPoolEverythingIsOnOneConnection() {
    for (var name : new String[] {"$G", "$SYS", "A", "orders"}) {
      assertEquals(0, RoutePool.index(1, name.getBytes(StandardCharsets.UTF_8)));
    }
  }
}

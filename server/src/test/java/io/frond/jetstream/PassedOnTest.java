package io.frond.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.frond.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PassedOnTest {
  private static PassedOn of(String headers, String payload) {
    var body = (headers + payload).getBytes(StandardCharsets.UTF_8);
    return new PassedOn(
        headers.length(),
        body,
        to -> to.put("start", "S").put("host", "h").put("id", 7).put("acc", "A").put("rtt", 5));
  }

  private static String client(PassedOn request) {
    var requester = request.requester();
    assertNotNull(requester);
    var to = JsonWriter.compact().begin();
    requester.write(to);
    return new String(to.end().bytes(), StandardCharsets.UTF_8);
  }

  private static void comesBack(String headers, String payload) {
    var sent = of(headers, payload).wrap();
    assertNull(sent.requester());
    var got = sent.unwrap();
    assertEquals(headers + payload, new String(got.body(), StandardCharsets.UTF_8));
    assertEquals(headers.length(), got.headerLength());
    assertEquals("{\"start\":\"S\",\"host\":\"h\",\"id\":7,\"acc\":\"A\",\"rtt\":5}", client(got));
  }

  @Test
  void whoAskedGoesAlongAndTheRequestStaysAsItWas() {
    comesBack("", "");
    comesBack("", "{\"name\":\"S\"}");
    comesBack("NATS/1.0\r\nA: b\r\n\r\n", "");
    comesBack("NATS/1.0\r\nA: b\r\nC: d\r\n\r\n", "x");
  }

  @Test
  void aRequestOfSomebodyUnknownStaysAsItIs() {
    var sent = new PassedOn(0, new byte[] {'x'}, null);
    assertSame(sent, sent.wrap());
    assertNull(sent.unwrap().requester());
  }

  @Test
  void aHeaderThatIsNoDocumentIsLeftAlone() {
    var bytes = "NATS/1.0\r\nNats-Request-Info: x\r\n\r\n".getBytes(StandardCharsets.UTF_8);
    var odd = new PassedOn(bytes.length, bytes, null);
    assertSame(odd, odd.unwrap());
  }
}

package io.frond.monitor;

import io.frond.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// `PROFILEZ`: what threads do, as text. Go's other profiles are not for a JVM, which has better
/// ones; the answer says which.
final class Profilez {
  private static final String NOT_HERE =
      " is a profile of Go programs; this server runs on a JVM: use `jcmd <pid> JFR.start`,"
          + " `jcmd <pid> GC.class_histogram` or /stacksz";

  void write(JsonWriter to, Query query) throws BadRequestException {
    var name = query.text("name");
    if (name.equals("goroutine") && query.number("debug") > 0) {
      var text = Stacks.text().getBytes(StandardCharsets.UTF_8);
      to.put("profile", Base64.getEncoder().encodeToString(text)).put("error", "");
      return;
    }
    to.put("profile", "");
    to.put("error", name.isEmpty() ? "Profile name not specified" : '"' + name + '"' + NOT_HERE);
  }
}

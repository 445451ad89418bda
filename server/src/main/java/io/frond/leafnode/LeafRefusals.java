package io.frond.leafnode;

import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.wire.ErrorText;
import org.jspecify.annotations.Nullable;

/// How a leaf link ends because one side refuses what the other one did. Owner: the link's event
/// loop.
final class LeafRefusals {
  private final LeafHost host;
  private final Leaf leaf;
  private final Link link;
  private final Leaf.@Nullable Dialled dialled;

  /// @param dialled null when the other side dialled
  LeafRefusals(LeafHost host, Leaf leaf, Leaf.@Nullable Dialled dialled) {
    this.host = host;
    this.leaf = leaf;
    this.dialled = dialled;
    link = leaf.link();
  }

  /// The other side refused something, or ends.
  void heard(String text) {
    host.log().error(leaf.label() + " - Leafnode Error '" + text + "'");
    var refusal = Refusal.of(text);
    if (refusal != null && dialled != null) {
      dialled.refused(refusal, text);
    }
    if (refusal == Refusal.LOOP) {
      link.close(CloseReason.PROTOCOL_VIOLATION, null);
    }
  }

  void refuse(String what, String error, String subject) {
    host.log()
        .error(
            leaf.label()
                + " - "
                + what
                + " Violation on "
                + ErrorText.quote(subject)
                + " - Check other side configuration");
    if (dialled != null) {
      dialled.refused(Refusal.PERMISSION, error);
    }
    link.close(CloseReason.PROTOCOL_VIOLATION, error);
  }

  /// We heard our own subject of loop detection: this link closes a circle.
  void loop() {
    var pause = dialled == null ? 0 : Refusal.LOOP.pause().toSeconds();
    var text =
        "Loop detected for leafnode account=\"%s\". Delaying attempt to reconnect for %ds"
            .formatted(leaf.account().name(), pause);
    host.log().error(leaf.label() + " - " + text);
    if (dialled != null) {
      dialled.refused(Refusal.LOOP, text);
    }
    link.close(CloseReason.PROTOCOL_VIOLATION, text);
  }
}

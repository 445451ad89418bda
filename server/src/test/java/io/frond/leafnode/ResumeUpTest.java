package io.frond.leafnode;

import static io.frond.leafnode.Fleet.LOOPBACK_LIST;
import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.next;
import static io.frond.leafnode.Fleet.publish;
import static io.frond.leafnode.Fleet.remote;
import static io.frond.leafnode.Fleet.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.testkit.FaultyLink;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is published at a leaf while its link is down arrives when it is up again.
class ResumeUpTest {
  @TempDir Path folder;
  private Fleet fleet;

  @BeforeEach
  void open() {
    fleet = new Fleet(folder);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private String jetstream(String name) {
    return "jetstream { store_dir: \"" + folder.resolve(name) + "\" }\n";
  }

  @Test
  void whatIsPublishedWhileTheLinkIsCutArrivesOnceAndInOrder() {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var leaf = fleet.frond("leaf", jetstream("leaf") + remote("nats://127.0.0.1:" + line.port()));
      awaitLinks(leaf, 1);
      var up = subscribe(fleet.client(hub), "orders.>");
      awaitInterest(leaf, "orders.>");
      var atLeaf = fleet.client(leaf);
      for (var i = 0; i < 100; i++) {
        publish(atLeaf, "orders.new", "live " + i);
      }
      for (var i = 0; i < 100; i++) {
        assertEquals("live " + i, next(up));
      }
      line.cut();
      awaitLinks(leaf, 0);
      for (var i = 0; i < 1000; i++) {
        publish(atLeaf, "orders.new", "kept " + i);
      }
      line.mend();
      for (var i = 0; i < 1000; i++) {
        assertEquals("kept " + i, next(up));
      }
      publish(atLeaf, "orders.new", "live again");
      assertEquals("live again", next(up));
    }
  }
}

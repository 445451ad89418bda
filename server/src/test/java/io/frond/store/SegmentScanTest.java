package io.frond.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is found in a segment with damage.
class SegmentScanTest {
  private static final int SALT = MessageRecord.salt(1);

  private final MessageRecord records = new MessageRecord();
  private byte[] segment = new byte[Segment.HEADER];

  /// Adds a record and returns where it begins.
  private int add(long sequence, byte[] body) {
    var subject = "s".getBytes(StandardCharsets.UTF_8);
    var at = segment.length;
    segment =
        Arrays.copyOf(segment, at + MessageRecord.lengthOf(subject.length, 0, body.length, 0));
    var buffer = ByteBuffer.wrap(body);
    records.write(segment, at, SALT, sequence, subject, buffer, 0, 0, body.length, 1, 0);
    return at;
  }

  private List<Long> found() throws IOException {
    var sequences = new ArrayList<Long>();
    SegmentScan.Source source =
        (into, at, length, offset) -> {
          System.arraycopy(segment, offset, into, at, length);
          return length;
        };
    var visitor =
        new SegmentScan.Visitor() {
          @Override
          public void record(byte[] bytes, int at, int offset) {
            sequences.add(MessageRecord.sequence(bytes, at));
          }

          @Override
          public void damaged(int from, int to) {}
        };
    new SegmentScan(source, segment.length, SALT, visitor).run();
    return sequences;
  }

  @Test
  void aDamagedLengthThatEndsWhereALaterRecordDoesCostsNoOther() throws IOException {
    var first = add(1, new byte[3]);
    assertEquals(32, segment.length - first);
    add(2, new byte[64 - 29]);
    add(3, new byte[10]);
    segment[first + MessageRecord.LENGTH_AT] ^= 64; // 32 becomes 96, the end of the second
    assertEquals(List.of(2L, 3L), found());
  }

  @Test
  void aDamagedLengthThatEndsWhereTheSegmentDoesCostsNoOther() throws IOException {
    var first = add(1, new byte[3]);
    add(2, new byte[64 - 29]);
    segment[first + MessageRecord.LENGTH_AT] ^= 64;
    assertEquals(List.of(2L), found());
  }

  @Test
  void aRecordInThePayloadOfADamagedOneIsNone() throws IOException {
    add(2, new byte[10]);
    var forged = Arrays.copyOfRange(segment, Segment.HEADER, segment.length);
    segment = new byte[Segment.HEADER];
    var first = add(1, forged);
    add(3, new byte[10]);
    segment[first] ^= 1;
    assertEquals(List.of(3L), found());
  }
}

package io.frond.backup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class S2WriterTest {
  private static final long SEED = Long.getLong("frond.seed", System.nanoTime());

  private static byte[] unpacked(byte[] frames) throws BackupException {
    var out = new ByteArrayOutputStream();
    var reader = new S2Reader(out::write);
    var begin = S2Writer.begin();
    reader.read(begin, 0, begin.length);
    reader.read(frames, 0, frames.length);
    assertTrue(reader.isComplete());
    return out.toByteArray();
  }

  @Test
  void whatComesOutIsWhatWentIn() throws BackupException {
    var random = new Random(SEED);
    for (var round = 0; round < 200; round++) {
      var data = new byte[random.nextInt(200_000)];
      var alphabet = 1 + random.nextInt(256);
      for (var i = 0; i < data.length; i++) {
        data[i] = (byte) random.nextInt(alphabet);
      }
      assertArrayEquals(
          data, unpacked(S2Writer.frames(data, 0, data.length)), "-Dfrond.seed=" + SEED);
    }
  }

  @Test
  void textGetsSmallerAndNothingGetsMuchLarger() throws BackupException {
    var text = "a message like many others; ".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
    var frames = S2Writer.frames(text, 5, text.length - 5);
    assertTrue(frames.length < text.length / 10, "of " + text.length + " stay " + frames.length);
    var noise = new byte[100_000];
    new Random(SEED).nextBytes(noise);
    assertTrue(S2Writer.frames(noise, 0, noise.length).length < noise.length + 100);
  }
}

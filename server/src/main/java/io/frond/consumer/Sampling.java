package io.frond.consumer;

import java.util.SplittableRandom;

/// Which acknowledgements are reported: as many of a hundred as the configuration says. One thread.
final class Sampling {
  private final SplittableRandom random;
  private String frequency = "";
  private int percent;

  Sampling(long seed) {
    random = new SplittableRandom(seed);
  }

  boolean chosen(ConsumerConfig config) {
    var now = config.sampleFrequency();
    if (now.isEmpty()) {
      return false;
    }
    if (!now.equals(frequency)) {
      var read = ConsumerRules.samplePercent(now);
      percent = read == null ? 0 : read;
      frequency = now;
    }
    return percent > 0 && (percent >= 100 || random.nextInt(100) <= percent);
  }
}

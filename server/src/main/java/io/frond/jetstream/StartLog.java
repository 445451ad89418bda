package io.frond.jetstream;

import io.frond.logging.Log;
import io.frond.options.JetStreamOptions;
import io.frond.options.JetStreamOptions.Cipher;
import io.frond.options.JetStreamOptions.Encryption;
import io.frond.options.JetStreamOptions.Sync;
import io.frond.stream.ApiLevel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What the log says of JetStream at a start, in nats-server's layout.
record StartLog(Log log) {
  void tell(JetStreamOptions options, Path directory, long nanos) {
    log.info("---------------- JETSTREAM ----------------");
    if (options.strict()) {
      log.info("  Strict:          true");
    }
    log.info("  Max Memory:      " + Capacity.text(options.maxMemory()));
    log.info("  Max Storage:     " + Capacity.text(options.maxFile()));
    log.info("  Store Directory: \"" + directory + '"');
    if (options.domain() != null) {
      log.info("  Domain:          " + options.domain());
    }
    log.info("  Sync:            " + sync(options.sync()));
    var encryption = encryption(options.encryption());
    if (encryption != null) {
      log.info("  Encryption:      " + encryption);
    }
    log.info("  API Level:       " + ApiLevel.LEVEL);
    log.info("-------------------------------------------");
    if (options.storeDir() == null) {
      log.warn("Temporary storage directory used, data could be lost on system reboot");
    }
    if (options.maxMemory() > Runtime.getRuntime().maxMemory()) {
      log.warn(
          "JetStream: max_memory_store is more than the JVM's heap may have, "
              + Capacity.text(Runtime.getRuntime().maxMemory())
              + ": see FROND_JAVA_OPTS");
    }
    log.info("Took " + nanos / 1_000_000 + "ms to start JetStream");
  }

  private static String sync(Sync sync) {
    if (sync instanceof Sync.Interval(var every)) { // no switch, see JetStream
      return every.toMillis() + "ms";
    }
    return sync instanceof Sync.None ? "none" : "always";
  }

  private static @Nullable String encryption(@Nullable Encryption encryption) {
    return encryption == null ? null : encryption.cipher() == Cipher.AES ? "AES-CTR" : "ChaCha20";
  }
}

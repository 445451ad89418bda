package io.frond.transport;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// zlib's states, which are large (300 KiB together): one of each for each event loop, since no
/// connection keeps context from one message to the next. They end with their thread.
final class Zlib {
  private static final class State {
    @Nullable Deflater deflater;
    @Nullable Inflater spare;
  }

  private final FastThreadLocal<State> states =
      new FastThreadLocal<>() {
        @Override
        protected State initialValue() {
          return new State();
        }

        @Override
        protected void onRemoval(State state) {
          if (state.deflater != null) {
            state.deflater.end();
          }
          if (state.spare != null) {
            state.spare.end();
          }
        }
      };

  /// This loop's compressor, fresh; to be used up before the caller returns to the loop.
  Deflater deflater() {
    var state = states.get();
    if (state.deflater == null) {
      state.deflater = new Deflater(Deflater.BEST_SPEED, true);
    } else {
      state.deflater.reset();
    }
    return state.deflater;
  }

  /// A fresh decompressor, the caller's until it gives it back.
  Inflater takeInflater() {
    var state = states.get();
    var inflater = state.spare;
    state.spare = null;
    return inflater == null ? new Inflater(true) : inflater;
  }

  void giveBack(Inflater inflater) {
    var state = states.get();
    if (state.spare == null) {
      inflater.reset();
      state.spare = inflater;
    } else {
      inflater.end();
    }
  }
}

package io.frond.server;

import io.frond.logging.Log;
import io.netty.util.internal.logging.AbstractInternalLogger;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import org.jspecify.annotations.Nullable;

/// Netty's warnings and errors as lines of the server's log. Netty would otherwise look for logging
/// libraries in every jar, at a tenth of the start's time, and end with one of its own format. Any
/// thread.
final class NettyLog extends InternalLoggerFactory {
  private final Log log;

  private NettyLog(Log log) {
    this.log = log;
  }

  /// For the program, where the one server owns the JVM; an embedding program chooses for itself.
  /// Before anything else of Netty is used.
  static void install(Log log) {
    InternalLoggerFactory.setDefaultFactory(new NettyLog(log));
  }

  @Override
  protected InternalLogger newInstance(String name) {
    return new Logger(name, log);
  }

  /// Says no to all levels below a warning, so that Netty does not even make their texts.
  private static final class Logger extends AbstractInternalLogger {
    private static final long serialVersionUID = 1;

    private final transient Log log;

    Logger(String name, Log log) {
      super(name);
      this.log = log;
    }

    private String line(@Nullable String format, @Nullable Object... arguments) {
      var line = new StringBuilder("netty ").append(name()).append(" - ");
      var text = String.valueOf(format);
      var from = 0;
      for (var argument : arguments) {
        var place = text.indexOf("{}", from);
        if (place < 0) { // one more than there are places: the cause
          line.append(text, from, text.length()).append(": ").append(argument);
          return line.toString();
        }
        line.append(text, from, place).append(argument);
        from = place + 2;
      }
      return line.append(text, from, text.length()).toString();
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public void trace(String text) {}

    @Override
    public void trace(String format, Object argument) {}

    @Override
    public void trace(String format, Object first, Object second) {}

    @Override
    public void trace(String format, Object... arguments) {}

    @Override
    public void trace(String text, Throwable cause) {}

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public void debug(String text) {}

    @Override
    public void debug(String format, Object argument) {}

    @Override
    public void debug(String format, Object first, Object second) {}

    @Override
    public void debug(String format, Object... arguments) {}

    @Override
    public void debug(String text, Throwable cause) {}

    @Override
    public boolean isInfoEnabled() {
      return false;
    }

    @Override
    public void info(String text) {}

    @Override
    public void info(String format, Object argument) {}

    @Override
    public void info(String format, Object first, Object second) {}

    @Override
    public void info(String format, Object... arguments) {}

    @Override
    public void info(String text, Throwable cause) {}

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public void warn(String text) {
      log.warn(line(text));
    }

    @Override
    public void warn(String format, Object argument) {
      log.warn(line(format, argument));
    }

    @Override
    public void warn(String format, Object first, Object second) {
      log.warn(line(format, first, second));
    }

    @Override
    public void warn(String format, Object... arguments) {
      log.warn(line(format, arguments));
    }

    @Override
    public void warn(String text, Throwable cause) {
      log.warn(line(text, cause));
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }

    @Override
    public void error(String text) {
      log.error(line(text));
    }

    @Override
    public void error(String format, Object argument) {
      log.error(line(format, argument));
    }

    @Override
    public void error(String format, Object first, Object second) {
      log.error(line(format, first, second));
    }

    @Override
    public void error(String format, Object... arguments) {
      log.error(line(format, arguments));
    }

    @Override
    public void error(String text, Throwable cause) {
      log.error(line(text, cause));
    }
  }
}

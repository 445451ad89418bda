package io.frond.monitor;

import java.util.Comparator;

/// `/stacksz`: what each thread does at the moment.
final class Stacks {
  private Stacks() {}

  static String text() {
    var text = new StringBuilder();
    Thread.getAllStackTraces().entrySet().stream()
        .sorted(Comparator.comparingLong(entry -> entry.getKey().threadId()))
        .forEach(entry -> {
          var thread = entry.getKey();
          text.append("thread ").append(thread.threadId()).append(" \"").append(thread.getName());
          text.append("\" [").append(thread.getState()).append("]\n");
          for (var frame : entry.getValue()) {
            text.append("\tat ").append(frame).append('\n');
          }
          text.append('\n');
        });
    return text.toString();
  }
}

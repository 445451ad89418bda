package io.frond.server;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `frond leaf status`: what a running server's `/leafz` says of its remotes and of what it keeps
/// in step, as a table; while something is catching up, with a bar.
final class LeafStatus {
  static final String USAGE =
      "usage: frond leaf status [--url http://127.0.0.1:8222] [--watch]\n"
          + "  --url    where the server's monitoring answers (-m or http: in its configuration)\n"
          + "  --watch  again every second, until everything is in step";

  private static final int TIMEOUT_MILLIS = 5000;
  private static final int BAR = 20;
  private static final int BYTES_MAX = 64 << 20;

  private LeafStatus() {}

  static void run(List<String> words, PrintStream out) throws IOException, InterruptedException {
    var url = "http://127.0.0.1:8222";
    var watch = false;
    if (words.isEmpty() || !words.getFirst().equals("status")) {
      throw new IOException(USAGE);
    }
    for (var i = 1; i < words.size(); i++) {
      if (words.get(i).equals("--watch")) {
        watch = true;
      } else if (words.get(i).equals("--url") && i + 1 < words.size()) {
        i++;
        url = words.get(i);
      } else {
        throw new IOException(USAGE);
      }
    }
    var said = ask(url);
    out.print(text(said));
    while (watch && isBehind(said)) {
      TimeUnit.SECONDS.sleep(1);
      said = ask(url);
      out.print("\n" + text(said));
    }
  }

  private static JsonObject ask(String base) throws IOException {
    try {
      var path = base.endsWith("/") ? base + "leafz" : base + "/leafz";
      var connection = new URI(path).toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      if (connection instanceof HttpURLConnection http && http.getResponseCode() != 200) {
        throw new IOException(path + " answered " + http.getResponseCode());
      }
      try (var in = connection.getInputStream()) {
        return JsonObject.parse(in.readNBytes(BYTES_MAX));
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new IOException("not a URL: " + base, e);
    } catch (JsonException e) {
      throw new IOException(base + " answered something else: " + e.getMessage(), e);
    } catch (ConnectException e) {
      throw new IOException(
          "nobody answers at " + base + ": is the server started with -m PORT? (--url says where)",
          e);
    }
  }

  private static boolean isBehind(JsonObject said) {
    return said.objects("sync").stream()
        .anyMatch(part -> !part.text("state", "").equals("in step"));
  }

  /// The tables.
  static String text(JsonObject said) {
    var remotes = new ArrayList<List<String>>();
    remotes.add(List.of("REMOTE", "ACCOUNT", "STATE", "SINCE", "JOINS", "REASON"));
    for (var remote : said.objects("remotes")) {
      remotes.add(
          List.of(
              remote.text("url", String.join(",", remote.texts("urls"))),
              remote.text("account", ""),
              remote.text("state", "").replace('_', ' '),
              remote.text("since", ""),
              String.valueOf(remote.number("joins", 0)),
              remote.text("reason", "")));
    }
    var sync = new ArrayList<List<String>>();
    sync.add(List.of("SYNC", "NAME", "STATE", "BACKLOG", "OLDEST", "RATE", "DISCARDED", ""));
    for (var part : said.objects("sync")) {
      sync.add(
          List.of(
              part.text("kind", ""),
              part.text("name", ""),
              part.text("state", ""),
              part.number("backlog_msgs", 0) + " (" + bytes(part.number("backlog_bytes", 0)) + ")",
              duration(part.number("oldest_age_ms", 0)),
              part.number("rate_msgs", 0) + "/s",
              String.valueOf(part.number("discarded_msgs", 0)),
              progress(part)));
    }
    if (remotes.size() == 1 && sync.size() == 1) {
      return "no remotes and no leaves\n";
    }
    return (remotes.size() > 1 ? table(remotes) : "") + (sync.size() > 1 ? table(sync) : "");
  }

  private static String progress(JsonObject part) {
    if (!part.text("state", "").equals("catching up")) {
      return part.text("reason", "");
    }
    var percent = (int) part.number("percent", 0);
    var done = Math.clamp(percent * BAR / 100, 0, BAR);
    var left = part.number("left_ms", -1);
    return "["
        + "#".repeat(done)
        + ".".repeat(BAR - done)
        + "] "
        + percent
        + " %"
        + (left < 0 ? "" : ", " + duration(left) + " left");
  }

  private static String duration(long millis) {
    if (millis < 1000) {
      return millis + " ms";
    }
    var seconds = millis / 1000;
    if (seconds < 120) {
      return seconds + " s";
    }
    return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
  }

  private static String bytes(long count) {
    if (count < 10_000) {
      return count + " B";
    }
    return count < 10_000_000 ? count / 1000 + " kB" : count / 1_000_000 + " MB";
  }

  private static String table(List<List<String>> rows) {
    var widths = new int[rows.getFirst().size()];
    for (var row : rows) {
      for (var i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder();
      for (var i = 0; i < widths.length; i++) {
        line.append(row.get(i)).repeat(" ", widths[i] - row.get(i).length() + 2);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}

package io.frond.monitor;

import io.frond.options.Version;
import java.nio.charset.StandardCharsets;

/// `/`: a page of links to the other endpoints, for people.
final class RootPage {
  private static final String[][] LINKS = {
    {"varz", "General"},
    {"jsz", "JetStream"},
    {"connz", "Connections"},
    {"accountz", "Accounts"},
    {"accstatz", "Account Stats"},
    {"subsz", "Subscriptions"},
    {"routez", "Routes"},
    {"leafz", "LeafNodes"},
    {"gatewayz", "Gateways"},
    {"healthz", "Health Probe"},
    {"stacksz", "Threads"},
    {"debug/vars", "Memory"},
    {"metrics", "Metrics"},
  };

  private final byte[] page;

  RootPage(String basePath) {
    var text = new StringBuilder();
    text.append(
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>Frond</title>
        <style>
        body { font-family: system-ui, sans-serif; margin: 2rem }
        a { display: block; padding: .2rem 0; color: #1d5c3a; text-decoration: none }
        a:hover { text-decoration: underline }
        code { color: #888; margin-left: .5rem }
        </style>
        </head>
        <body>
        """);
    text.append("<h1>Frond ").append(Version.FROND).append("</h1>\n");
    for (var link : LINKS) {
      var path = escape(basePath) + "/" + link[0];
      text.append("<a href=\"").append(path).append("\">").append(link[1]);
      text.append("<code>").append(path).append("</code></a>\n");
    }
    text.append("</body>\n</html>\n");
    page = text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  Answer answer(Query query) {
    return new Answer(200, Answer.HTML, page);
  }
}

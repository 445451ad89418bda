package io.frond.monitor;

import java.nio.charset.StandardCharsets;

/// What a request gets.
record Answer(int status, String contentType, byte[] body) {
  static final String JSON = "application/json";
  static final String TEXT = "text/plain; charset=utf-8";
  static final String HTML = "text/html; charset=utf-8";
  static final String SCRIPT = "application/javascript; charset=utf-8";

  static final Answer NOT_FOUND = text(404, "404 page not found\n");
  static final Answer NOT_ALLOWED = text(405, "405 method not allowed\n");
  static final Answer OVERLOADED = text(503, "503 too many requests wait\n");
  static final Answer FAILED = text(500, "500 internal error\n");

  static Answer text(int status, String text) {
    return new Answer(status, TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  static Answer json(byte[] document) {
    return new Answer(200, JSON, document);
  }
}

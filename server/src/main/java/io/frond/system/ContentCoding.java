package io.frond.system;

import io.frond.backup.S2Writer;
import io.frond.trace.Trace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/// How a document is compressed for whoever asked for it with `Accept-Encoding`. Stateless.
public enum ContentCoding {
  NONE(""),
  GZIP("gzip"),
  SNAPPY("snappy"),
  IDENTITY("identity");

  private final String name;

  ContentCoding(String name) {
    this.name = name;
  }

  public static ContentCoding of(Trace.Encoding asked) {
    return switch (asked) {
      case NONE -> NONE;
      case GZIP -> GZIP;
      case SNAPPY -> SNAPPY;
      case IDENTITY -> IDENTITY;
    };
  }

  /// The headers of a message with it; empty for none.
  public byte[] headers() {
    return name.isEmpty()
        ? new byte[0]
        : ("NATS/1.0\r\nContent-Encoding: " + name + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
  }

  public byte[] encode(byte[] document) {
    return switch (this) {
      case NONE, IDENTITY -> document;
      case GZIP -> gzip(document);
      case SNAPPY -> S2Writer.stream(document);
    };
  }

  private static byte[] gzip(byte[] document) {
    var to = new ByteArrayOutputStream();
    try (var through = new GZIPOutputStream(to)) {
      through.write(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return to.toByteArray();
  }
}

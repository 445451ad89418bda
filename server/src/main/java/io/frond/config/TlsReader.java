package io.frond.config;

import io.frond.conf.Value;
import io.frond.options.TlsOptions;
import io.frond.options.TlsOptions.CertPair;
import io.frond.options.TlsOptions.HandshakeFirst;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads `tls {}` blocks and the `--tls…` flags.
final class TlsReader {
  /// Always there whatever `cipher_suites` says, as Go has it.
  private static final List<String> TLS_13 =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private static final List<String> TLS_12 =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA");

  /// Only with `allow_insecure_cipher_suites`.
  private static final List<String> INSECURE =
      List.of("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256");

  /// Known to nats-server, switched off in the JDK for good.
  private static final List<String> GONE =
      List.of(
          "TLS_RSA_WITH_RC4_128_SHA",
          "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
          "TLS_RSA_WITH_AES_128_CBC_SHA",
          "TLS_RSA_WITH_AES_256_CBC_SHA",
          "TLS_RSA_WITH_AES_128_CBC_SHA256",
          "TLS_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
          "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
          "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA");

  /// Which side of TLS a block is for.
  enum Role {
    /// Accepts connections.
    LISTENER,
    /// Accepts and dials, and both sides must show a certificate.
    MUTUAL,
    /// Dials only.
    DIALER
  }

  private final Section section;
  private final Role role;

  private TlsReader(Section section, Role role) {
    this.section = section;
    this.role = role;
  }

  /// Null when the section has no `tls` block.
  static @Nullable TlsOptions read(Section parent, Role role) {
    var section = parent.section("tls", Level.TLS);
    return section == null ? null : new TlsReader(section, role).read();
  }

  /// The flags' TLS: null when it is off, the file's when no flag speaks of it.
  static @Nullable TlsOptions override(Flags flags, @Nullable TlsOptions file, Problems problems) {
    if (flags.has("tls") && !flags.is("tls")) {
      return null;
    }
    var cert = flags.text("tlscert");
    var key = flags.text("tlskey");
    var ca = flags.text("tlscacert");
    if (cert == null && key == null && ca == null && !flags.is("tls") && !flags.has("tlsverify")) {
      return file;
    }
    if (cert == null || key == null) {
      problems.error("TLS needs --tlscert and --tlskey");
      return file;
    }
    checkFile(cert, "--tlscert", problems);
    checkFile(key, "--tlskey", problems);
    if (ca != null) {
      checkFile(ca, "--tlscacert", problems);
    }
    return new TlsOptions(
        cert,
        key,
        ca,
        flags.is("tlsverify"),
        false,
        false,
        TlsOptions.DEFAULT_TIMEOUT,
        "1.2",
        List.of(),
        List.of(),
        Set.of(),
        HandshakeFirst.OFF,
        TlsOptions.DEFAULT_HANDSHAKE_FIRST_DELAY,
        0,
        List.of());
  }

  private static void checkFile(String file, String flag, Problems problems) {
    if (!isReadable(file)) {
      problems.error("cannot read the file of " + flag + ": " + file);
    }
  }

  private static boolean isReadable(String file) {
    try {
      return Files.isReadable(Path.of(file)) && !Files.isDirectory(Path.of(file));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private TlsOptions read() {
    var more = certificates();
    var first = more.isEmpty() ? null : more.removeFirst();
    var cert = first == null ? file("cert_file") : first.certFile();
    var key = first == null ? file("key_file") : first.keyFile();
    if (cert != null && key == null) {
      section.problems().error("\"tls\" at " + section.at() + " has cert_file but no key_file");
    } else if (cert == null && key != null) {
      section.problems().error("\"tls\" at " + section.at() + " has key_file but no cert_file");
    } else if (cert == null && role != Role.DIALER && !section.refused()) {
      section.problems().error("\"tls\" at " + section.at() + " needs cert_file and key_file");
    }
    var map = section.flag("verify_and_map", false);
    var verify = section.flag("verify", false) || map || role == Role.MUTUAL;
    var timeout = section.seconds("timeout", TlsOptions.DEFAULT_TIMEOUT);
    var insecure = section.flag("insecure", false);
    if (insecure) {
      section.problems().warn("insecure", section.at("insecure"), "certificates are not verified");
    }
    return new TlsOptions(
        cert,
        key,
        file("ca_file"),
        verify,
        map,
        insecure,
        timeout.isZero() ? TlsOptions.DEFAULT_TIMEOUT : timeout,
        minVersion(),
        cipherSuites(),
        curves(),
        pinnedCerts(),
        handshakeFirst(),
        handshakeFirstDelay(),
        section.whole("connection_rate_limit", 0, Long.MAX_VALUE, 0),
        more);
  }

  private @Nullable String file(String key) {
    return file(section, key);
  }

  private static @Nullable String file(Section section, String key) {
    var file = section.name(key);
    if (file != null && !isReadable(file)) {
      section.invalid(key, "cannot read the file " + file);
    }
    return file;
  }

  private List<CertPair> certificates() {
    var pairs = new ArrayList<CertPair>();
    if (section.has("certs") && (section.has("cert_file") || section.has("key_file"))) {
      section.invalid("certs", "is instead of cert_file and key_file, not besides them");
      return pairs;
    }
    for (var each : section.sections("certs", Level.CERTIFICATE)) {
      var cert = file(each, "cert_file");
      var key = file(each, "key_file");
      if (cert != null && key != null) {
        pairs.add(new CertPair(cert, key));
      } else {
        var what = "an entry of \"certs\" at " + each.at();
        section.problems().error(what + " needs cert_file and key_file");
      }
    }
    return pairs;
  }

  private String minVersion() {
    var entry = section.entry("min_version");
    if (entry == null) {
      return "1.2";
    }
    var version =
        switch (entry.value()) {
          case Value.Text text -> text.text();
          case Value.Decimal decimal -> String.valueOf(decimal.number());
          default -> "";
        };
    if (!version.equals("1.2") && !version.equals("1.3")) {
      section.invalid("min_version", "expected \"1.2\" or \"1.3\"");
      return "1.2";
    }
    return version;
  }

  private List<String> cipherSuites() {
    if (!section.has("cipher_suites")) {
      section.flag("allow_insecure_cipher_suites", false);
      return List.of();
    }
    var insecureToo = section.flag("allow_insecure_cipher_suites", false);
    var suites = new ArrayList<String>(TLS_13);
    var texts = section.texts("cipher_suites");
    if (texts.isEmpty()) {
      section.invalid("cipher_suites", "the list is empty");
    }
    for (var text : texts) {
      var name = ianaName(text.text());
      if (TLS_12.contains(name) || (insecureToo && INSECURE.contains(name))) {
        suites.add(name);
      } else if (!TLS_13.contains(name)) {
        section.problems().invalid("cipher_suites", text.at(), whyNot(name));
      }
    }
    return List.copyOf(suites);
  }

  /// Older files leave the hash away.
  private static String ianaName(String name) {
    return name.endsWith("_CHACHA20_POLY1305") ? name + "_SHA256" : name;
  }

  private static String whyNot(String name) {
    if (INSECURE.contains(name)) {
      return name + " is insecure; set allow_insecure_cipher_suites to use it";
    }
    return GONE.contains(name)
        ? name + " is insecure and no longer part of Java"
        : "unknown cipher suite " + name;
  }

  private List<String> curves() {
    var curves = new ArrayList<String>();
    var texts = section.texts("curve_preferences");
    for (var text : texts) {
      switch (text.text()) {
        case "X25519" -> curves.add("x25519");
        case "CurveP256" -> curves.add("secp256r1");
        case "CurveP384" -> curves.add("secp384r1");
        case "CurveP521" -> curves.add("secp521r1");
        case "X25519MLKEM768" ->
            section
                .problems()
                .warn("curve_preferences", text.at(), "Java has no X25519MLKEM768 yet, left out");
        default ->
            section
                .problems()
                .invalid(
                    "curve_preferences",
                    text.at(),
                    "expected X25519, CurveP256, CurveP384 or CurveP521, got " + text.text());
      }
    }
    if (section.has("curve_preferences") && curves.isEmpty()) {
      section.invalid("curve_preferences", "no curve is left");
    }
    return List.copyOf(curves);
  }

  private Set<String> pinnedCerts() {
    var pinned = new HashSet<String>();
    for (var text : section.texts("pinned_certs")) {
      var sum = text.text().toLowerCase(Locale.ROOT);
      if (isSha256(sum)) {
        pinned.add(sum);
      } else {
        section
            .problems()
            .invalid(
                "pinned_certs",
                text.at(),
                "expected the SHA-256 of a public key in 64 hexadecimal digits");
      }
    }
    return Set.copyOf(pinned);
  }

  private static boolean isSha256(String text) {
    if (text.length() != 64) {
      return false;
    }
    for (var i = 0; i < text.length(); i++) {
      if (Character.digit(text.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private HandshakeFirst handshakeFirst() {
    var entry = section.entry("handshake_first");
    if (entry == null) {
      return HandshakeFirst.OFF;
    }
    if (entry.value() instanceof Value.Flag flag) {
      return flag.on() ? HandshakeFirst.ON : HandshakeFirst.OFF;
    }
    if (entry.value() instanceof Value.Text text) {
      switch (text.text().toLowerCase(Locale.ROOT)) {
        case "true", "on" -> {
          return HandshakeFirst.ON;
        }
        case "false", "off" -> {
          return HandshakeFirst.OFF;
        }
        case "auto", "auto_fallback" -> {
          return HandshakeFirst.AUTO;
        }
        default -> {
          if (Texts.duration(text.text()) != null) {
            return HandshakeFirst.AUTO;
          }
        }
      }
    }
    section.invalid("handshake_first", "expected true, false, \"auto\" or a duration");
    return HandshakeFirst.OFF;
  }

  /// A duration as the value of `handshake_first` is how long to wait for TLS.
  private Duration handshakeFirstDelay() {
    var entry = section.entry("handshake_first");
    var delay =
        entry != null && entry.value() instanceof Value.Text text
            ? Texts.duration(text.text())
            : null;
    return delay == null || delay.isNegative() ? TlsOptions.DEFAULT_HANDSHAKE_FIRST_DELAY : delay;
  }

  /// What `--help_tls` prints.
  static String usage() {
    var usage = new StringBuilder("A tls {} block of a configuration file may hold:\n\n");
    for (var key : Level.TLS.keys()) {
      if (!key.later()) {
        usage.append("  ").append(key.name()).append('\n');
      }
    }
    usage.append("\ncipher_suites, besides those of TLS 1.3, which are always on:\n\n");
    for (var suite : TLS_12) {
      usage.append("  ").append(suite).append('\n');
    }
    usage.append("\nand with allow_insecure_cipher_suites:\n\n");
    for (var suite : INSECURE) {
      usage.append("  ").append(suite).append('\n');
    }
    return usage
        .append("\ncurve_preferences: X25519, CurveP256, CurveP384, CurveP521\n")
        .toString();
  }
}

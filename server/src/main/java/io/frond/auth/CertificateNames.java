package io.frond.auth;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/// The names that a client's certificate offers for `verify_and_map`, in the order in which they
/// are tried: e-mail addresses, DNS names and URIs of the subject's alternative names, then the
/// subject.
///
/// @param alternatives in that order
/// @param distinguished the subject, null when it has an attribute that cannot be compared
/// @param subjects the subject as text in two spellings, with domain components and without, as
///   nats-server writes them
record CertificateNames(
    List<String> alternatives, @Nullable DistinguishedName distinguished, List<String> subjects) {
  private static final int EMAIL = 1;
  private static final int DNS = 2;
  private static final int URI = 6;

  /// The order of attributes in nats-server's spelling of a subject; domain components come last.
  private static final List<String> SPELLING =
      List.of("SERIALNUMBER", "CN", "OU", "O", "POSTALCODE", "STREET", "L", "ST", "C");

  /// @return null when the certificate's extensions cannot be read
  static @Nullable CertificateNames of(X509Certificate certificate) {
    List<String> alternatives;
    try {
      alternatives = alternatives(certificate);
    } catch (CertificateParsingException e) {
      return null;
    }
    var subject = certificate.getSubjectX500Principal();
    return new CertificateNames(alternatives, DistinguishedName.of(subject), spellings(subject));
  }

  private static List<String> alternatives(X509Certificate certificate)
      throws CertificateParsingException {
    var names = certificate.getSubjectAlternativeNames();
    var found = new ArrayList<String>();
    if (names == null) {
      return found;
    }
    for (var kind : new int[] {EMAIL, DNS, URI}) {
      for (var name : names) {
        if (name.get(0).equals(kind) && name.get(1) instanceof String text) {
          found.add(text);
        }
      }
    }
    return found;
  }

  private static List<String> spellings(X500Principal subject) {
    var values = new HashMap<String, List<String>>();
    for (var rdn : DistinguishedName.attributes(subject).reversed()) {
      for (var attribute : rdn) {
        values.computeIfAbsent(attribute.type(), t -> new ArrayList<>()).add(attribute.value());
      }
    }
    var parts = new ArrayList<String>();
    for (var type : SPELLING) {
      var found = values.getOrDefault(type, List.of());
      if (!found.isEmpty()) {
        var single = type.equals("CN") || type.equals("SERIALNUMBER");
        parts.add(
            (single ? List.of(found.getLast()) : found)
                .stream().map(v -> type + '=' + escaped(v)).collect(Collectors.joining("+")));
      }
    }
    var plain = String.join(",", parts);
    var domains = values.getOrDefault("DC", List.of());
    if (domains.isEmpty()) {
      return List.of(plain);
    }
    return List.of(
        plain + domains.stream().map(d -> ",DC=" + d).collect(Collectors.joining()), plain);
  }

  private static String escaped(String value) {
    var text = new StringBuilder();
    for (var i = 0; i < value.length(); i++) {
      var c = value.charAt(i);
      var atEdge = i == 0 || i == value.length() - 1;
      if (",+\"\\<>;".indexOf(c) >= 0 || (c == ' ' && atEdge) || (c == '#' && i == 0)) {
        text.append('\\');
      }
      text.append(c);
    }
    return text.toString();
  }
}

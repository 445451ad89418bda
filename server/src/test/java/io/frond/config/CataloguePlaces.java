package io.frond.config;

import java.util.Map;

/// Where in a configuration each level of the catalogue is.
final class CataloguePlaces {
  private CataloguePlaces() {}

  /// Where the maps of a level stand, and what else they need.
  static final Map<Level, String> ALL =
      Map.ofEntries(
          Map.entry(
              Level.SERVER,
              """
              authorization { users [{ user: base }] }
              accounts { BASE {} }
              jetstream: enabled
              tls { cert_file: "$FILE", key_file: "$FILE" }
              %s
              """),
          Map.entry(Level.AUTHORIZATION, "authorization {\n%s\n}"),
          Map.entry(Level.USER, "authorization { users [ {\n%s\n} ] }"),
          Map.entry(
              Level.PERMISSIONS, "authorization { users [ { user: a, permissions {\n%s\n} } ] }"),
          Map.entry(
              Level.SUBJECTS,
              "authorization { users [ { user: a, permissions { publish {\n%s\n} } } ] }"),
          Map.entry(
              Level.RESPONSES,
              "authorization { users [ { user: a, permissions { allow_responses {\n%s\n} } } ] }"),
          Map.entry(Level.ACCOUNT, "accounts { A {\n%s\n} }"),
          Map.entry(Level.ACCOUNT_LIMITS, "accounts { A { limits {\n%s\n} } }"),
          Map.entry(Level.ACCOUNT_TRACE, "accounts { A { msg_trace {\n%s\n} } }"),
          Map.entry(Level.ACCOUNT_JETSTREAM, "accounts { A { jetstream {\n%s\n} } }"),
          Map.entry(Level.TLS, "tls {\n%s\n}"),
          Map.entry(Level.CERTIFICATE, "tls { certs [ {\n%s\n} ] }"),
          Map.entry(Level.CLUSTER, "cluster {\n%s\n}"),
          Map.entry(Level.CLUSTER_AUTHORIZATION, "cluster { port: 6222, authorization {\n%s\n} }"),
          Map.entry(Level.COMPRESSION, "leafnodes { compression {\n%s\n} }"),
          Map.entry(Level.LEAFNODES, "accounts { A {} }\nleafnodes {\n%s\n}"),
          Map.entry(
              Level.LEAF_AUTHORIZATION, "accounts { A {} }\nleafnodes { authorization {\n%s\n} }"),
          Map.entry(
              Level.LEAF_USER,
              "accounts { A {} }\nleafnodes { authorization { users [ {\n%s\n} ] } }"),
          Map.entry(Level.OUTAGE, "leafnodes { outage {\n%s\n} }"),
          Map.entry(
              Level.REMOTE_OUTAGE,
              "leafnodes { remotes [ { url: \"nats://h:1\", outage {\n%s\n} } ] }"),
          Map.entry(
              Level.REMOTE,
              "jetstream: true\naccounts { A { jetstream: true } }\n"
                  + "leafnodes { remotes [ {\n%s\n} ] }"),
          Map.entry(
              Level.FORWARD,
              "jetstream: true\n"
                  + "leafnodes { remotes [ { url: \"nats://h\", forward: [ {\n%s\n} ] } ] }"),
          Map.entry(
              Level.DEAD_LETTER,
              "jetstream: true\nleafnodes { remotes [ { url: \"nats://h\", forward: [ {"
                  + " subjects: a, dead_letter {\n%s\n} } ] } ] }"),
          Map.entry(
              Level.PROXY, "leafnodes { remotes [ { url: \"ws://h:80\", proxy {\n%s\n} } ] }"),
          Map.entry(Level.WEBSOCKET, "authorization { users [{ user: u }] }\nws {\n%s\n}"),
          Map.entry(
              Level.WEBSOCKET_AUTHORIZATION,
              "ws { port: 80, no_tls: true, authorization {\n%s\n} }"),
          Map.entry(Level.JETSTREAM, "jetstream {\n%s\n}"),
          Map.entry(Level.JETSTREAM_LIMITS, "jetstream { limits {\n%s\n} }"),
          Map.entry(Level.JETSTREAM_BATCH, "jetstream { limits { batch {\n%s\n} } }"));
}

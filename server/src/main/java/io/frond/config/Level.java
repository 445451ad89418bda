package io.frond.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The catalogue: which keys a map may hold, at each level of a configuration.
///
/// A line is a key with its other spellings; the first one is the name that the code uses. An
/// exclamation mark before it marks a key of a later capability: it is refused unless its value
/// switches it off, which it does when it is one of the kinds before the colon and false, 0 or
/// empty. Keys know no case.
enum Level {
  SERVER(
      """
      listen
      host net
      port
      server_name
      client_advertise
      server_tags
      server_metadata
      pid_file pidfile
      ports_file_dir
      http
      https
      http_port monitor_port
      https_port
      http_base_path
      debug
      trace
      trace_verbose
      trace_headers
      logtime
      logtime_utc
      log_file logfile
      log_size_limit logfile_size_limit
      log_max_num logfile_max_num
      max_traced_msg_len
      connect_error_reports
      reconnect_error_reports
      max_connections max_conn
      max_subscriptions max_subs
      max_subscription_tokens max_sub_tokens
      max_payload
      max_control_line
      max_pending
      max_closed_clients
      ping_interval
      ping_max
      write_deadline
      write_timeout
      lame_duck_duration
      lame_duck_grace_period
      no_header_support
      no_fast_producer_stall
      disable_sublist_cache no_sublist_cache
      authorization
      no_auth_user
      accounts
      system_account system
      tls
      allow_non_tls
      cluster
      leafnodes leaf
      websocket ws
      jetstream
      store_dir storedir
      !map:gateway
      !map:mqtt
      !map:mappings maps
      !array:operator operators roots root root_operators root_operator
      !none:resolver account_resolver accounts_resolver
      !map:resolver_tls
      !map:resolver_preload
      !text+array:resolver_pinned_accounts
      !array:trusted_keys trusted
      !text:default_sentinel
      no_system_account no_system no_sys_acc
      default_js_domain
      !map:feature_flags
      !flag+map:ocsp
      !flag+map:ocsp_cache
      !map:proxies
      proxy_protocol
      syslog
      remote_syslog
      !whole:prof_port
      !whole:prof_block_rate
      """),
  AUTHORIZATION(
      """
      user username
      password pass
      token
      timeout
      users
      default_permissions default_permission permissions
      allowed_leaf_cidrs
      !none:auth_callout auth_hook
      !flag:proxy_required
      """),
  USER(
      """
      user username
      password pass
      nkey
      permissions permission authorization
      allowed_connection_types connection_types clients
      !flag:proxy_required
      """),
  PERMISSIONS(
      """
      publish pub import
      subscribe sub export
      allow_responses publish_allow_responses
      """),
  SUBJECTS(
      """
      allow
      deny
      """),
  RESPONSES(
      """
      max max_msgs max_messages max_responses
      expires expiration ttl
      """),
  ACCOUNT(
      """
      users
      default_permissions
      limits
      jetstream
      !none:nkey
      !array:imports
      !array:exports
      !map:mappings maps
      msg_trace trace_dest
      """),
  ACCOUNT_TRACE(
      """
      dest
      sampling
      """),
  ACCOUNT_LIMITS(
      """
      max_connections max_conn
      max_subscriptions max_subs
      max_payload max_pay
      max_leafnodes max_leafs
      """),
  ACCOUNT_JETSTREAM(
      """
      max_memory max_mem mem memory
      max_file max_store max_disk store disk
      max_streams streams
      max_consumers consumers
      max_bytes_required max_stream_bytes max_bytes
      memory_max_stream_bytes mem_max_stream_bytes
      disk_max_stream_bytes store_max_stream_bytes
      max_ack_pending
      cluster_traffic
      """),
  CERTIFICATE(
      """
      cert_file
      key_file
      """),
  TLS(
      """
      cert_file
      key_file
      certs certificates
      ca_file
      verify
      verify_and_map
      insecure
      timeout
      min_version
      cipher_suites
      allow_insecure_cipher_suites
      curve_preferences
      pinned_certs
      handshake_first first immediate
      connection_rate_limit
      !flag:verify_cert_and_check_known_urls
      !none:cert_store
      !none:cert_match_by
      !none:cert_match
      !flag:cert_match_skip_invalid
      !text+array:ca_certs_match
      !flag+map:ocsp_peer
      """),
  CLUSTER(
      """
      name
      listen
      host net
      port
      authorization
      routes
      tls
      advertise cluster_advertise
      no_advertise
      connect_retries
      connect_backoff
      permissions
      pool_size
      accounts
      compression
      ping_interval
      ping_max
      write_deadline
      write_timeout
      """),
  CLUSTER_AUTHORIZATION(
      """
      user username
      password pass
      timeout
      permissions default_permissions default_permission
      token
      users
      !none:auth_callout auth_hook
      !flag:proxy_required
      """),
  COMPRESSION(
      """
      mode
      rtt_thresholds thresholds rtts rtt
      """),
  LEAFNODES(
      """
      listen
      host net
      port
      authorization
      remotes
      reconnect reconnect_delay reconnect_interval
      dial_timeout
      tls
      advertise leafnode_advertise
      no_advertise
      min_version minimum_version
      compression
      isolate_leafnode_interest isolate
      write_deadline
      write_timeout
      outage
      """),
  OUTAGE(
      """
      enabled enable
      max_bytes
      max_age
      discard
      session_expiry
      server_grace
      sync_interval
      catch_up_rate
      interest_grace
      subjects
      """),
  REMOTE_OUTAGE(
      """
      enabled enable
      max_bytes
      max_age
      discard
      session_expiry
      catch_up_rate
      interest_grace
      subjects
      """),
  LEAF_AUTHORIZATION(
      """
      user username
      password pass
      nkey
      timeout
      users
      account
      !flag:proxy_required
      """),
  LEAF_USER(
      """
      user username
      password pass
      account
      !flag:proxy_required
      """),
  REMOTE(
      """
      url urls
      account local
      no_randomize dont_randomize
      prefer_order
      nkey seed
      hub
      deny_imports deny_import
      deny_exports deny_export
      disabled
      isolate_leafnode_interest isolate
      request_isolation
      ignore_discovered_servers
      tls
      compression
      ws_compression ws_compress websocket_compress websocket_compression
      ws_no_masking websocket_no_masking
      first_info_timeout
      dial_timeout
      proxy
      outage
      forward
      !text:credentials creds
      !flag+map:jetstream_cluster_migrate js_cluster_migrate
      """),
  FORWARD(
      """
      name
      subjects subject
      max_bytes
      max_age
      priority
      rate
      discard
      window
      dead_letter
      """),
  DEAD_LETTER(
      """
      max_bytes
      max_age
      """),
  PROXY(
      """
      url
      username
      password
      timeout
      """),
  WEBSOCKET(
      """
      listen
      host net
      port
      advertise
      no_tls
      tls
      same_origin
      allowed_origins allowed_origin allow_origins allow_origin origins origin
      handshake_timeout
      compression compress
      authorization authentication
      user_cookie
      pass_cookie
      token_cookie
      no_auth_user
      headers
      ping_interval
      !text:jwt_cookie
      """),
  WEBSOCKET_AUTHORIZATION(
      """
      user username
      password pass
      token
      timeout
      """),
  JETSTREAM(
      """
      enabled enable
      store_dir store storedir
      max_memory_store max_mem_store max_mem
      max_file_store max_file
      domain
      sync_interval sync
      strict
      max_outstanding_catchup
      max_buffered_size
      max_buffered_msgs
      request_queue_limit
      info_queue_limit
      meta_compact
      meta_compact_size
      meta_compact_sync
      max_concurrent_io
      key ek encryption_key
      prev_key prev_ek prev_encryption_key
      cipher
      extension_hint
      limits
      unique_tag
      !map:tpm
      """),
  JETSTREAM_LIMITS(
      """
      max_request_batch
      max_ack_pending
      max_ha_assets
      duplicate_window
      batch
      """),
  JETSTREAM_BATCH(
      """
      max_inflight_per_stream
      max_inflight_total
      max_msgs
      timeout
      """);

  /// A key of one level.
  ///
  /// @param names the first one is what the code uses, all are accepted
  /// @param later refused as not supported yet
  /// @param offKinds of a later key: kinds of values that may switch it off
  record Key(List<String> names, boolean later, String offKinds) {
    String name() {
      return names.getFirst();
    }
  }

  private final String catalogue;

  Level(String catalogue) {
    this.catalogue = catalogue;
  }

  /// All keys of this level, in the catalogue's order.
  List<Key> keys() {
    var keys = new ArrayList<Key>();
    var start = 0;
    while (start < catalogue.length()) {
      var end = catalogue.indexOf('\n', start);
      var later = catalogue.charAt(start) == '!';
      var colon = later ? catalogue.indexOf(':', start) : start;
      var kinds = catalogue.substring(later ? start + 1 : start, colon);
      keys.add(new Key(words(later ? colon + 1 : start, end), later, kinds));
      start = end + 1;
    }
    return keys;
  }

  private List<String> words(int start, int end) {
    var words = new ArrayList<String>(4);
    var from = start;
    while (from < end) {
      var to = catalogue.indexOf(' ', from);
      to = to < 0 || to > end ? end : to;
      words.add(catalogue.substring(from, to));
      from = to + 1;
    }
    return words;
  }

  /// Every spelling of every key.
  Map<String, Key> index() {
    var index = new HashMap<String, Key>();
    keys().forEach(key -> key.names().forEach(name -> index.put(name, key)));
    return index;
  }

  /// How users call this level.
  String where() {
    return switch (this) {
      case SERVER -> "the top level";
      case USER, LEAF_USER -> "an entry of \"users\"";
      case ACCOUNT -> "an account of \"accounts\"";
      case ACCOUNT_LIMITS -> "an account's \"limits\"";
      case ACCOUNT_JETSTREAM -> "an account's \"jetstream\"";
      case ACCOUNT_TRACE -> "an account's \"msg_trace\"";
      case OUTAGE -> "\"leafnodes { outage }\"";
      case REMOTE_OUTAGE -> "a remote's \"outage\"";
      case REMOTE -> "an entry of \"leafnodes { remotes }\"";
      case FORWARD -> "an entry of a remote's \"forward\"";
      case DEAD_LETTER -> "\"dead_letter\" of an entry of \"forward\"";
      case CERTIFICATE -> "an entry of \"certs\"";
      case SUBJECTS -> "\"publish\" or \"subscribe\"";
      case RESPONSES -> "\"allow_responses\"";
      case CLUSTER_AUTHORIZATION -> "\"cluster { authorization }\"";
      case LEAF_AUTHORIZATION -> "\"leafnodes { authorization }\"";
      case WEBSOCKET_AUTHORIZATION -> "\"websocket { authorization }\"";
      case JETSTREAM_LIMITS -> "\"jetstream { limits }\"";
      case JETSTREAM_BATCH -> "\"jetstream { limits { batch } }\"";
      case AUTHORIZATION,
          PERMISSIONS,
          TLS,
          CLUSTER,
          COMPRESSION,
          LEAFNODES,
          PROXY,
          WEBSOCKET,
          JETSTREAM ->
          "\"" + name().toLowerCase(Locale.ROOT) + "\"";
    };
  }
}

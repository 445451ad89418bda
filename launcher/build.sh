# Sourced after jdk.sh and server.sh when something has to be built. One build at a time for each
# clone: a second start waits for the first one's.

log=$home/.frond/build.log

# Holds the clone's lock until unlock; the kernel frees it when the process dies.
lock() {
  mkdir -p "$home/.frond"
  exec 9>"$home/.frond/lock"
  if type -P flock >/dev/null; then
    flock 9
  else # as on macOS: a link that names its owner
    until ln -s "$$" "$home/.frond/owner" 2>/dev/null; do
      kill -0 "$(readlink "$home/.frond/owner")" 2>/dev/null || rm -f "$home/.frond/owner"
      sleep 0.2
    done
  fi
}

unlock() {
  [ "$(readlink "$home/.frond/owner")" = "$$" ] && rm -f "$home/.frond/owner"
  exec 9>&-
}

# Runs a command with its output in the log; a signal that ends the launcher ends the command too.
run_logged() {
  local child code=0
  "$@" >>"$log" 2>&1 9>&- &
  child=$!
  trap 'kill $child 2>/dev/null; wait $child; unlock; exit 143' TERM INT HUP
  wait $child || code=$?
  trap - TERM INT HUP
  return $code
}

# Makes jar and cache current, whichever is not. Fails, and says why, when there is no server then.
build_server() {
  lock
  find_server # another start may have built it while this one waited
  if sources_changed; then
    run_maven || return 1
    find_server
  fi
  cache_is_stale && make_cache
  unlock
}

run_maven() {
  if ! type -P mvn >/dev/null; then
    echo "frond: Maven (mvn) is needed to build the server, and it is not on PATH." >&2
    return 1
  fi
  echo "frond: building the server ..." >&2
  # Libraries that the new pom no longer names must leave the class path.
  [ -n "$jar" ] && [ -n "$(find "$home/server/pom.xml" "$home/pom.xml" -newer "$jar")" ] && rm -rf "$home/server/target/lib"
  # Maven runs on the JDK that was found, wherever it is: no toolchain has to be discovered.
  : >"$log"
  if ! JAVA_HOME=$JDK run_logged mvn -B -ntp -f "$home/pom.xml" -pl server -Dmaven.test.skip=true package; then
    grep -E '^\[(ERROR|WARNING)' "$log" >&2 || tail -n 40 "$log" >&2
    echo "frond: the build failed; all that it said is in $log" >&2
    return 1
  fi
  find_server
  # Maven leaves a jar alone whose content did not change: say that it is newer than its sources.
  touch "$jar"
}

# Makes the AOT cache (JEP 514) by a training run: loaded classes, linked, with profiles, so that
# a start takes a third of the time. Without it the server only starts more slowly, so a failure
# is told and passed over.
make_cache() {
  local purpose limit=()
  cache_purpose
  type -P timeout >/dev/null && limit=(timeout 120)
  rm -f "$cache" "$cache.new" "$stamp"
  if run_logged ${limit[@]+"${limit[@]}"} "$JDK/bin/java" "${flags[@]}" "@$home/launcher/training.options" \
    -XX:AOTCacheOutput="$cache.new" -cp "$class_path" io.frond.server.Training && [ -f "$cache.new" ]; then
    mv "$cache.new" "$cache"
  else
    echo "frond: no AOT cache could be made, so starts take longer; see $log" >&2
  fi
  printf '%s' "$purpose" >"$stamp"
}

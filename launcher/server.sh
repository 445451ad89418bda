# Sourced by the scripts here: where the built server is and whether it is current. `home` is the
# root of the clone; the functions after find_jdk need JDK and RELEASE.

# Sets jar (the newest build, empty for none), class_path, flags (of the JVM), cache and stamp.
find_server() {
  local file target=$home/server/target
  jar=
  for file in "$target"/frond-server-*.jar; do
    [ -f "$file" ] && { [ -z "$jar" ] || [ "$file" -nt "$jar" ]; } && jar=$file
  done
  class_path=$jar
  for file in "$target"/lib/*.jar; do
    class_path+=:$file
  done
  flags=("@$home/launcher/jvm.options" -Djava.library.path="$target/native")
  # Named, or the JVM searches every jar for another one while it starts.
  [[ $OSTYPE == linux* ]] && flags+=(-Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.EPollSelectorProvider)
  # Each thread that runs Java writes to this many pages of its stack beyond what it uses, so that
  # code in C finds room there. The 20 that are usual are for a buffer of 64 KiB of java.net's, which
  # is gone; JVMs for other processors refuse less.
  [[ $RELEASE == *OS_ARCH=\"x86_64\"* ]] && flags+=(-XX:StackShadowPages=10)
  cache=$target/frond.aot
  stamp=$target/frond.aot.made-for
}

# Whether the jar is missing, or older than what it is made of. A deleted source shows in the time
# of its folder.
sources_changed() {
  [ -z "$jar" ] ||
    [ -n "$(find "$home/server/src/main" "$home/server/pom.xml" "$home/pom.xml" -newer "$jar" -print -quit)" ]
}

# What an AOT cache holds for, besides the jars and the flags: this JVM and this class path.
cache_purpose() {
  purpose=$home$'\n'$JDK$'\n'$RELEASE
}

# Whether the AOT cache has to be made (again). The stamp is also there when making it failed, so
# that not every start tries anew.
cache_is_stale() {
  local made= purpose
  cache_purpose
  [ -f "$stamp" ] && IFS= read -r -d '' made <"$stamp"
  { [ "$made" != "$purpose" ] || [ "$jar" -nt "$stamp" ] || [ "$home/launcher/jvm.options" -nt "$stamp" ] ||
    [ "$home/launcher/training.options" -nt "$stamp" ]; } &&
    [ -w "$home/server/target" ]
}

# Sourced by the scripts at the root: finds a JDK 25 without starting one. Each fork costs about a
# millisecond at every start, so this reads the `release` file that stands in each JDK with what
# bash has built in.

# Whether $1 is the home of a JDK 25 (with its compiler: the build needs it); sets RELEASE to what
# its `release` file says.
is_jdk_25() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  IFS= read -r -d '' RELEASE <"$1/release"
  [[ $RELEASE == *JAVA_VERSION=\"25[\".+-]* ]]
}

# Sets JDK and RELEASE, or says what is missing and fails. The order: what the user chose, then what is installed.
find_jdk() {
  local folder links=() IFS=:
  for folder in "${JAVA_HOME:-}/bin" $PATH; do
    is_jdk_25 "${folder%/bin}" && JDK=${folder%/bin} && return 0
    [ -L "$folder/java" ] && links+=("$folder/java")
  done
  IFS=
  for folder in /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/*java* /opt/*/*jdk* /usr/local/*jdk* \
    /usr/local/lib/jvm/* ~/.sdkman/candidates/java/* ~/.jdks/* ~/.jdk/* ~/.m2/jdks/* \
    ~/.asdf/installs/java/* ~/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home ~/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    is_jdk_25 "$folder" && JDK=$folder && return 0
  done
  # Links on PATH to a JDK that stands elsewhere: only these need a process.
  for folder in ${links[@]+"${links[@]}"}; do
    folder=$(readlink -f "$folder")
    is_jdk_25 "${folder%/bin/java}" && JDK=${folder%/bin/java} && return 0
  done
  echo "frond: no JDK 25 found (JAVA_HOME, PATH, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks ...)." >&2
  echo "frond: install one, for example from https://adoptium.net, or set JAVA_HOME to its folder." >&2
  return 1
}

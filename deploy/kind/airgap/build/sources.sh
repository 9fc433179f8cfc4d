# shellcheck shell=bash disable=SC2154
# What is fetched from Debian's mirror but not installed: source packages, and kind from
# the release after this one. With a configuration of apt's own, so that the machine's
# stays as it is.

apt_folder="$state/apt"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# Where this machine gets its packages from.
mirror() {
  local found
  # shellcheck disable=SC2016
  found="$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Codename: bookworm' |
    sort -u | head -1)"
  [[ -n "$found" ]] || die "apt knows no mirror of Debian 12 (bookworm); see /etc/apt/sources.list"
  echo "$found"
}

apt_private() {
  local command="$1"
  shift
  apt-get -o Dir::Etc::sourcelist="$apt_folder/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State::lists="$apt_folder/lists" -o Dir::Cache="$apt_folder/cache" -o APT::Sandbox::User=root \
    -qq "$command" "$@"
}

update_private() {
  local from
  [[ -z "${updated:-}" ]] || return 0
  from="$(mirror)"
  mkdir -p "$apt_folder/lists/partial" "$apt_folder/cache/archives/partial"
  {
    printf 'deb [signed-by=%s] %s trixie main\n' "$keyring" "$from"
    printf 'deb-src [signed-by=%s] %s trixie main\n' "$keyring" "$from"
    printf 'deb-src [signed-by=%s] %s bookworm main\n' "$keyring" "$from"
    printf 'deb [signed-by=%s] %s bookworm-backports main\n' "$keyring" "$from"
  } >"$apt_folder/sources.list"
  step apt-private-update apt_private update
  updated=yes
}

# fetch PACKAGE/RELEASE: the .deb, into the current folder.
fetch() { step "fetch-${1%/*}" apt_private download "$1"; }
fetch_source() { step "fetch-source-${1%/*}" apt_private source --download-only --tar-only "$1"; }

get_kind() {
  if [[ ! -x "$state/bin/kind" ]]; then
    say "kind"
    update_private
    (cd "$apt_folder" && fetch kind/trixie && dpkg -x kind_*.deb kind-deb)
    cp "$apt_folder/kind-deb/usr/bin/kind" "$state/bin/kind"
  fi
  if [[ ! -d "$state/kind-src" ]]; then
    update_private
    (cd "$apt_folder" && fetch_source kind/trixie)
    unpack "$apt_folder"/kind_*.orig.tar.* "$state/kind-src"
  fi
}

# unpack ARCHIVE FOLDER: the folder is there only when all of it is.
unpack() {
  rm -rf "$2.new" && mkdir "$2.new"
  tar -xf "$1" -C "$2.new" --strip-components=1
  mv "$2.new" "$2"
}

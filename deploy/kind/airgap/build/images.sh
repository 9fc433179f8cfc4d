# shellcheck shell=bash disable=SC2154
# Images of the control plane, and of valkey.

image() { # image NAME DOCKERFILE: its files are in $state/images
  printf '%b' "$2" >"$state/images/Dockerfile"
  step "image-$(tr / - <<<"${1%:*}")" docker build --quiet --tag "$1" --file "$state/images/Dockerfile" "$state/images"
}

make_control_plane_images() {
  local part
  say "images of the control plane"
  mkdir -p "$state/images"
  cp "$(built kube-apiserver)" "$(built kube-controller-manager)" "$(built kube-scheduler)" "$(built kube-proxy)" "$state/images/"
  step pause gcc -O2 -static -o "$state/images/pause" "$state/k8s-src/build/pause/linux/pause.c"
  for part in apiserver controller-manager scheduler; do
    image "k8s.gcr.io/kube-$part:$version" "FROM scratch\nENV PATH=/usr/local/bin\nCOPY kube-$part /usr/local/bin/\n"
  done
  image "k8s.gcr.io/kube-proxy:$version" "FROM $redis_image\nCOPY kube-proxy /usr/local/bin/\n"
  image k8s.gcr.io/pause:3.2 'FROM scratch\nCOPY pause /pause\nENTRYPOINT ["/pause"]\n'
  docker tag "$redis_image" k8s.gcr.io/etcd:3.4.13-0
}

# valkey is in Debian's backports. Nothing else needs it, so its absence is only said,
# and not tried again.
make_valkey_image() {
  ! docker image inspect "$valkey_image" >/dev/null 2>&1 || return 0
  [[ ! -f "$state/no-valkey" ]] || return 0
  say "image of valkey"
  (
    tree="$state/images/valkey"
    update_private
    rm -rf "$tree" "$tree.deb" "$apt_folder"/valkey-*.deb && mkdir -p "$tree/usr/local/bin"
    (cd "$apt_folder" && fetch valkey-server/bookworm-backports && fetch valkey-tools/bookworm-backports)
    for package in "$apt_folder"/valkey-*.deb; do dpkg -x "$package" "$tree.deb"; done
    cp -a "$tree.deb/usr/bin" "$tree/usr/"
    # The names by which start scripts call it, before the base image's own on PATH.
    for program in server cli benchmark; do ln -sfn "/usr/bin/valkey-$program" "$tree/usr/local/bin/redis-$program"; done
    image "$valkey_image" "FROM $redis_image\nCOPY valkey/ /\n"
    docker run --rm --network none --entrypoint redis-server "$valkey_image" --version >&2
  ) || { say "no image of valkey" && touch "$state/no-valkey"; }
}

# The names that manifests use, unless the engine has the real ones.
name_as_registry() {
  docker image inspect redis:7.0 >/dev/null 2>&1 || docker tag "$redis_image" redis:7.0
  docker image inspect valkey/valkey:8.0 >/dev/null 2>&1 || ! docker image inspect "$valkey_image" >/dev/null 2>&1 ||
    docker tag "$valkey_image" valkey/valkey:8.0
}

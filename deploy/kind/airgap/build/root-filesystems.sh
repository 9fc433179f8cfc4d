# shellcheck shell=bash disable=SC2154
# Minimal Debians: of the Redis pods, and of the nodes.

rootfs() { # rootfs NAME PACKAGES
  local folder="$state/$1"
  [[ ! -f "$folder.done" ]] || return 0
  rm -rf "$folder"
  step "debootstrap-$1" debootstrap --variant=minbase --include="$2" bookworm "$folder" "$(mirror)"
  rm -rf "$folder"/var/cache/apt/archives/*.deb "$folder"/var/lib/apt/lists/* "$folder"/usr/share/{doc,locale,man}
  touch "$folder.done"
}

make_base_images() {
  say "image of the Redis pods"
  rootfs base redis-server,redis-tools,iptables,nftables,conntrack,etcd-server,ca-certificates,libstdc++6,iproute2,procps
  tar -C "$state/base" -c . |
    docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$redis_image" >/dev/null
}

# shellcheck shell=bash disable=SC2154
# A node: Debian with systemd, containerd and the kubelet, kind's own files for it, ours,
# and the images of the control plane already in containerd's store.

node_packages=systemd,systemd-sysv,conntrack,iptables,nftables,iproute2,ethtool,util-linux,mount,kmod,libseccomp2
node_packages+=,ca-certificates,curl,jq,procps,containerd,runc,containernetworking-plugins,socat,ebtables,hostname
node_packages+=,ipset,findutils

make_node_image() {
  say "node image"
  rootfs node "$node_packages"
  put_files "$state/node" "$state/kind-src/images/base/files"
  adapt_containerd "$state/node/etc/containerd/config.toml"
  adapt_systemd "$state/node"
  tar -C "$state/node" -c . | docker import --change 'ENV container=docker' - "$stage" >/dev/null
  docker rm -f "$stage" >/dev/null 2>&1 || true
  fill_store
  docker commit --change 'ENTRYPOINT ["/usr/local/bin/entrypoint","/sbin/init"]' "$stage" "$node_image" >/dev/null
  docker rm -f "$stage" >/dev/null
  docker image rm "$stage" >/dev/null
}
stage=slotquake-node-stage

put_files() { # put_files NODE FILES-OF-KIND
  mkdir -p "$1/kind/manifests" "$1/opt/cni" "$1/etc/kubernetes/manifests"
  cp -a "$2"/usr/local/bin/* "$1/usr/local/bin/"
  cp -a "$2"/etc/. "$1/etc/"
  cp -a "$2"/kind/. "$1/kind/"
  chmod 755 "$1"/usr/local/bin/* "$1"/kind/bin/*
  cp -a "$here"/node-files/. "$1/"
  chown -R root:root "$1/kind" "$1/usr/local/bin"
  ln -sfn /usr/bin/containerd "$1/usr/local/bin/containerd"
  ln -sfn /usr/lib/cni "$1/opt/cni/bin"
  cp "$(built kubeadm)" "$(built kubectl)" "$(built kubelet)" "$1/usr/bin/"
  printf '%s' "$version" >"$1/kind/version"
  # Kubernetes before 1.22 takes the last mount of a cgroup hierarchy for its root, so the
  # entrypoint must not bind-mount there.
  # shellcheck disable=SC2016
  sed -i '/mount --bind "${subsystem}\/${cgroup_root}"/d' "$1/usr/local/bin/entrypoint"
}

# Kubernetes before 1.24 uses the cgroupfs driver and this sandbox image; no container may
# lower its OOM score below the node's.
adapt_containerd() {
  sed -i -e 's/SystemdCgroup = true/SystemdCgroup = false/' \
    -e 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' \
    -e 's#sandbox_image = .*#sandbox_image = "k8s.gcr.io/pause:3.2"#' "$1"
  grep -q conf_template "$1" ||
    printf '[plugins."io.containerd.grpc.v1.cri".cni]\n  conf_template = "/kind/cni.conflist.tmpl"\n' >>"$1"
}

# Only what a node in a container needs is started.
adapt_systemd() {
  local service
  grep -q ReadKMsg "$1/etc/systemd/journald.conf" || echo ReadKMsg=no >>"$1/etc/systemd/journald.conf"
  rm -f "$1"/lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service \
    "$1"/lib/systemd/system/{multi-user,local-fs}.target.wants/* "$1"/etc/systemd/system/*.wants/* \
    "$1"/lib/systemd/system/sockets.target.wants/*{udev,initctl}* "$1"/lib/systemd/system/basic.target.wants/*
  for service in kubelet containerd undo-mount-hacks pod-routes; do
    step "enable-$service" chroot "$1" systemctl enable "$service.service"
  done
  step mask-binfmt chroot "$1" systemctl mask systemd-binfmt.service
}

# Puts the images into the store of a containerd that runs in the staged node.
fill_store() {
  local until="$((SECONDS + 60))"
  docker run -d --privileged --name "$stage" --entrypoint /bin/sleep "$stage" 3600 >/dev/null
  docker exec --privileged "$stage" bash -c 'ctr oci spec | jq ".hooks.createContainer = [{\"path\":
    \"/kind/bin/mount-product-files.sh\"}] | del(.process.rlimits)" > /etc/containerd/cri-base.json'
  docker exec -d --privileged "$stage" containerd
  until docker exec "$stage" ctr version >/dev/null 2>&1; do
    ((SECONDS < until)) || die "containerd does not answer in container $stage"
    sleep 0.2
  done
  docker save k8s.gcr.io/{pause:3.2,etcd:3.4.13-0} "k8s.gcr.io/kube-apiserver:$version" \
    "k8s.gcr.io/kube-controller-manager:$version" "k8s.gcr.io/kube-scheduler:$version" \
    "k8s.gcr.io/kube-proxy:$version" "$redis_image" |
    docker exec -i --privileged "$stage" ctr -n k8s.io images import - >/dev/null
  docker exec "$stage" pkill containerd
  until ! docker exec "$stage" pgrep -x containerd >/dev/null; do
    ((SECONDS < until)) || die "containerd does not end in container $stage"
    sleep 0.2
  done
}

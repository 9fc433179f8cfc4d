# shellcheck shell=bash disable=SC2154
# Kubernetes from Debian 12's source package: two thirds of the whole time.

programs=(kubeadm kubectl kubelet kube-apiserver kube-controller-manager kube-scheduler kube-proxy)
built() { echo "$state/k8s-src/_output/local/bin/linux/amd64/$1"; }

all_built() {
  local program
  for program in "${programs[@]}"; do [[ -x "$(built "$program")" ]] || return 1; done
}

build_kubernetes() {
  if ! all_built; then
    if [[ ! -d "$state/k8s-src" ]]; then
      update_private
      (cd "$apt_folder" && fetch_source kubernetes/bookworm)
      unpack "$apt_folder"/kubernetes_1.20*.orig.tar.* "$state/k8s-src"
    fi
    say "compiling Kubernetes (5 to 12 minutes; $state/log/kubernetes.log)"
    step kubernetes compile_kubernetes
  fi
  cp "$(built kubectl)" "$state/bin/kubectl"
}

compile_kubernetes() {
  local vendored="$state/k8s-src/vendor/github.com/modern-go/reflect2"
  # The vendored reflect2 crashes when built with Go 1.18 or newer; Debian's own does not.
  rm -rf "$vendored" &&
    cp -r /usr/share/gocode/src/github.com/modern-go/reflect2 "$vendored" &&
    printf '%s\n' KUBE_GIT_COMMIT=debian KUBE_GIT_TREE_STATE=archive "KUBE_GIT_VERSION=$version" KUBE_GIT_MAJOR=1 \
    KUBE_GIT_MINOR=20 >"$state/version.sh" &&
    (cd "$state/k8s-src" && export GOCACHE="$state/gocache" KUBE_GIT_VERSION_FILE="$state/version.sh" CGO_ENABLED=0 &&
    # Of the generated code only this is not in the source; to make all of it anew, as
    # `make all` does, takes longer than to compile.
    make gen_openapi &&
    GOLDFLAGS="-s -w" hack/make-rules/build.sh "${programs[@]/#/cmd/}")
}

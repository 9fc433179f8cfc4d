# shellcheck shell=bash
# What the parts of deploy/kind/cluster share. They see its options as variables.
# shellcheck disable=SC2034,SC2154

# Where the facts about this machine are; other files in tests.
os_release="${CLUSTER_OS_RELEASE:-/etc/os-release}"
meminfo="${CLUSTER_MEMINFO:-/proc/meminfo}"

say() { printf 'cluster: %s\n' "$*" >&2; }
die() { say "$@" && exit 1; }
bad() { say "$* (see --help)" && exit 254; }
# The machine is not able to; for CI this is a test that can not be run here.
cannot() { say "this machine can not run such a cluster: $*" && exit 3; }

has() { type -P "$1" >/dev/null; }
is_root() { [[ "$(id -u)" == 0 ]]; }
engine_answers() { has docker && docker info >/dev/null 2>&1; }
image_is_there() { docker image inspect "$1" >/dev/null 2>&1; }

# The path of a program from PATH, else of that which airgap has built; fails if none.
find_program() {
  type -P "$1" && return
  [[ -x "$state/bin/$1" ]] && printf '%s\n' "$state/bin/$1"
}

# kind, on this cluster's access file.
kind() {
  local program
  program="$(find_program kind)" || die "no kind program on PATH; install kind, or use --source=airgap"
  "$program" "$@" ${kubeconfig:+"--kubeconfig=$kubeconfig"}
}
# The nodes' containers of this cluster, one a line; nothing when there is none.
nodes() {
  docker ps --all --filter "label=io.x-k8s.kind.cluster=$name" --format '{{.Names}}' | sort -V
}
# kubectl, on this cluster.
kube() {
  local program
  program="$(find_program kubectl)" || die "no kubectl on PATH; install it (Debian: kubernetes-client)"
  "$program" ${kubeconfig:+"--kubeconfig=$kubeconfig"} "--context=kind-$name" --request-timeout=20s "$@"
}

# Only one at a time makes or deletes the cluster of this name; waits for the others.
lock() {
  has flock || return 0
  exec 9>"${TMPDIR:-/tmp}/slotquake-kind-$name-$(id -u).lock"
  flock -n 9 && return
  say "another one works on cluster $name; waiting for it"
  flock -w 1800 9 || die "it has not ended in half an hour"
}

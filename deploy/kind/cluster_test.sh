#!/usr/bin/env bash
# deploy/kind/cluster against a made-up machine: which source it chooses, what it does
# and what it says. Docker, kind and kubectl are scripts whose state is in files.
set -euo pipefail
cluster="$PWD/deploy/kind/cluster"
bin="$TEST_TMPDIR/bin"
world="$TEST_TMPDIR/world"
said="$TEST_TMPDIR/said"
mkdir -p "$bin"

# The machine has nothing but these programs, so that what is missing is missing.
tools="$TEST_TMPDIR/tools"
mkdir -p "$tools"
for tool in awk bash basename cat chmod cut date df dirname env flock grep mkdir mktemp \
  install mv nohup readlink rm sed seq setsid sh sleep sort tail timeout touch tr wc; do
  ln -sf "$(type -P "$tool")" "$tools/$tool"
done

cat >"$TEST_TMPDIR/docker" <<'END'
#!/bin/sh
# World: engine (it answers), images (those it has), registry (those it can pull),
# forbidden (no privileged containers), nodes (containers of the cluster), on-nodes.
cd "$WORLD" && echo "docker $*" >>log
id() { echo "sha256:$(echo "$1" | cksum | cut -d' ' -f1)"; }
case "$*" in
  "info --format {{.DockerRootDir}}") echo / ;;
  info*) [ -e engine ] || { echo "Cannot connect to the Docker daemon" >&2; exit 1; } ;;
  "image inspect --format {{.Id}} "*) shift 4; grep -qx "$1" images && id "$1" ;;
  "image inspect "*) shift 2; grep -qx "$1" images ;;
  pull*) for image; do :; done
    grep -qx "$image" registry || { echo "lookup registry: no such host" >&2; exit 1; }
    echo "$image" >>images ;;
  run*) [ ! -e forbidden ] || { echo "operation not permitted" >&2; exit 125; } ;;
  ps*status=exited*) cat stopped 2>/dev/null || true ;;
  ps*) cat nodes 2>/dev/null || true ;;
  start*) rm -f stopped ;;
  save*) echo "archive of $2" ;;
  "exec --interactive "*) echo "$3" >>on-nodes; cat >/dev/null ;;
  "exec "*"content get"*) # which node has what: on-nodes lists the nodes that do
    grep -qx "$2" on-nodes ;;
  exec*) ;;
esac
END
cat >"$TEST_TMPDIR/kind" <<'END'
#!/bin/sh
cd "$WORLD" && echo "kind $*" >>log
case "$*" in
  version*) echo "kind v0.${KIND_MINOR:-27}.0 go1.24" ;;
  create*) [ ! -e kind-fails ] || { echo "ERROR: no space on this disk"; exit 1; }
    cat >config
    printf 'slotquake-control-plane\nslotquake-worker\nslotquake-worker2\nslotquake-worker3\n' >nodes ;;
  delete*) rm nodes ;;
esac
END
cat >"$TEST_TMPDIR/kubectl" <<'END'
#!/bin/sh
cd "$WORLD" && echo "kubectl $*" >>log
case "$*" in
  *"get nodes"*jsonpath*) sed 's/$/ True/' nodes ;;
  *kubeletVersion*) echo v1.32.2 ;;
esac
END
cat >"$TEST_TMPDIR/dockerd" <<'END'
#!/bin/sh
cd "$WORLD" && echo dockerd >>log && mv kept nodes && touch engine
END
printf '#!/bin/sh\necho "${FAKE_UID:-1000}"\n' >"$TEST_TMPDIR/id"
printf '#!/bin/sh\n:\n' >"$TEST_TMPDIR/apt-get"
chmod +x "$TEST_TMPDIR"/{docker,dockerd,kind,kubectl,id,apt-get}

fail() {
  echo "FAILED: $* -- it said:"
  cat "$said"
  exit 1
}
# new_world PROGRAM...: an empty machine with these programs, and 8 GB.
new_world() {
  rm -rf "$world" "$bin"
  mkdir -p "$world" "$bin" "$TEST_TMPDIR/state/bin"
  rm -f "$TEST_TMPDIR/state/bin"/*
  : >"$world/log" && : >"$world/images" && : >"$world/registry" && : >"$world/on-nodes"
  echo "MemAvailable: 8000000 kB" >"$world/meminfo"
  echo "VERSION_CODENAME=trixie" >"$world/os-release"
  local program
  for program in id "$@"; do cp "$TEST_TMPDIR/$program" "$bin/"; done
}
# run EXPECTED-EXIT-CODE ARGUMENTS...
run() {
  local expected="$1" code=0
  shift
  env -i PATH="$bin:$tools" WORLD="$world" TMPDIR="$TEST_TMPDIR" HOME="$TEST_TMPDIR" \
    CLUSTER_OS_RELEASE="$world/os-release" CLUSTER_MEMINFO="$world/meminfo" \
    ${FAKE_UID:+FAKE_UID="$FAKE_UID"} ${SLOTQUAKE_IMAGES:+SLOTQUAKE_IMAGES="$SLOTQUAKE_IMAGES"} \
    ${KIND_MINOR:+KIND_MINOR="$KIND_MINOR"} \
    bash "$cluster" --state="$TEST_TMPDIR/state" "$@" >"$said" 2>&1 </dev/null || code=$?
  [[ "$code" == "$expected" ]] || fail "exit code $code, not $expected: cluster $*"
}
says() { grep -qF -- "$1" "$said" || fail "does not say \"$1\""; }
did() { grep -qF -- "$1" "$world/log" || fail "did not do \"$1\": $(cat "$world/log")"; }
did_not() { ! grep -qF -- "$1" "$world/log" || fail "did \"$1\""; }

# --- arguments
new_world
run 254 && says "up, down, load or status?"
run 254 up --source=moon && says 'not "moon"'
SLOTQUAKE_IMAGES=moon run 254 up && says 'not "moon"'
run 254 up --workers=many && says '--workers must be'
run 254 up --colour=red && says "--colour=red"
run 254 load && says "load which image?"
run 254 fly && says 'unknown verb "fly"'
run 0 --help && says "usage: cluster"

# --- machines that can not, each with its reason
run 3 up && says "registry: there is no docker program" && says "needs root"
FAKE_UID=0 run 3 up && says "needs Debian 12"
new_world docker kind kubectl
run 3 up && says "does not answer (Cannot connect to the Docker daemon)"
run 3 status && says "does not answer"
run 3 down && says "does not answer"
touch "$world/engine"
run 3 up && says "can not be pulled: lookup registry: no such host"
run 3 up --source=registry && says "no such host"
run 3 up --source=airgap && says "needs root"
SLOTQUAKE_IMAGES=airgap run 3 up && says "needs root" && did_not "create"
new_world docker kubectl
touch "$world/engine"
run 3 up --source=registry && says "there is no kind program on PATH"

# --- registry: the image that is there is not pulled again
new_world docker kind kubectl
touch "$world/engine"
echo kindest/node:v1.32.2 >"$world/images"
run 0 up && says "source: registry, kindest/node:v1.32.2 (the image is there)" && did_not "docker pull"
did "kind create cluster --name slotquake --image kindest/node:v1.32.2 --config -"
did "docker update --cpu-shares=2048 slotquake-control-plane" && did_not "can not favour"
[[ "$(grep -c 'role: worker' "$world/config")" == 3 ]] || fail "config: $(cat "$world/config")"
says "cluster slotquake is ready: 4 nodes, context kind-slotquake"
# Master and replica, N and N+3, are on different workers.
for n in 0 1 2; do
  of() { sed -n "s/.*label --overwrite node \(.*\) slotquake\/volume-$1=.*/\1/p" "$world/log"; }
  [[ -n "$(of "$n")" && "$(of "$n")" != "$(of $((n + 3)))" ]] || fail "volumes $n and $((n + 3)): $(of "$n")"
done
# A second call makes nothing.
: >"$world/log"
run 0 up && did_not create && says "cluster slotquake is there" && run 0 status && says "is ready"
echo slotquake-worker >"$world/stopped"
run 0 up && says "starting the stopped nodes: slotquake-worker" && did "docker start slotquake-worker"
: >"$world/log"
run 0 up --anew && says "cluster slotquake is deleted" && did "kind create cluster --name slotquake"
run 0 down && did "kind delete cluster --name slotquake" && run 0 down && says "there is no cluster"
run 1 status && says "there is no cluster"

# --- registry, pulled; the node image goes with kind's release
new_world docker kind kubectl
touch "$world/engine"
echo kindest/node:v1.34.0 >"$world/registry"
KIND_MINOR=30 run 0 up --kubeconfig=/some/file && says "source: registry, kindest/node:v1.34.0 (pulled)"
did "kind create cluster --name slotquake --image kindest/node:v1.34.0 --config - --kubeconfig=/some/file"
did "kubectl --kubeconfig=/some/file --context=kind-slotquake"

# --- airgap: what is there goes before what could be pulled
new_world docker kubectl
touch "$world/engine"
cp "$TEST_TMPDIR/kind" "$TEST_TMPDIR/state/bin/kind"
echo kindest/node:v1.20.2-airgap >"$world/images"
run 1 up && says "source: airgap, kindest/node:v1.20.2-airgap (the image is there)" && did_not "docker pull"
says "airgap:" # and is handed to its own script, which wants root

# --- the engine that airgap runs is off, and has nodes from before a restart
for option in "" --anew; do
  new_world docker dockerd kind kubectl
  mkdir -p "$TEST_TMPDIR/state/docker/data"
  echo kindest/node:v1.32.2 >"$world/images"
  echo slotquake-control-plane >"$world/kept"
  FAKE_UID=0 run 0 up $option && did dockerd
  if [[ -n "$option" ]]; then did "kind create" && did "kind delete"; else did_not "kind create"; fi
done
rm -rf "$TEST_TMPDIR/state/docker"

# --- not enough memory, no privileged containers, kind that fails
new_world docker kind kubectl
touch "$world/engine"
echo kindest/node:v1.32.2 >"$world/images"
echo "MemAvailable: 1000000 kB" >"$world/meminfo"
run 3 up && says "976 MB of memory are free, 3000 MB are needed" && did_not create
echo "MemAvailable: 8000000 kB" >"$world/meminfo"
touch "$world/forbidden"
run 3 up && says "can not run a privileged container: operation not permitted" && did_not create
cat >"$bin/df" <<'END'
#!/bin/sh
printf 'Filesystem 1048576-blocks Used Available\n/dev/vda 90000 88000 2000\n'
END
chmod +x "$bin/df"
run 3 up && says "2000 MB are free in /, where Docker keeps its data; 4000 MB are needed" && did_not create
rm "$bin/df" "$world/forbidden" && touch "$world/kind-fails"
run 1 up && says "no space on this disk" && says "all it said is in"

# --- load: only onto nodes that have it not, and says what it can not get
new_world docker kind kubectl
touch "$world/engine"
run 1 load slotquake:dev && says "there is no cluster slotquake"
printf 'slotquake-control-plane\nslotquake-worker\n' >"$world/nodes"
run 1 load slotquake:dev && says "it can not be pulled"
echo slotquake:dev >"$world/images"
run 0 load slotquake:dev && says "slotquake:dev loaded into 2 nodes"
did "docker exec --interactive slotquake-worker ctr --namespace=k8s.io images import"
: >"$world/log"
run 0 load slotquake:dev && says "on every node already" && did_not "docker save"
echo "passed"

# shellcheck shell=bash
# Making a cluster, deleting it, and saying how it is.
# shellcheck disable=SC2154

ready_limit_s=180
least_memory_mb=3000
least_disk_mb=4000
least_build_mb=9000

# enough_disk FOLDER MB WHAT-FOR: the folder need not be there yet.
enough_disk() {
  local folder="$1" disk
  while [[ ! -d "$folder" && "$folder" == */* ]]; do folder="${folder%/*}"; done
  disk="$(df -Pm "${folder:-/}" 2>/dev/null | awk 'NR == 2 {print $4}' || true)"
  if [[ -n "$disk" ]] && ((disk < $2)); then
    cannot "$disk MB are free in $1, $3; $2 MB are needed"
  fi
}

check_memory() {
  local memory
  memory="$(awk '$1 == "MemAvailable:" {print int($2 / 1024)}' "$meminfo" 2>/dev/null || true)"
  if [[ -n "$memory" ]] && ((memory < least_memory_mb)); then
    cannot "$memory MB of memory are free, $least_memory_mb MB are needed"
  fi
}

# kind's nodes are privileged containers; where these are forbidden nothing else helps.
check_containers() {
  local said
  said="$(docker run --rm --privileged --network none --entrypoint /bin/true "$node_image" 2>&1 >/dev/null)" ||
    cannot "it can not run a privileged container: $(tail -1 <<<"$said")"
}

config() {
  printf 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n'
  for ((i = 0; i < workers; i++)); do echo '- role: worker'; done
}

create() {
  local log
  enough_disk "$(docker info --format '{{.DockerRootDir}}')" "$least_disk_mb" "where Docker keeps its data"
  check_containers
  log="${TMPDIR:-/tmp}/slotquake-kind-$name-$(id -u).log"
  say "making cluster $name: a control plane and $workers workers (a minute or two; log: $log)"
  config | kind create cluster --name "$name" --image "$node_image" --config - >"$log" 2>&1 || {
    tail -20 "$log" >&2
    die "kind could not make the cluster; all it said is in $log"
  }
}

# Nodes that are not ready yet, in one line; all of them while the API does not answer.
not_ready() {
  local states
  states="$(kube get nodes -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}' 2>/dev/null)" || states=''
  nodes | while read -r node; do
    grep -qx "$node True" <<<"$states" || printf '%s ' "$node"
  done
}

await_nodes() {
  local waiting said='' until=$((SECONDS + ready_limit_s)) node
  while waiting="$(not_ready)" && [[ -n "$waiting" ]]; do
    [[ "$waiting" == "$said" ]] || say "waiting until ready: $waiting"
    said="$waiting"
    if ((SECONDS >= until)); then
      kube get nodes >&2 || true
      kube get events --all-namespaces --sort-by=.lastTimestamp 2>/dev/null | tail -15 >&2 || true
      node="${waiting%% *}"
      docker exec "$node" journalctl --no-pager -u kubelet -n 10 >&2 || true
      die "not ready after $ready_limit_s s: $waiting"
    fi
    sleep 1
  done
}

# Which volumes of deploy/kubernetes/overlays/kind are whose: volume N and N+3, of a
# master and its replica, are on different workers if there is more than one.
worker_of_volume() {  # worker_of_volume VOLUME WORKERS
  if (($2 == 3 && $1 >= 3)); then
    echo $((($1 + 1) % 3))
  else
    echo $(($1 % $2))
  fi
}

label_workers() {
  local hosts=() volume
  mapfile -t hosts < <(nodes | grep -v -- '-control-plane')
  # Without workers the control plane carries everything.
  ((${#hosts[@]})) || mapfile -t hosts < <(nodes)
  for volume in 0 1 2 3 4 5; do
    kube label --overwrite node "${hosts[$(worker_of_volume "$volume" ${#hosts[@]})]}" \
      "slotquake/volume-$volume=" >/dev/null
  done
}

# Load and observers run beside the control plane. When processors are scarce that machine
# goes before the others: who measures must not wait for what it measures.
favour_control_plane() {
  docker update --cpu-shares=2048 "$name-control-plane" >/dev/null 2>&1 ||
    say "the engine can not favour $name-control-plane; on a busy machine more runs are inconclusive"
}

# What Debian's packages do not have or call by another name.
adapt_airgap() {
  local node job jobs=() untagged=0
  kube get node -o 'jsonpath={.items[0].status.nodeInfo.kubeletVersion}' | grep -qx 'v1\.20\.2' || return 0
  # There is no image of a name server.
  kube --namespace=kube-system scale deployment coredns --replicas=0 >/dev/null 2>&1 || true
  for node in $(nodes); do
    docker exec "$node" ctr --namespace=k8s.io images tag --force \
      docker.io/library/debian-redis:bookworm docker.io/library/redis:7.0 >/dev/null 2>&1 &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job" || untagged=1; done
  ((!untagged)) || load_one redis:7.0
}

start_stopped_nodes() {
  local stopped
  stopped="$(docker ps --all --filter "label=io.x-k8s.kind.cluster=$name" --filter status=exited --format '{{.Names}}')"
  [[ -n "$stopped" ]] || return 0
  say "starting the stopped nodes: ${stopped//$'\n'/ }"
  # shellcheck disable=SC2086
  docker start $stopped >/dev/null
}

# An engine that airgap has started before may hold a cluster, from before a restart.
wake_engine() {
  ! engine_answers && is_root && [[ -d "$state/docker/data" ]] && has dockerd || return 0
  say "starting the engine of $state again"
  "$here/airgap/start-docker" "$state" >&2
}

delete() {
  kind delete cluster --name "$name" >/dev/null 2>&1 || die "kind could not delete cluster $name"
  say "cluster $name is deleted"
}

run_up() {
  lock
  wake_engine
  if ((anew)) && engine_answers && [[ -n "$(nodes)" ]]; then delete; fi
  if engine_answers && [[ -n "$(nodes)" ]]; then
    say "cluster $name is there"
    start_stopped_nodes
    kind export kubeconfig --name "$name" >/dev/null 2>&1 ||
      die "cluster $name is broken (it tells no access); delete it with: cluster down --name=$name"
  else
    choose_source
    check_memory
    if [[ "$chosen" == airgap ]]; then
      image_is_there "$node_image" || enough_disk "$state" "$least_build_mb" "where the images are built"
      "$here/airgap/build-node-image" "$state"
      PATH="$state/bin:$PATH"
    fi
    create
  fi
  await_nodes
  label_workers
  favour_control_plane
  adapt_airgap
  say "cluster $name is ready: $(nodes | wc -l) nodes, context kind-$name${kubeconfig:+ in $kubeconfig}"
}

run_down() {
  engine_answers || cannot "$(engine_trouble)"
  lock
  [[ -n "$(nodes)" ]] || { say "there is no cluster $name" && return; }
  delete
}

run_status() {
  local waiting
  engine_answers || cannot "$(engine_trouble)"
  [[ -n "$(nodes)" ]] || { say "there is no cluster $name" && exit 1; }
  waiting="$(not_ready)"
  [[ -z "$waiting" ]] || die "cluster $name is not ready: $waiting"
  say "cluster $name is ready: $(nodes | wc -l) nodes, context kind-$name${kubeconfig:+ in $kubeconfig}"
}

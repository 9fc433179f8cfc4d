# shellcheck shell=bash
# Images of the engine, onto the nodes.
# shellcheck disable=SC2154

# "slotquake:dev" is docker.io/library/slotquake:dev to a node.
full_name() {
  local image="$1" first="${1%%/*}"
  [[ "${image##*/}" == *:* ]] || image="$image:latest"
  if [[ "$first" == "$1" ]]; then
    echo "docker.io/library/$image"
  elif [[ "$first" == *[.:]* || "$first" == localhost ]]; then
    echo "$image"
  else
    echo "docker.io/$image"
  fi
}

# Whether the node has an image of this name with this very content. An engine's id is
# the digest of either the manifest or of the configuration that it names.
node_has() {  # node_has NODE FULL-NAME ID
  docker exec "$1" sh -c '
    digest="$(ctr --namespace=k8s.io images list "name==$1" | sed -n "2s/.* \(sha256:[0-9a-f]*\) .*/\1/p")"
    [ -n "$digest" ] || exit 1
    [ "$digest" = "$2" ] || ctr --namespace=k8s.io content get "$digest" | grep -q "\"$2\""
  ' sh "$2" "$3" >/dev/null 2>&1
}

load_into() {  # load_into NODE ARCHIVE: what the node says is shown only when it fails
  local said
  # The nodes' own snapshotter, as the kubelet uses it.
  said="$(docker exec --interactive "$1" ctr --namespace=k8s.io images import --digests - <"$2" 2>&1)" ||
    { say "$1 refused an image: $(tail -1 <<<"$said")" && return 1; }
}

load_one() {
  local image="$1" id lacking=() node archive failed=0 job jobs=()
  if ! id="$(docker image inspect --format '{{.Id}}' "$image" 2>/dev/null)"; then
    say "$image is not in the engine; pulling it (at most $pull_limit_s s)"
    timeout "$pull_limit_s" docker pull --quiet "$image" >/dev/null ||
      die "there is no image $image, and it can not be pulled"
    id="$(docker image inspect --format '{{.Id}}' "$image")"
  fi
  for node in $(nodes); do
    node_has "$node" "$(full_name "$image")" "$id" || lacking+=("$node")
  done
  ((${#lacking[@]})) || { say "$image is on every node already" && return; }
  archive="$(mktemp)"
  # shellcheck disable=SC2064
  trap "rm -f '$archive'" EXIT
  docker save "$image" >"$archive"
  for node in "${lacking[@]}"; do
    load_into "$node" "$archive" &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job" || failed=1; done
  rm -f "$archive"
  ((!failed)) || die "$image is not on every node"
  say "$image loaded into ${#lacking[@]} nodes"
}

run_load() {
  local image
  engine_answers || cannot "$(engine_trouble)"
  [[ -n "$(nodes)" ]] || die "there is no cluster $name; make it with: cluster up --name=$name"
  for image in "${images[@]}"; do load_one "$image"; done
}

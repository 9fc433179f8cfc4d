#!/usr/bin/env bash
# The scripts that run in the pods, against a made-up redis-cli.
set -euo pipefail
overlays="$PWD/deploy/kubernetes/overlays"
world="$TEST_TMPDIR/world"
mkdir -p "$world" "$TEST_TMPDIR/bin"
export WORLD="$world" PATH="$TEST_TMPDIR/bin:$PATH"

cat >"$TEST_TMPDIR/bin/redis-cli" <<'END'
#!/bin/sh
# World: ping, cluster-info, replication, nodes, role: what the node answers; takes-over:
# what a replica answers to CLUSTER FAILOVER, and "no-effect" if nothing comes of it.
cd "$WORLD" && echo "$*" >>log
case "$*" in
  PING) cat ping ;;
  "CLUSTER INFO") cat cluster-info ;;
  "INFO replication") cat replication ;;
  "CLUSTER NODES") cat nodes ;;
  ROLE) cat role && echo 0 ;;
  *"CLUSTER FAILOVER") cat takes-over && { [ -e no-effect ] || echo slave >role; } ;;
esac
END
chmod +x "$TEST_TMPDIR/bin/redis-cli"

fail() {
  echo "FAILED: $*"
  exit 1
}
# give FILE LINE...
give() {
  local file="$1"
  shift
  printf '%s\n' "$@" >"$world/$file"
}
# expect EXIT-CODE SCRIPT
expect() {
  local code=0
  sh "$overlays/hardened/$2" || code=$?
  [[ "$code" == "$1" ]] || fail "$2 exits with $code, not $1; the world: $(tail -n +1 "$world"/*)"
}

# --- is-alive: any answer
give ping PONG && expect 0 is-alive
give ping "LOADING Redis is loading the dataset in memory" && expect 0 is-alive
: >"$world/ping" && expect 1 is-alive

# --- is-ready
give replication role:master
give cluster-info cluster_state:fail cluster_slots_assigned:0 cluster_known_nodes:1 && expect 0 is-ready
give cluster-info cluster_state:ok cluster_slots_assigned:16384 cluster_known_nodes:6 && expect 0 is-ready
give cluster-info cluster_state:fail cluster_slots_assigned:16384 cluster_known_nodes:6 && expect 1 is-ready
# Alone with slots: its peers are forgotten, not yet to be met.
give cluster-info cluster_state:fail cluster_slots_assigned:5461 cluster_known_nodes:1 && expect 1 is-ready
# 16 nodes are not 1 node.
give cluster-info cluster_state:fail cluster_slots_assigned:0 cluster_known_nodes:16 && expect 1 is-ready
give cluster-info $'cluster_state:ok\r' $'cluster_slots_assigned:16384\r' $'cluster_known_nodes:6\r'
give replication $'role:slave\r' $'master_link_status:up\r' && expect 0 is-ready
give replication role:slave master_link_status:down && expect 1 is-ready
: >"$world/cluster-info" && expect 1 is-ready

# --- hand-over
master=(
  "me 10.96.0.1:6379@16379 myself,master - 0 0 1 connected 0-5460"
  "other 10.96.0.2:6379@16379 master - 0 0 2 connected 5461-16383"
)
replica="mine 10.96.0.4:6379@16379 slave me 0 0 1 connected"
stranger="theirs 10.96.0.5:6379@16379 slave other 0 0 2 connected"
give takes-over OK

hand_over() {
  local started="$SECONDS"
  : >"$world/log"
  give role "$1"
  expect 0 hand-over
  took=$((SECONDS - started))
}
asked() { grep -q "^-h $1 -p 6379 CLUSTER FAILOVER$" "$world/log"; }

give nodes "${master[@]}" "$replica" "$stranger" && hand_over master
asked 10.96.0.4 || fail "did not ask its replica: $(cat "$world/log")"
! asked 10.96.0.5 || fail "asked another master's replica"
((took < 5)) || fail "took $took s"
hand_over slave
! grep -q FAILOVER "$world/log" || fail "a replica hands over"
give nodes "${master[@]}" "$stranger" && hand_over master
! grep -q FAILOVER "$world/log" || fail "asked though it has no replica"
give nodes "${master[@]}" "${replica/slave/slave,fail}" "${replica/connected/disconnected}" && hand_over master
! grep -q FAILOVER "$world/log" || fail "asked a replica that is gone"
give nodes "${master[0]/ 0-5460/}" "${master[1]}" "$replica" && hand_over master
! grep -q FAILOVER "$world/log" || fail "hands over although it has no slots"
give nodes "${master[@]}" "$replica"
give takes-over "ERR Master is down" && touch "$world/no-effect" && hand_over master
((took <= 10)) || fail "went on for $took s although the replica refused"
give takes-over OK && hand_over master
((took >= 6 && took <= 25)) || fail "without effect it tried for $took s"

# --- update-node.sh: the same scripts, with folders of this test
start() { # start OVERLAY: prints what it starts, and its arguments
  sed -e "s#/data#$world/data#g; s#/conf/#$world/#g; s#/proc/mounts#$world/mounts#; s#sleep#echo sleeps#" \
    "$1/update-node.sh" >"$world/update-node.sh"
  POD_NAME=redis-cluster-3 POD_IP=10.0.0.9 sh "$world/update-node.sh" echo started
}
mkdir "$world/data"
base="${overlays%/overlays}/base"
for from in "$base" "$overlays/article"; do
  give data/nodes.conf "a 10.0.0.1:6379@16379 myself,master - 0 0 1 connected" "b 10.0.0.2:6379@16379 master - 0 0 2 connected"
  [[ "$(start "$from")" == started ]] || fail "$from: $(start "$from")"
  grep -q '^a 10.0.0.9:6379' "$world/data/nodes.conf" || fail "own address: $(cat "$world/data/nodes.conf")"
  grep -q '^b 10.0.0.2:6379' "$world/data/nodes.conf" || fail "a peer's address was touched"
done
rm "$world/data/nodes.conf" && [[ "$(start "$base" 2>&1)" == started ]] || fail "base: first start"

give redis.conf "cluster-node-timeout 5000"
give mounts "/dev/sda1 $world/data ext4 rw 0 0"
export REDIS_CLUSTER_3_SERVICE_HOST=10.96.7.3
announced="started --cluster-announce-ip 10.96.7.3 --replica-announce-ip 10.96.7.3"
[[ "$(start "$overlays/hardened")" == "$announced" ]] || fail "hardened: $(start "$overlays/hardened")"
give data/nodes.conf "a 10.96.7.3:6379@16379 myself,master - 0 0 1 connected 0-5460"
[[ "$(start "$overlays/hardened" 2>&1)" == *"data is gone; giving its replica 20 s"*"sleeps 20"*"$announced" ]] ||
  fail "empty master: $(start "$overlays/hardened" 2>&1)"
mkdir "$world/data/appendonlydir"
[[ "$(start "$overlays/hardened" 2>&1)" == "$announced" ]] || fail "with its data: $(start "$overlays/hardened" 2>&1)"
refuses() { # refuses WHY: said, and nothing is started
  local output
  ! output="$(start "$overlays/hardened" 2>&1)" || fail "started although $1"
  [[ "$output" == *"$1"* ]] || fail "says \"$output\", not \"$1\""
}
(unset REDIS_CLUSTER_3_SERVICE_HOST && refuses "no Service redis-cluster-3")
give mounts "/dev/sda1 / ext4 rw 0 0" && refuses "is no volume"
give mounts "tmpfs $world/data tmpfs rw 0 0" && refuses "is in memory"
echo "passed"

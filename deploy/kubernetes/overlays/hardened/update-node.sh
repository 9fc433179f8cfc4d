#!/bin/sh
# Starts the server given as arguments, if it can keep what it is told, and announces
# the address of this pod's own Service: of redis-cluster-3, that is
# REDIS_CLUSTER_3_SERVICE_HOST, which Kubernetes puts into the environment.
set -u
refuse() {
  echo "update-node.sh: $*" >&2
  exit 1
}

# A server that forgets who it is comes back as a stranger; one that forgets its data
# and not its slots makes its replica forget them too.
volume="$(awk '$2 == "/data" {print $3}' /proc/mounts)"
case "$volume" in
  "") refuse "/data is no volume: what is written there would not outlive this pod" ;;
  tmpfs) refuse "/data is in memory: it would not outlive this pod" ;;
esac
slots="$(awk '/myself/ && /master/ && NF > 8 {print "yes"}' /data/nodes.conf 2>/dev/null)"
if [ -n "$slots" ] && [ ! -e /data/appendonlydir ] && [ ! -e /data/appendonly.aof ]; then
  timeout_ms="$(awk '$1 == "cluster-node-timeout" {print $2}' /conf/redis.conf)"
  wait_s=$((${timeout_ms:-15000} * 2 / 1000 + 10))
  echo "update-node.sh: this master's data is gone; giving its replica $wait_s s to take over" >&2
  sleep "$wait_s"
fi

variable="$(echo "$POD_NAME" | tr a-z- A-Z_)_SERVICE_HOST"
eval "address=\${$variable:-}"
[ -n "$address" ] || refuse "there is no Service $POD_NAME yet ($variable is not set)"
exec "$@" --cluster-announce-ip "$address" --replica-announce-ip "$address"

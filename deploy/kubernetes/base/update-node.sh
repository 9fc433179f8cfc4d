#!/bin/sh
# Starts the server given as arguments. A pod that was replaced has a new address:
# it goes into the node's own line of nodes.conf first. Peers learn it from the node.
nodes=/data/nodes.conf
if [ -s "$nodes" ]; then
  sed -i -e "/myself/ s/[0-9]\{1,3\}\(\.[0-9]\{1,3\}\)\{3\}/$POD_IP/" "$nodes"
fi
exec "$@"

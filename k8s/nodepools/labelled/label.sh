#!/bin/sh
# Written by npm run k8s:render from k8s/pools.yaml: what is changed here is lost.
set -eu

pool="${1:?usage: label.sh memory|compute|general NODE...}"
shift
case "$pool" in
  # what lives from memory, Redis, PostgreSQL and reservation-svc
  memory) taint=staymesh.io/pool=memory:NoSchedule ;;
  # what heats processors, the report workers
  compute) taint=staymesh.io/pool=compute:NoSchedule ;;
  # everything else, the edge, payments, the report API and the migrations
  general) taint= ;;
  *)
    echo "There is no pool $pool; the pools are memory, compute, general." >&2
    exit 2
    ;;
esac
kubectl label --overwrite node "$@" "staymesh.io/pool=$pool"
# A node that changes its pool loses the taint of the one before.
kubectl taint node "$@" "staymesh.io/pool-" 2>/dev/null || true
if [ -n "$taint" ]; then kubectl taint --overwrite node "$@" "$taint"; fi

#!/bin/sh
# Written by npm run k8s:render from k8s/pools.yaml: what is changed here is lost.
set -eu
: "${CLUSTER:?set CLUSTER to the name of a GKE cluster}" "${LOCATION:?set LOCATION to its region}"

# what lives from memory, Redis, PostgreSQL and reservation-svc
gcloud container node-pools create "staymesh-memory" \
  --cluster="$CLUSTER" \
  --location="$LOCATION" \
  --machine-type=n2-highmem-4 \
  --enable-autoscaling \
  --total-min-nodes=2 \
  --total-max-nodes=4 \
  --location-policy=BALANCED \
  --node-labels=staymesh.io/pool=memory \
  --node-taints=staymesh.io/pool=memory:NoSchedule

# what heats processors, the report workers
gcloud container node-pools create "staymesh-compute" \
  --cluster="$CLUSTER" \
  --location="$LOCATION" \
  --machine-type=c3-highcpu-8 \
  --spot \
  --enable-autoscaling \
  --total-min-nodes=2 \
  --total-max-nodes=4 \
  --location-policy=BALANCED \
  --node-labels=staymesh.io/pool=compute \
  --node-taints=staymesh.io/pool=compute:NoSchedule

# everything else, the edge, payments, the report API and the migrations
gcloud container node-pools create "staymesh-general" \
  --cluster="$CLUSTER" \
  --location="$LOCATION" \
  --machine-type=n2-standard-4 \
  --enable-autoscaling \
  --total-min-nodes=2 \
  --total-max-nodes=3 \
  --location-policy=BALANCED \
  --node-labels=staymesh.io/pool=general

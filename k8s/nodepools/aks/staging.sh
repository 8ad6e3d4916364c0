#!/bin/sh
# Written by npm run k8s:render from k8s/pools.yaml: what is changed here is lost.
set -eu
: "${CLUSTER:?set CLUSTER to the name of an AKS cluster}" "${RESOURCE_GROUP:?set RESOURCE_GROUP to its group}"

# what lives from memory, Redis, PostgreSQL and reservation-svc
az aks nodepool add --name "memory" \
  --resource-group "$RESOURCE_GROUP" \
  --cluster-name "$CLUSTER" \
  --node-vm-size Standard_E4s_v5 \
  --zones 1 2 \
  --enable-cluster-autoscaler \
  --min-count 2 \
  --max-count 4 \
  --labels staymesh.io/pool=memory \
  --node-taints staymesh.io/pool=memory:NoSchedule

# what heats processors, the report workers
az aks nodepool add --name "compute" \
  --resource-group "$RESOURCE_GROUP" \
  --cluster-name "$CLUSTER" \
  --node-vm-size Standard_F8s_v2 \
  --zones 1 2 \
  --enable-cluster-autoscaler \
  --min-count 2 \
  --max-count 4 \
  --labels staymesh.io/pool=compute \
  --node-taints staymesh.io/pool=compute:NoSchedule

# everything else, the edge, payments, the report API and the migrations
az aks nodepool add --name "general" \
  --resource-group "$RESOURCE_GROUP" \
  --cluster-name "$CLUSTER" \
  --node-vm-size Standard_D4s_v5 \
  --zones 1 2 \
  --enable-cluster-autoscaler \
  --min-count 2 \
  --max-count 3 \
  --labels staymesh.io/pool=general

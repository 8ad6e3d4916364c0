import { POOLS_FILE, type Pool, type Pools } from "../pools/pools.ts";
import { header, type Rendered } from "./manifest.ts";

/** Scripts that make the pools on GKE and AKS, and one that labels nodes that are there already. */
export function renderNodeScripts(pools: Pools): readonly Rendered[] {
  const clouds = [...pools.environments].filter(([, it]) => it.placement === "pools" && it.shape === undefined);
  return [
    ...clouds.flatMap(([name, { zones }]) => [
      { path: `nodepools/gke/${name}.sh`, text: gke(pools, name), executable: true },
      { path: `nodepools/aks/${name}.sh`, text: aks(pools, name, zones.length), executable: true },
    ]),
    { path: "nodepools/labelled/label.sh", text: labelled(pools), executable: true },
  ];
}

const opening = `#!/bin/sh\n${header(POOLS_FILE)}set -eu\n`;
const taintOf = (label: string, name: string, { taint }: Pool) => (taint === "none" ? "" : `${label}=${name}:${taint}`);

function command(words: readonly string[]): string {
  return `${words.filter((word) => word !== "").join(" \\\n  ")}\n`;
}

function gke(pools: Pools, environment: string): string {
  const each = [...pools.pools].map(([name, pool]) => {
    const { min = 1, max = 1 } = pool.nodes.get(environment) ?? {};
    const taint = taintOf(pools.label, name, pool);
    return command([
      `# ${pool.holds}\ngcloud container node-pools create "staymesh-${name}"`,
      '--cluster="$CLUSTER"',
      '--location="$LOCATION"',
      `--machine-type=${pool.machines.gke.type}`,
      pool.machines.gke.spot ? "--spot" : "",
      "--enable-autoscaling",
      // Of the whole pool; the plain --min-nodes counts in every zone.
      `--total-min-nodes=${min}`,
      `--total-max-nodes=${max}`,
      "--location-policy=BALANCED",
      `--node-labels=${pools.label}=${name}`,
      taint === "" ? "" : `--node-taints=${taint}`,
    ]);
  });
  const usage = `: "\${CLUSTER:?set CLUSTER to the name of a GKE cluster}" "\${LOCATION:?set LOCATION to its region}"\n`;
  return [`${opening}${usage}`, ...each].join("\n");
}

function aks(pools: Pools, environment: string, zones: number): string {
  const each = [...pools.pools].map(([name, pool]) => {
    const { min = 1, max = 1 } = pool.nodes.get(environment) ?? {};
    const taint = taintOf(pools.label, name, pool);
    return command([
      // Names of AKS pools are short and know no hyphen.
      `# ${pool.holds}\naz aks nodepool add --name "${name.replaceAll(/[^a-z0-9]/g, "").slice(0, 12)}"`,
      '--resource-group "$RESOURCE_GROUP"',
      '--cluster-name "$CLUSTER"',
      `--node-vm-size ${pool.machines.aks.size}`,
      `--zones ${Array.from({ length: zones }, (_, index) => index + 1).join(" ")}`,
      "--enable-cluster-autoscaler",
      `--min-count ${min}`,
      `--max-count ${max}`,
      `--labels ${pools.label}=${name}`,
      taint === "" ? "" : `--node-taints ${taint}`,
    ]);
  });
  const usage = `: "\${CLUSTER:?set CLUSTER to the name of an AKS cluster}" "\${RESOURCE_GROUP:?set RESOURCE_GROUP to its group}"\n`;
  return [`${opening}${usage}`, ...each].join("\n");
}

function labelled(pools: Pools): string {
  const cases = [...pools.pools].map(([name, pool]) => {
    const taint = taintOf(pools.label, name, pool);
    return `  # ${pool.holds}\n  ${name}) taint=${taint} ;;\n`;
  });
  const names = [...pools.pools.keys()].join("|");
  return `${opening}
pool="\${1:?usage: label.sh ${names} NODE...}"
shift
case "$pool" in
${cases.join("")}  *)
    echo "There is no pool $pool; the pools are ${[...pools.pools.keys()].join(", ")}." >&2
    exit 2
    ;;
esac
kubectl label --overwrite node "$@" "${pools.label}=$pool"
# A node that changes its pool loses the taint of the one before.
kubectl taint node "$@" "${pools.label}-" 2>/dev/null || true
if [ -n "$taint" ]; then kubectl taint --overwrite node "$@" "$taint"; fi
`;
}

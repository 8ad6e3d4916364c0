import { POOLS_FILE, type Pool, type Pools, showCpu } from "../pools/pools.ts";
import { manifest, type Rendered } from "./manifest.ts";

/** A Karpenter NodePool for each pool. The EC2NodeClass "default" (role, subnets, image) is the cluster's own. */
export function renderKarpenter(pools: Pools): readonly Rendered[] {
  return [...pools.environments]
    .filter(([, { placement, shape }]) => placement === "pools" && shape === undefined)
    .map(([name, { zones }]) => ({
      path: `nodepools/karpenter/${name}.yaml`,
      text: manifest(
        POOLS_FILE,
        [...pools.pools].map(([poolName, pool]) => nodePool(pools.label, poolName, pool, name, zones.length)),
      ),
    }));
}

function nodePool(label: string, name: string, pool: Pool, environment: string, zones: number): unknown {
  const { families, spot } = pool.machines.karpenter;
  const most = BigInt(pool.nodes.get(environment)?.max ?? 1);
  const mebibytes = pool.shape.memoryBytes / (1024n * 1024n);
  return {
    apiVersion: "karpenter.sh/v1",
    kind: "NodePool",
    metadata: {
      name: `staymesh-${name}`,
      annotations: { "staymesh.io/holds": pool.holds, "staymesh.io/zones": String(zones) },
    },
    spec: {
      template: {
        metadata: { labels: { [label]: name } },
        spec: {
          nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "default" },
          ...(pool.taint !== "none" && { taints: [{ key: label, value: name, effect: pool.taint }] }),
          requirements: [
            { key: "karpenter.k8s.aws/instance-family", operator: "In", values: families },
            { key: "karpenter.k8s.aws/instance-cpu", operator: "In", values: [showCpu(pool.shape.milliCpu)] },
            { key: "karpenter.k8s.aws/instance-memory", operator: "In", values: [String(mebibytes)] },
            { key: "kubernetes.io/arch", operator: "In", values: ["amd64"] },
            { key: "karpenter.sh/capacity-type", operator: "In", values: spot ? ["spot", "on-demand"] : ["on-demand"] },
          ],
          expireAfter: "720h",
        },
      },
      limits: { cpu: showCpu(pool.shape.milliCpu * most), memory: `${mebibytes * most}Mi` },
      disruption: {
        consolidationPolicy: "WhenEmptyOrUnderutilized",
        consolidateAfter: "5m",
        // One node of a pool at a time: that is what the check has tried.
        budgets: [{ nodes: "1" }],
      },
    },
  };
}

import { nameOf, ofKind, type PodOwner, podLabels, podOwners } from "../objects/objects.ts";
import { leastNodes } from "../pools/shapes.ts";
import { Cluster } from "../scheduler/cluster.ts";
import type { NodeObject, PodObject } from "../scheduler/objects.ts";
import type { Pod } from "../scheduler/state.ts";
import { play } from "../scheduler/steps.ts";
import type { Scene } from "./scene.ts";
import { whyItWaits } from "./why-it-waits.ts";

const HASH = "pod-template-hash";

/** A cluster of the least nodes of an environment, to be set up as often as something is tried in it. */
export interface Stage {
  readonly nodes: readonly NodeObject[];
  readonly lasting: readonly PodOwner[];
  /** A cluster in which everything that lasts runs. */
  begin(): Cluster;
  pod(owner: PodOwner, index: number, generation: string): PodObject;
  ownerOf(pod: Pod): PodOwner | undefined;
  /** A sentence for each owner whose pods wait or were pushed out. */
  waiting(cluster: Cluster, when: string): readonly string[];
}

export function openStage(scene: Scene): Stage {
  const nodes = leastNodes(scene.pools, scene.name);
  const owners = podOwners(scene.objects);
  const lasting = owners.filter(({ kind }) => kind !== "Job");
  const jobs = owners.filter(({ kind }) => kind === "Job");
  const classes = ofKind(scene.objects, "PriorityClass").map(({ metadata, value, preemptionPolicy }) => ({
    name: metadata.name,
    value,
    ...(preemptionPolicy !== undefined && { preemptionPolicy }),
  }));
  const pod = (owner: PodOwner, index: number, generation: string): PodObject => ({
    metadata: {
      name: `${owner.metadata.name}-${generation}-${index}`,
      labels: { ...podLabels(owner), [HASH]: `${owner.metadata.name}-${generation}` },
    },
    spec: owner.spec.template.spec,
  });
  const ownerOf = ({ name }: Pod) =>
    owners.find(({ metadata }) => name.startsWith(`${metadata.name}-old-`) || name.startsWith(`${metadata.name}-new-`));
  const stage: Stage = {
    nodes,
    lasting,
    pod,
    ownerOf,
    begin: () => {
      const cluster = new Cluster({ nodes, priorityClasses: classes });
      const pods = [...lasting, ...jobs].flatMap((owner) =>
        Array.from({ length: owner.spec.replicas ?? 1 }, (_, index) => pod(owner, index, "old")),
      );
      play(cluster, { op: "createPods", mode: "burst", pods });
      return cluster;
    },
    waiting: (cluster, when) => {
      const waiting = [...cluster.pods.values()].filter(({ node }) => node === undefined);
      const byOwner = Map.groupBy(waiting, (one) => ownerOf(one));
      const sentences = [...byOwner].flatMap(([owner, [first, ...others]]) =>
        owner === undefined || first === undefined
          ? []
          : [
              `${nameOf(owner)}: ${others.length + 1} of its pods would wait ${when}, since ${whyItWaits(scene, cluster, first)}.`,
            ],
      );
      const pushed = [...cluster.preempted].map(
        ([workload, count]) =>
          `${workload}: ${count} of its pods would be pushed out ${when}; let the pool have more nodes, or ask for less in k8s/pools.yaml.`,
      );
      return [...sentences, ...pushed];
    },
  };
  return stage;
}

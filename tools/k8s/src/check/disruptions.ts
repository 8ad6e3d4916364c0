import { nameOf, type PodOwner, podLabels } from "../objects/objects.ts";
import type { Cluster } from "../scheduler/cluster.ts";
import { play } from "../scheduler/steps.ts";
import { NAME_LABEL, type Scene } from "./scene.ts";
import type { Stage } from "./stage.ts";

const ZONE = "topology.kubernetes.io/zone";

export interface Finding {
  readonly text: string;
  /** Nothing is wrong, but an SRE should know it. */
  readonly isNote: boolean;
}

/** Each Deployment alone, and all of them at once as a new release does it. */
export function rollouts(stage: Stage): readonly Finding[] {
  const deployments = stage.lasting.filter(({ kind }) => kind === "Deployment");
  const surgeOf = ({ spec }: PodOwner) => {
    const { maxSurge = 1 } = spec.strategy?.rollingUpdate ?? {};
    const percent = /^(\d+)%$/.exec(String(maxSurge))?.[1];
    return percent === undefined ? Number(maxSurge) : Math.ceil((Number(percent) * (spec.replicas ?? 1)) / 100);
  };
  const alone = deployments.flatMap((owner) => {
    const cluster = stage.begin();
    const pods = Array.from({ length: owner.spec.replicas ?? 1 }, (_, index) => stage.pod(owner, index, "new"));
    play(cluster, {
      op: "rollingUpdate",
      workload: podLabels(owner)[NAME_LABEL] ?? "",
      maxSurge: surgeOf(owner),
      maxUnavailable: 0,
      pods,
    });
    return stage.waiting(cluster, `when ${owner.metadata.name} is rolled out`);
  });
  const together = stage.begin();
  const surge = deployments.flatMap((owner) =>
    Array.from({ length: surgeOf(owner) }, (_, index) => stage.pod(owner, index, "new")),
  );
  play(together, { op: "createPods", mode: "burst", pods: surge });
  return [...alone, ...stage.waiting(together, "when a release rolls all Deployments at once")].map((text) => ({
    text,
    isNote: false,
  }));
}

export function drains({ name, pools }: Scene, stage: Stage): readonly Finding[] {
  if (pools.environments.get(name)?.survives.includes("drain") !== true) return [];
  return stage.nodes.flatMap(({ metadata }) => {
    const cluster = stage.begin();
    cluster.node(metadata.name).cordoned = true;
    return moved(stage, cluster, [metadata.name], `when the node ${metadata.name} is drained`);
  });
}

export function lostZones({ name, pools }: Scene, stage: Stage): readonly Finding[] {
  const environment = pools.environments.get(name);
  if (environment?.survives.includes("zone") !== true) return [];
  return environment.zones.flatMap((zone) => {
    const cluster = stage.begin();
    const lost = stage.nodes
      .filter(({ metadata }) => metadata.labels?.[ZONE] === zone)
      .map(({ metadata }) => metadata.name);
    return moved(stage, cluster, lost, `when the zone ${zone} is lost`);
  });
}

/** Moves the pods of nodes elsewhere. A pod with a volume of its own has to find a place in the zone of the volume. */
function moved(stage: Stage, cluster: Cluster, names: readonly string[], when: string): readonly Finding[] {
  const gone = names.flatMap((name) => [...cluster.node(name).pods]);
  const zones = new Map(gone.map((pod) => [pod.name, pod.node?.labels[ZONE] ?? ""]));
  for (const pod of gone) cluster.delete(pod);
  for (const name of names) if (!cluster.node(name).cordoned) cluster.loseNode(name);
  const pinned: string[] = [];
  for (const pod of gone) {
    const owner = stage.ownerOf(pod);
    if (owner === undefined || owner.kind === "Job") continue;
    const held = (owner.spec.volumeClaimTemplates ?? []).length > 0;
    const zone = zones.get(pod.name) ?? "";
    const nodeSelector = { ...pod.spec.nodeSelector, ...(held && { [ZONE]: zone }) };
    const next = cluster.create({ ...pod.object, spec: { ...pod.object.spec, nodeSelector } });
    if (cluster.schedule(next) || !held) continue;
    cluster.delete(next);
    pinned.push(`${nameOf(owner)} waits ${when} until zone ${zone} has a node again, since its volume is there`);
  }
  cluster.retry();
  return [
    ...stage.waiting(cluster, when).map((text) => ({ text, isNote: false })),
    ...pinned.map((text) => ({ text, isNote: true })),
  ];
}

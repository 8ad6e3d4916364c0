import { nameOf, ofKind, podLabels } from "../objects/objects.ts";
import type { Cluster } from "../scheduler/cluster.ts";
import { tolerates } from "../scheduler/selector.ts";
import { drains, lostZones, rollouts } from "./disruptions.ts";
import { NAME_LABEL, type Scene } from "./scene.ts";
import { openStage, type Stage } from "./stage.ts";

export interface Placement {
  readonly problems: readonly string[];
  /** What an SRE should know, though nothing is wrong. */
  readonly notes: readonly string[];
  /** Workload -> node -> how many of its pods. */
  readonly table: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** Puts an overlay's pods on the least nodes of pools.yaml as a scheduler would, and then rolls, drains and loses. */
export function placement(scene: Scene): Placement {
  const stage = openStage(scene);
  const selection = selectors(scene, stage);
  const start = stage.begin();
  const waiting = stage.waiting(start, "when everything starts");
  const problems = [...selection, ...waiting, ...onTheirPools(scene, start), ...sharedVolumes(scene, stage, start)];
  if (problems.length > 0) return { problems, notes: [], table: tableOf(start) };
  const later = [...rollouts(stage), ...drains(scene, stage), ...lostZones(scene, stage)];
  return {
    problems: later.filter(({ isNote }) => !isNote).map(({ text }) => text),
    notes: [...new Set(later.filter(({ isNote }) => isNote).map(({ text }) => text))],
    table: tableOf(start),
  };
}

/** Selector and toleration are those of the pool and of no other, whatever luck would do. */
function selectors({ name, pools }: Scene, { lasting }: Stage): readonly string[] {
  const environment = pools.environments.get(name);
  if (environment === undefined)
    return [
      `k8s/pools.yaml: there is no environment ${name}, though there is an overlay of that name; add it below "environments".`,
    ];
  return lasting.flatMap((owner) => {
    const who = nameOf(owner);
    const { nodeSelector = {}, tolerations = [] } = owner.spec.template.spec;
    const chosen = nodeSelector[pools.label];
    if (environment.placement === "anywhere") {
      return chosen === undefined
        ? []
        : [`${who}: selects the pool ${chosen}, but ${name} has no pools; take the selector out.`];
    }
    const home = pools.workloads.get(podLabels(owner)[NAME_LABEL] ?? "")?.pool;
    if (home === undefined) return [];
    const taintOf = (pool: string) => ({
      key: pools.label,
      value: pool,
      effect: pools.pools.get(pool)?.taint ?? "none",
    });
    const problems: string[] = [];
    if (chosen !== home) {
      problems.push(
        `${who}: ${chosen === undefined ? "selects no pool" : `selects the pool ${chosen}`}, but lives in ${home} by k8s/pools.yaml; run npm run k8s:render.`,
      );
    }
    if (taintOf(home).effect !== "none" && !tolerates(tolerations, taintOf(home))) {
      problems.push(
        `${who}: does not tolerate the taint ${pools.label}=${home}:NoSchedule of its pool, so that it would wait for ever; run npm run k8s:render, or add the toleration.`,
      );
    }
    const foreign = [...pools.pools.keys()].filter(
      (pool) => pool !== home && taintOf(pool).effect !== "none" && tolerates(tolerations, taintOf(pool)),
    );
    problems.push(
      ...foreign.map(
        (pool) => `${who}: tolerates the taint of the pool ${pool}, which is not its own; take the toleration out.`,
      ),
    );
    return problems;
  });
}

function onTheirPools({ name, pools }: Scene, cluster: Cluster): readonly string[] {
  if (pools.environments.get(name)?.placement !== "pools") return [];
  const strays = [...cluster.pods.values()].filter(({ workload, node }) => {
    const home = pools.workloads.get(workload)?.pool;
    return node !== undefined && home !== undefined && node.labels[pools.label] !== home;
  });
  return [
    ...new Set(
      strays.map(
        ({ workload, node }) =>
          `${workload}: would run on ${node?.name ?? ""}, not in its pool; run npm run k8s:render.`,
      ),
    ),
  ];
}

/** A volume that one node may mount must not be wanted on two. */
function sharedVolumes({ objects }: Scene, stage: Stage, cluster: Cluster): readonly string[] {
  return ofKind(objects, "PersistentVolumeClaim").flatMap((claim) => {
    const modes = claim.spec.accessModes ?? [];
    if (modes.includes("ReadWriteMany") || modes.includes("ReadOnlyMany")) return [];
    const users = [...cluster.pods.values()].filter((pod) =>
      stage
        .ownerOf(pod)
        ?.spec.template.spec.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === claim.metadata.name),
    );
    const nodes = new Set(users.flatMap(({ node }) => node?.name ?? []));
    if (nodes.size <= 1) return [];
    return [
      `${nameOf(claim)}: may be mounted by one node only, but pods on ${[...nodes].join(" and ")} want it; set accessModes to [ReadWriteMany].`,
    ];
  });
}

function tableOf(cluster: Cluster): Placement["table"] {
  const table = new Map<string, Map<string, number>>();
  for (const { workload, node } of cluster.pods.values()) {
    const row = table.get(workload) ?? new Map<string, number>();
    const place = node?.name ?? "waiting";
    row.set(place, (row.get(place) ?? 0) + 1);
    table.set(workload, row);
  }
  return table;
}

import { type ContainerSpec, nameOf, ofKind, type PodOwner, podLabels, podOwners } from "../objects/objects.ts";
import { selects } from "../scheduler/selector.ts";
import { dataOf, environmentOf, mainFileOf } from "./environment.ts";
import type { Rule, Scene } from "./scene.ts";

/** How long a process of ours waits for what was left open before it leaves all the same. */
const LEAVING_SECONDS = 5;
/** /readyz answers "not ready" by itself after two seconds. */
const READY_ANSWER_SECONDS = 2;
const PRE_STOP_SECONDS_MIN = 3;
const DEFAULT_GRACE_SECONDS = 30;

/** Pods start, are asked how they are, and end in good order. */
export const lifecycle: Rule = (scene) => [
  ...podOwners(scene.objects)
    .filter(({ kind }) => kind !== "Job")
    .flatMap((owner) => [
      ...owner.spec.template.spec.containers.flatMap((container) => probes(owner, container)),
      ...owner.spec.template.spec.containers.flatMap((container) => ending(scene, owner, container)),
      ...rollout(owner),
    ]),
  ...disruptions(scene),
];

function probes(owner: PodOwner, container: ContainerSpec): readonly string[] {
  const who = nameOf(owner);
  const all = ["startupProbe", "readinessProbe", "livenessProbe"] as const;
  const isOurs = mainFileOf(container)?.startsWith("services/") === true;
  return all.flatMap((title) => {
    const probe = container[title];
    if (probe === undefined) return [`${who}: has no ${title}; add one.`];
    if (!isOurs) return [];
    if (probe.httpGet === undefined || probe.httpGet.port !== "admin") {
      return [
        `${who}: its ${title} must ask the admin port, which speaks plain HTTP whatever the service is served with; use httpGet with the port admin.`,
      ];
    }
    const { path = "" } = probe.httpGet;
    const allowed = title === "readinessProbe" ? ["/readyz", "/healthz"] : ["/healthz"];
    if (!allowed.includes(path)) {
      return [
        `${who}: its ${title} asks ${path}, so that a database that is away would restart the service; ask ${allowed[0]}.`,
      ];
    }
    const slow = path === "/readyz" && (probe.timeoutSeconds ?? 1) <= READY_ANSWER_SECONDS;
    return slow
      ? [
          `${who}: its ${title} waits ${probe.timeoutSeconds ?? 1} s, but /readyz may take ${READY_ANSWER_SECONDS} s to say no; wait 3 s.`,
        ]
      : [];
  });
}

function ending(scene: Scene, owner: PodOwner, container: ContainerSpec): readonly string[] {
  const mainFile = mainFileOf(container);
  if (mainFile?.startsWith("services/") !== true) return [];
  const who = nameOf(owner);
  const { values } = environmentOf(scene, who, container);
  const drainMs = scene.programs(mainFile)?.read(values).settings.get("drainTimeoutMs");
  if (typeof drainMs !== "number") return [];
  const problems: string[] = [];
  const serves = !mainFile.endsWith("worker.ts");
  const { preStop } = container.lifecycle ?? {};
  if (preStop?.exec !== undefined)
    problems.push(`${who}: its preStop runs a command, but the image has no shell; use sleep.`);
  const sleep = preStop?.sleep?.seconds ?? 0;
  if (serves && sleep < PRE_STOP_SECONDS_MIN) {
    problems.push(
      `${who}: stops ${sleep} s after it was told to, before everybody knows that it takes no more calls; let preStop sleep ${PRE_STOP_SECONDS_MIN} s or more.`,
    );
  }
  const grace = owner.spec.template.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
  const needed = sleep + drainMs / 1000 + LEAVING_SECONDS;
  if (grace < needed) {
    problems.push(
      `${who}: is killed after ${grace} s, but preStop (${sleep} s), DRAIN_TIMEOUT_MS (${drainMs / 1000} s) and leaving (${LEAVING_SECONDS} s) may take ${needed} s; set terminationGracePeriodSeconds to that or more.`,
    );
  }
  const longestMs = serves ? longestCallMs(scene, owner) : longestDocumentMs(values);
  if (drainMs < longestMs) {
    problems.push(
      `${who}: gives what is under way ${drainMs / 1000} s to end, but the longest ${serves ? "call" : "document"} may take ${longestMs / 1000} s; raise DRAIN_TIMEOUT_MS, and terminationGracePeriodSeconds with it.`,
    );
  }
  return problems;
}

/** By the addresses that the edge is given, the longest call of a service; of the edge, the longest of all. */
function longestCallMs({ objects, longestCalls }: Scene, { metadata }: PodOwner): number {
  const mesh = ofKind(objects, "ConfigMap").find(({ metadata: { name } }) => name.startsWith("mesh"));
  const upstreams = dataOf(objects, "ConfigMap", mesh?.metadata.name ?? "")?.get("UPSTREAMS") ?? "";
  const pairs = [...upstreams.matchAll(/([\w.]+)=([\w-]+):/g)];
  const own = pairs.filter(([, , host]) => metadata.name === "edge-rest" || host === metadata.name);
  return Math.max(0, ...own.map(([, service = ""]) => longestCalls.get(service) ?? 0));
}

function longestDocumentMs(values: Readonly<Record<string, string>>): number {
  return Number(values["RENDER_TIMEOUT_MS"] ?? 0);
}

function rollout(owner: PodOwner): readonly string[] {
  if (owner.kind !== "Deployment") return [];
  const { strategy } = owner.spec;
  const { maxUnavailable } = strategy?.rollingUpdate ?? {};
  if (strategy?.type === "Recreate" || maxUnavailable !== 0) {
    return [
      `${nameOf(owner)}: takes pods away before their successors are ready; set rollingUpdate.maxUnavailable to 0.`,
    ];
  }
  return [];
}

/** A budget always lets one pod go, and lets go of those that are ill; nobody who answers guests is without one. */
function disruptions({ objects }: Scene): readonly string[] {
  const budgets = ofKind(objects, "PodDisruptionBudget");
  const deployments = podOwners(objects).filter(({ kind }) => kind === "Deployment");
  const bare = deployments.filter((owner) => !budgets.some(({ spec }) => selects(spec.selector, podLabels(owner))));
  const stuck = budgets.flatMap((budget) => {
    const who = nameOf(budget);
    const { minAvailable, maxUnavailable, selector } = budget.spec;
    const replicas = deployments
      .filter((owner) => selects(selector, podLabels(owner)))
      .reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0);
    const allowed =
      maxUnavailable === undefined
        ? replicas - countOf(minAvailable ?? 0, replicas)
        : countOf(maxUnavailable, replicas);
    return allowed >= 1
      ? []
      : [`${who}: lets none of its ${replicas} pods go, so that a drain never ends; set maxUnavailable to 1.`];
  });
  return [
    ...bare.map(
      (owner) =>
        `${nameOf(owner)}: has no PodDisruptionBudget, so that a drain may take all its pods at once; add one.`,
    ),
    ...stuck,
  ];
}

/** A number or a percentage of the replicas, rounded up as Kubernetes does for budgets. */
function countOf(amount: number | string, replicas: number): number {
  const percent = /^(\d+)%$/.exec(String(amount))?.[1];
  return percent === undefined ? Number(amount) : Math.ceil((Number(percent) * replicas) / 100);
}

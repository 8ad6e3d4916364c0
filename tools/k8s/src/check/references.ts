import {
  type ContainerSpec,
  containersOf,
  type KubeObject,
  nameOf,
  ofKind,
  type PodOwner,
  podLabels,
  podOwners,
} from "../objects/objects.ts";
import { selects } from "../scheduler/selector.ts";
import { dataOf, ownerAndContainer } from "./environment.ts";
import { NAME_LABEL, type Rule, type Scene } from "./scene.ts";

/** Overlays that may hold the values of secrets, since they guard nothing. */
const OPEN_SECRETS = ["dev", "single-node"];

/** Everything that names something else names something that is there. */
export const references: Rule = (scene) => [
  ...unique(scene.objects),
  ...podOwners(scene.objects).flatMap((owner) => ofOwner(scene, owner)),
  ...services(scene),
  ...budgets(scene),
  ...scalers(scene),
  ...emptyPolicies(scene),
  ...secrets(scene),
];

function unique(objects: readonly KubeObject[]): readonly string[] {
  const names = objects.map(nameOf);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...twice].map((name) => `${name}: is there twice; keep one of the two.`);
}

function ofOwner(scene: Scene, owner: PodOwner): readonly string[] {
  const { objects } = scene;
  const who = nameOf(owner);
  const { spec } = owner;
  const pod = spec.template.spec;
  const problems: string[] = [];
  const exists = (kind: KubeObject["kind"], name: string) =>
    objects.some((object) => object.kind === kind && object.metadata.name === name);
  if (spec.selector !== undefined && !selects(spec.selector, podLabels(owner))) {
    problems.push(`${who}: its selector does not fit the labels of its own pods; make them the same.`);
  }
  const name = podLabels(owner)[NAME_LABEL];
  if (name === undefined) problems.push(`${who}: its pods have no label ${NAME_LABEL}; give them one.`);
  const account = pod.serviceAccountName;
  if (account === undefined)
    problems.push(`${who}: has no serviceAccountName, so it shares the namespace's; give it its own.`);
  else if (!exists("ServiceAccount", account)) {
    problems.push(`${who}: runs as the ServiceAccount ${account}, which is not there; mend the name or add it.`);
  }
  const priority = pod.priorityClassName;
  if (priority === undefined)
    problems.push(`${who}: has no priorityClassName; take one of k8s/base/priority-classes.yaml.`);
  else if (!exists("PriorityClass", priority)) {
    problems.push(
      `${who}: is of the PriorityClass ${priority}, which is not there; take one of k8s/base/priority-classes.yaml.`,
    );
  }
  if (owner.kind === "StatefulSet" && spec.serviceName !== undefined && !exists("Service", spec.serviceName)) {
    problems.push(`${who}: belongs to the Service ${spec.serviceName}, which is not there; mend serviceName.`);
  }
  for (const volume of pod.volumes ?? []) {
    const { configMap, secret, persistentVolumeClaim } = volume;
    if (configMap?.name !== undefined && !exists("ConfigMap", configMap.name)) {
      problems.push(`${who}: mounts the ConfigMap ${configMap.name}, which is not there; mend the name or add it.`);
    }
    if (secret?.secretName !== undefined && !scene.secrets.has(secret.secretName)) {
      problems.push(
        `${who}: mounts the Secret ${secret.secretName}, which k8s/secrets.yaml does not know; mend the name or add it there.`,
      );
    }
    if (persistentVolumeClaim !== undefined && !exists("PersistentVolumeClaim", persistentVolumeClaim.claimName)) {
      problems.push(
        `${who}: mounts the claim ${persistentVolumeClaim.claimName}, which is not there; mend the name or add it.`,
      );
    }
  }
  const volumes = [
    ...(pod.volumes ?? []).map((volume) => volume.name),
    ...(spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name),
  ];
  for (const container of containersOf(owner)) problems.push(...ofContainer(owner, container, volumes));
  return problems;
}

function ofContainer(owner: PodOwner, container: ContainerSpec, volumes: readonly string[]): readonly string[] {
  const who = ownerAndContainer(owner, container);
  const ports = container.ports ?? [];
  const problems: string[] = [];
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    if (!volumes.includes(name))
      problems.push(`${who}: mounts the volume ${name}, which its pod does not have; mend the name or add it.`);
    if (subPath !== undefined) {
      problems.push(`${who}: mounts ${mountPath} by subPath, which is never brought up to date; mount the folder.`);
    }
  }
  const unused = volumes.filter(
    (name) => !containersOf(owner).some((one) => one.volumeMounts?.some((mount) => mount.name === name)),
  );
  problems.push(...unused.map((name) => `${who}: has the volume ${name}, which nothing mounts; take it out.`));
  const probes = {
    startupProbe: container.startupProbe,
    readinessProbe: container.readinessProbe,
    livenessProbe: container.livenessProbe,
  };
  for (const [title, probe] of Object.entries(probes)) {
    const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
    if (port === undefined) continue;
    if (!ports.some(({ name, containerPort }) => name === port || containerPort === port)) {
      problems.push(`${who}: its ${title} asks the port ${port}, which the container does not declare; mend the name.`);
    }
  }
  return problems;
}

function services({ objects, graph }: Scene): readonly string[] {
  return ofKind(objects, "Service").flatMap((service) => {
    const who = nameOf(service);
    const { selector = {}, ports = [] } = service.spec;
    const hit = podOwners(objects).filter((owner) => selects({ matchLabels: selector }, podLabels(owner)));
    if (hit.length === 0) return [`${who}: its selector fits no pod; mend it.`];
    const names = new Set(hit.map((owner) => podLabels(owner)[NAME_LABEL]));
    if (names.size > 1)
      return [`${who}: its selector fits the pods of ${[...names].join(" and ")}; select one of them.`];
    const declared = hit.flatMap((owner) =>
      owner.spec.template.spec.containers.flatMap((container) => container.ports ?? []),
    );
    return ports.flatMap(({ name = "", port, targetPort = port }) => {
      const target = declared.find((one) => one.name === targetPort || one.containerPort === targetPort);
      if (target === undefined)
        return [
          `${who}: its port ${name} leads to ${targetPort}, which no container behind it declares; mend targetPort.`,
        ];
      const known = graph.parts.get(service.metadata.name)?.ports.get(name);
      if (known === port) return [];
      return [
        `${who}: has the port ${port} as "${name}", where k8s/calls.yaml says ${known ?? "nothing"}; make them the same.`,
      ];
    });
  });
}

function budgets({ objects }: Scene): readonly string[] {
  return ofKind(objects, "PodDisruptionBudget").flatMap((budget) => {
    const hit = podOwners(objects).some((owner) => selects(budget.spec.selector, podLabels(owner)));
    return hit ? [] : [`${nameOf(budget)}: its selector fits no pod, so it protects nothing; mend it.`];
  });
}

function scalers({ objects }: Scene): readonly string[] {
  return ofKind(objects, "HorizontalPodAutoscaler").flatMap((scaler) => {
    const { kind, name } = scaler.spec.scaleTargetRef;
    const hit = objects.some((object) => object.kind === kind && object.metadata.name === name);
    return hit ? [] : [`${nameOf(scaler)}: scales the ${kind} ${name}, which is not there; mend scaleTargetRef.`];
  });
}

function emptyPolicies({ objects, graph }: Scene): readonly string[] {
  return ofKind(objects, "NetworkPolicy").flatMap((policy) => {
    const name = policy.spec.podSelector?.matchLabels?.[NAME_LABEL];
    // Policies for a part that may be left out are harmless without it.
    const known = name === undefined || graph.parts.has(name);
    return known
      ? []
      : [`${nameOf(policy)}: is for the pods of ${name}, which k8s/calls.yaml does not know; mend the name.`];
  });
}

/** Secrets are referred to; their values are nobody's business but the cluster's. */
function secrets({ name, objects, secrets }: Scene): readonly string[] {
  return ofKind(objects, "Secret").flatMap((secret) => {
    if (!OPEN_SECRETS.includes(name)) {
      return [`${nameOf(secret)}: its values stand in the overlay ${name}; take it out and make it in the cluster.`];
    }
    const known = secrets.get(secret.metadata.name);
    const keys = [...(dataOf(objects, "Secret", secret.metadata.name)?.keys() ?? [])];
    const strange = keys.filter((key) => known?.has(key) !== true);
    const missing = [...(known?.keys() ?? [])].filter((key) => !keys.includes(key));
    return [
      ...strange.map(
        (key) =>
          `${nameOf(secret)}: has the key ${key}, which k8s/secrets.yaml does not know; mend the name or add it there.`,
      ),
      ...missing.map((key) => `${nameOf(secret)}: lacks the key ${key}, which k8s/secrets.yaml has; add it.`),
    ];
  });
}

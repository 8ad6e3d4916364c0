import type { CallGraph } from "../calls/calls.ts";
import { ofKind, type Peer, type PolicyObject, type PolicyPort, podLabels, podOwners } from "../objects/objects.ts";
import type { Labels } from "../scheduler/objects.ts";
import { selects } from "../scheduler/selector.ts";
import { NAME_LABEL, type Rule, type Scene } from "./scene.ts";

/** Somebody who may open a connection or take one. */
interface Place {
  readonly name: string;
  /** Undefined: outside of the cluster. */
  readonly namespace?: string;
  readonly labels: Labels;
}

const HOME = "staymesh";
const NAMESPACE = "kubernetes.io/metadata.name";
const INTERNET: Place = { name: "the outside", labels: {} };
const DNS: Place = { name: "the cluster's DNS", namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };
const STRANGER: Place = { name: "a pod of another namespace", namespace: "elsewhere", labels: {} };
const REMEDY = "run npm run k8s:render, or mend k8s/calls.yaml";

/** Plays the network policies for every two pods and every port, and holds what they allow against the declared calls. */
export const network: Rule = (scene) => {
  const { graph } = scene;
  const policies = ofKind(scene.objects, "NetworkPolicy");
  const homes = new Map(
    podOwners(scene.objects).map((owner): [string, Place] => {
      const labels = podLabels(owner);
      const name = labels[NAME_LABEL] ?? owner.metadata.name;
      return [name, { name, namespace: HOME, labels }];
    }),
  );
  const scraper: Place = { name: "the scraper of metrics", namespace: graph.scrapers, labels: {} };
  const sockets = [...homes.values()].flatMap((place) =>
    openSockets(scene, place.name).map((socket) => ({ place, ...socket })),
  );

  const problems: string[] = [];
  const expect = (from: Place, to: Place, port: number, wanted: boolean, protocol = "TCP") => {
    const out = from.namespace !== HOME || allows(policies, "egress", from, to, port, protocol);
    const into = to.namespace !== HOME || allows(policies, "ingress", to, from, port, protocol);
    if (wanted && !out)
      problems.push(
        `NetworkPolicy of ${from.name}: does not let it out to ${to.name} at port ${port}, which it has to call; ${REMEDY}.`,
      );
    if (wanted && !into)
      problems.push(
        `NetworkPolicy of ${to.name}: does not let ${from.name} in at port ${port}, which has to call it; ${REMEDY}.`,
      );
    if (!wanted && out && into)
      problems.push(
        `NetworkPolicy: ${from.name} may connect to ${to.name} at port ${port}, a call that k8s/calls.yaml does not have; ${REMEDY}.`,
      );
    // Each side has to refuse by itself, so that a mistake on the other one opens nothing.
    if (!wanted && from.namespace === HOME && to.namespace === HOME && out !== into && !isOpen(graph, to.name, port)) {
      const side = out ? from.name : to.name;
      problems.push(
        `NetworkPolicy of ${side}: allows a connection from ${from.name} to ${to.name} at port ${port} that k8s/calls.yaml does not have; ${REMEDY}.`,
      );
    }
  };

  for (const { place: to, name: portName, port } of sockets) {
    for (const from of homes.values()) {
      if (from.name !== to.name) expect(from, to, port, isCall(graph, from.name, to.name, portName));
    }
    const open = isOpen(graph, to.name, port);
    expect(INTERNET, to, port, open);
    expect(STRANGER, to, port, open);
    expect(scraper, to, port, open || portName === "admin");
  }
  for (const self of homes.values()) {
    for (const type of ["Ingress", "Egress"] as const) {
      if (applyingTo(policies, self, type).length > 0) continue;
      problems.push(
        `NetworkPolicy of ${self.name}: none of the type ${type} is for it, so that it allows everything; put deny-all back (${REMEDY}).`,
      );
    }
  }
  for (const from of homes.values()) {
    for (const protocol of ["UDP", "TCP"]) expect(from, DNS, 53, true, protocol);
    expect(from, STRANGER, 443, false);
    expect(from, STRANGER, 53, false, "UDP");
    for (const [name, { outside }] of graph.parts) {
      if (outside === undefined) continue;
      const calls = graph.calls.some((call) => call.from === from.name && call.to === name) && !homes.has(name);
      const other = graph.calls.some(
        (call) =>
          call.from === from.name && !homes.has(call.to) && graph.parts.get(call.to)?.outside?.port === outside.port,
      );
      expect(from, INTERNET, outside.port, calls || other);
    }
  }
  for (const { from, to } of graph.calls) {
    const away = homes.has(from) && !homes.has(to) && graph.parts.get(to)?.outside === undefined;
    if (away)
      problems.push(
        `k8s/calls.yaml: ${from} calls ${to}, which the overlay ${scene.name} does not have; add the component that brings it.`,
      );
  }
  return [...new Set(problems)];
};

const isCall = ({ calls }: CallGraph, from: string, to: string, portName: string): boolean =>
  calls.some((call) => call.from === from && call.to === to && call.portName === portName);

/** Whether anybody may connect to the port, ours among them. */
function isOpen({ parts }: CallGraph, name: string, port: number): boolean {
  const part = parts.get(name);
  return part?.open !== undefined && part.ports.get(part.open) === port;
}

function openSockets(
  { objects, graph }: Scene,
  name: string,
): readonly { readonly name: string; readonly port: number }[] {
  const owner = podOwners(objects).find((candidate) => podLabels(candidate)[NAME_LABEL] === name);
  const declared = owner?.spec.template.spec.containers.flatMap(({ ports = [] }) => ports) ?? [];
  const known = graph.parts.get(name)?.ports ?? new Map<string, number>();
  return declared.map(({ name: portName, containerPort }) => {
    const byNumber = [...known].find(([, number]) => number === containerPort)?.[0];
    return { name: byNumber ?? portName ?? "", port: containerPort };
  });
}

/** Whether the policies that select one side let it talk to the other: everything where none does, else what any of them allows. */
function allows(
  policies: readonly PolicyObject[],
  direction: "ingress" | "egress",
  self: Place,
  peer: Place,
  port: number,
  protocol: string,
): boolean {
  const type = direction === "ingress" ? "Ingress" : "Egress";
  const applying = applyingTo(policies, self, type);
  if (applying.length === 0) return true;
  return applying.some(({ spec }) => {
    const rules =
      direction === "ingress"
        ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
        : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
    return rules.some(
      ({ peers, ports }) =>
        (peers === undefined || peers.length === 0 || peers.some((one) => fits(one, peer))) &&
        hasPort(ports, port, protocol),
    );
  });
}

/** The policies that are in force for somebody in a direction. */
function applyingTo(
  policies: readonly PolicyObject[],
  self: Place,
  type: "Ingress" | "Egress",
): readonly PolicyObject[] {
  return policies.filter(
    ({ spec }) =>
      selects(spec.podSelector ?? {}, self.labels) &&
      (spec.policyTypes ?? ["Ingress", ...(spec.egress === undefined ? [] : ["Egress"])]).includes(type),
  );
}

function fits({ podSelector, namespaceSelector, ipBlock }: Peer, { namespace, labels }: Place): boolean {
  // Blocks of addresses are taken to be outside of the cluster, which is what we use them for.
  if (ipBlock !== undefined) return namespace === undefined;
  if (namespace === undefined) return false;
  const inNamespace =
    namespaceSelector === undefined ? namespace === HOME : selects(namespaceSelector, { [NAMESPACE]: namespace });
  return inNamespace && (podSelector === undefined || selects(podSelector, labels));
}

function hasPort(ports: readonly PolicyPort[] | undefined, port: number, protocol: string): boolean {
  if (ports === undefined || ports.length === 0) return true;
  return ports.some((one) => (one.protocol ?? "TCP") === protocol && (one.port === undefined || one.port === port));
}

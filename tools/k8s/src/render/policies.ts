import { CALLS_FILE, type Call, type CallGraph, type Outside } from "../calls/calls.ts";
import { manifest, type Rendered } from "./manifest.ts";

const NAME = "app.kubernetes.io/name";
const NAMESPACE = "kubernetes.io/metadata.name";

/**
 * The network policies: nothing is allowed but names' look-up, and then each call of the graph, at the caller and at the callee. A call to
 * something that may be outside of the cluster is declared beside it, under the same name in both cases, so that the two exclude each other.
 */
export function renderPolicies(graph: CallGraph): readonly Rendered[] {
  const files = new Map<string, unknown[]>([["base/network-policies.yaml", [denyAll, lookUpNames]]]);
  const put = (path: string, policy: unknown) => void files.set(path, [...(files.get(path) ?? []), policy]);
  const isPartOfBase = (name: string) => graph.parts.get(name)?.folder.startsWith("base/") === true;

  for (const [name, part] of graph.parts) {
    const file = isPartOfBase(name) ? "network-policy.yaml" : "network-policies.yaml";
    const callers = graph.calls.filter(({ to }) => to === name);
    const ingress = [
      ...byPort(callers).map(([port, calls]) => ({
        from: calls.map(({ from }) => ({ podSelector: { matchLabels: { [NAME]: from } } })),
        ports: [tcp(port)],
      })),
      ...(part.open === undefined ? [] : [{ ports: [tcp(part.ports.get(part.open) ?? 0)] }]),
      ...scraping(graph, part.ports.get("admin")),
    ];
    const egress = graph.calls
      .filter(({ from, to }) => from === name && isPartOfBase(to))
      .map((call) => ({ to: [{ podSelector: { matchLabels: { [NAME]: call.to } } }], ports: [tcp(call.port)] }));
    const policyTypes = [...(ingress.length > 0 ? ["Ingress"] : []), ...(egress.length > 0 ? ["Egress"] : [])];
    if (policyTypes.length > 0) {
      put(
        `${part.folder}/${file}`,
        policy(name, name, {
          ...(ingress.length > 0 && { ingress }),
          ...(egress.length > 0 && { egress }),
          policyTypes,
        }),
      );
    }
    for (const call of callers.filter(() => !isPartOfBase(name))) {
      const title = `${call.from}-to-${name}`;
      const inside = { to: [{ podSelector: { matchLabels: { [NAME]: name } } }], ports: [tcp(call.port)] };
      put(`${part.folder}/${file}`, policy(title, call.from, { egress: [inside], policyTypes: ["Egress"] }));
      if (part.outside === undefined) continue;
      const out = { to: blocks(part.outside), ports: [tcp(part.outside.port)] };
      put(`${part.outside.folder}/${file}`, policy(title, call.from, { egress: [out], policyTypes: ["Egress"] }));
    }
  }
  return [...files].map(([path, policies]) => ({ path, text: manifest(CALLS_FILE, policies) }));
}

function scraping({ scrapers }: CallGraph, port: number | undefined): readonly unknown[] {
  if (port === undefined) return [];
  return [{ from: [{ namespaceSelector: { matchLabels: { [NAMESPACE]: scrapers } } }], ports: [tcp(port)] }];
}

function byPort(calls: readonly Call[]): readonly (readonly [number, readonly Call[]])[] {
  const ports = [...new Set(calls.map(({ port }) => port))];
  return ports.map((port) => [port, calls.filter((call) => call.port === port)]);
}

function blocks({ within, except }: Outside): readonly unknown[] {
  return within.map((cidr) => ({ ipBlock: { cidr, ...(except.length > 0 && { except }) } }));
}

const tcp = (port: number) => ({ protocol: "TCP", port });

function policy(name: string, of: string, rules: object): unknown {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, labels: { [NAME]: of } },
    spec: { podSelector: { matchLabels: { [NAME]: of } }, ...rules },
  };
}

const denyAll = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "deny-all" },
  spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
};

const lookUpNames = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "look-up-names" },
  spec: {
    podSelector: {},
    egress: [
      {
        to: [
          {
            namespaceSelector: { matchLabels: { [NAMESPACE]: "kube-system" } },
            podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
          },
        ],
        ports: [
          { protocol: "UDP", port: 53 },
          { protocol: "TCP", port: 53 },
        ],
      },
    ],
    policyTypes: ["Egress"],
  },
};

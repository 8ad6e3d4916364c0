import { type ContainerSpec, containersOf, type PodOwner, podLabels, podOwners } from "../objects/objects.ts";
import { dataOf, type Environment, environmentOf, mainFileOf, ownerAndContainer } from "./environment.ts";
import type { Reading } from "./programs.ts";
import { NAME_LABEL, type Rule, type Scene } from "./scene.ts";

/** Variables that Node itself reads. */
const OF_NODE = ["NODE_OPTIONS", "NODE_ENV", "NODE_EXTRA_CA_CERTS", "UV_THREADPOOL_SIZE"];
/** Variables that programs of others read by themselves. */
const OF_OTHERS = [
  "PGDATA",
  "POSTGRES_PASSWORD",
  "POSTGRES_USER",
  "POSTGRES_DB",
  "POSTGRES_INITDB_ARGS",
  "REDISCLI_AUTH",
];

/** A host and a port, wherever they stand in a value. */
const ADDRESS = /(?:^|[=@/,\s])([a-z][a-z0-9-]*)(?:\.staymesh[a-z.]*)?:(\d{2,5})(?=$|[/,\s?])/g;

/** Which port of the container a setting opens. */
const PORT_SETTINGS: Readonly<Record<string, string>> = { adminPort: "admin", httpPort: "http" };

/** Every variable of every container is one that its program reads, and its program is content with all of them. */
export const settings: Rule = (scene) =>
  podOwners(scene.objects).flatMap((owner) =>
    containersOf(owner).flatMap((container) => {
      const who = ownerAndContainer(owner, container);
      const environment = environmentOf(scene, who, container);
      const mainFile = mainFileOf(container);
      const found =
        mainFile === undefined
          ? foreign(scene, owner, container, who)
          : own(scene, owner, container, who, mainFile, environment);
      return [...environment.problems, ...found];
    }),
  );

function own(
  scene: Scene,
  owner: PodOwner,
  container: ContainerSpec,
  who: string,
  mainFile: string,
  { values, problems }: Environment,
) {
  const program = scene.programs(mainFile);
  if (program === undefined) return [`${who}: starts ${mainFile}, which is not in the repository; mend its command.`];
  const reading = program.read(values);
  const names = Object.keys(values);
  const strangers = names.filter((name) => !reading.asked.has(name) && !OF_NODE.includes(name));
  // What led nowhere was said already, and is missing now for that reason.
  const said = reading.problems.filter(
    (problem) => !problems.some((other) => other.includes(`: ${problem.split(" ")[0]} `)),
  );
  return [
    ...said.map((problem) => `${who}: ${mainFile} would not start, since ${problem}; set it in env.`),
    ...strangers.map((name) => `${who}: sets ${name}, which ${mainFile} does not read; mend the name or take it out.`),
    ...ports(container, who, mainFile, values, reading),
    ...callees(scene, owner, who, values),
    ...upstreams(scene, who, reading),
  ];
}

function ports(
  { ports = [] }: ContainerSpec,
  who: string,
  mainFile: string,
  values: Environment["values"],
  { settings }: Reading,
): readonly string[] {
  if (settings.size === 0) return [];
  const isWorker = mainFile.endsWith("worker.ts");
  const wanted = new Map(Object.entries(PORT_SETTINGS));
  // The bank speaks plain HTTP, the services gRPC.
  if (!isWorker) wanted.set("port", ports.some(({ name }) => name === "grpc") ? "grpc" : "http");
  const wrong = [...wanted].flatMap(([setting, name]) => {
    const opened = settings.get(setting);
    if (opened === undefined) return [];
    const declared = ports.find((port) => port.name === name)?.containerPort;
    if (declared === opened) return [];
    return [
      `${who}: its program opens the port ${String(opened)} where the container declares ${declared ?? "none"} as "${name}"; make them the same.`,
    ];
  });
  const hidden = settings.get("host");
  return [
    ...wrong,
    ...(isWorker && "PORT" in values ? [`${who}: sets PORT, but a worker serves nothing; take it out.`] : []),
    ...(hidden === "0.0.0.0" || hidden === "::"
      ? []
      : [`${who}: listens on ${String(hidden)}, where neither probes nor callers reach it; set HOST to 0.0.0.0.`]),
  ];
}

/** Where settings lead: each part that they name is a call of the graph, at its port, and each call of the graph is one that they name. */
function callees(
  { graph, objects }: Scene,
  owner: PodOwner,
  who: string,
  values: Environment["values"],
): readonly string[] {
  const from = podLabels(owner)[NAME_LABEL] ?? "";
  const allowed = graph.calls.filter((call) => call.from === from);
  const named = Object.entries(values).flatMap(([variable, value]) =>
    [...value.matchAll(ADDRESS)].flatMap(([, host = "", port]) =>
      graph.parts.has(host) && host !== from ? [{ variable, host, port: Number(port) }] : [],
    ),
  );
  const wrong = named.flatMap(({ variable, host, port }) => {
    const call = allowed.find(({ to }) => to === host);
    if (call === undefined) {
      return [
        `${who}: ${variable} leads to ${host}, but k8s/calls.yaml has no call from ${from} to ${host}; add it there and render, or mend the address.`,
      ];
    }
    if (call.port === port) return [];
    return [
      `${who}: ${variable} leads to the port ${port} of ${host}, which listens on ${call.port}; mend the address.`,
    ];
  });
  const inside = new Set(podOwners(objects).map((other) => podLabels(other)[NAME_LABEL]));
  const unused = allowed.filter(({ to }) => inside.has(to) && !named.some(({ host }) => host === to));
  return [
    ...wrong,
    ...unused.map(
      ({ to }) =>
        `k8s/calls.yaml: ${from} calls ${to}, but no setting of it leads there; take the call out or mend the setting.`,
    ),
  ];
}

/** The edge serves what its upstreams name: all of the contract, and nothing else. */
function upstreams({ longestCalls }: Scene, who: string, { settings }: Reading): readonly string[] {
  const given = settings.get("upstreams");
  if (!(given instanceof Map)) return [];
  const missing = [...longestCalls.keys()].filter((service) => !given.has(service));
  const strangers = [...given.keys()].map(String).filter((service) => !longestCalls.has(service));
  return [
    ...missing.map(
      (service) =>
        `${who}: UPSTREAMS does not name ${service}, which nobody could reach over REST; add it to k8s/base/upstreams.txt.`,
    ),
    ...strangers.map(
      (service) =>
        `${who}: UPSTREAMS names ${service}, which the contracts do not have; mend it in k8s/base/upstreams.txt.`,
    ),
  ];
}

/** Somebody else's image: a variable must be known to it, or be used by its arguments or by a script that it is given. */
function foreign(
  scene: Scene,
  { spec }: PodOwner,
  { args = [], command = [], env = [] }: ContainerSpec,
  who: string,
): readonly string[] {
  const scripts = (spec.template.spec.volumes ?? []).flatMap(({ configMap }) =>
    configMap?.name === undefined ? [] : [...(dataOf(scene.objects, "ConfigMap", configMap.name)?.values() ?? [])],
  );
  const words = [...command, ...args].join(" ");
  const used = [...words.matchAll(/\$\((\w+)\)/g), ...scripts.join("\n").matchAll(/\$\{?(\w+)/g)].map(
    (match) => match[1] ?? "",
  );
  const strangers = env.filter(({ name }) => !OF_OTHERS.includes(name) && !used.includes(name));
  const given = env.map(({ name }) => name);
  const missing = [...words.matchAll(/\$\((\w+)\)/g)]
    .map((match) => match[1] ?? "")
    .filter((name) => !given.includes(name));
  return [
    ...strangers.map(
      ({ name }) => `${who}: sets ${name}, which nothing in the container reads; mend the name or take it out.`,
    ),
    ...missing.map((name) => `${who}: its arguments use $(${name}), which is not set; set it in env.`),
  ];
}

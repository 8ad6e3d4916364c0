import { type ContainerSpec, type KubeObject, ofKind, type PodOwner } from "../objects/objects.ts";
import type { Scene } from "./scene.ts";

/** A container's variables with their values, and what of them leads nowhere. */
export interface Environment {
  readonly values: Readonly<Record<string, string>>;
  /** Variables whose values come from a secret that is only known by its example. */
  readonly examples: ReadonlySet<string>;
  readonly problems: readonly string[];
}

/** Follows every variable of a container to its value. */
export function environmentOf(scene: Scene, owner: string, container: ContainerSpec): Environment {
  const values: Record<string, string> = {};
  const examples = new Set<string>();
  const problems: string[] = [];
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (name in values) problems.push(`${owner}: ${name} is set twice; keep one of the two.`);
    const { configMapKeyRef, secretKeyRef, fieldRef } = valueFrom ?? {};
    if (configMapKeyRef !== undefined) {
      const found = dataOf(scene.objects, "ConfigMap", configMapKeyRef.name)?.get(configMapKeyRef.key);
      if (found !== undefined) values[name] = found;
      else if (configMapKeyRef.optional !== true) {
        problems.push(
          `${owner}: ${name} comes from the key ${configMapKeyRef.key} of the ConfigMap ${configMapKeyRef.name}, which is not there; add it, or the component that brings it.`,
        );
      }
    } else if (secretKeyRef !== undefined) {
      const given = dataOf(scene.objects, "Secret", secretKeyRef.name)?.get(secretKeyRef.key);
      const example = scene.secrets.get(secretKeyRef.name)?.get(secretKeyRef.key);
      if (example === undefined) {
        problems.push(
          `${owner}: ${name} comes from the key ${secretKeyRef.key} of the Secret ${secretKeyRef.name}, which k8s/secrets.yaml does not know; mend the name or add it there.`,
        );
      } else {
        values[name] = given ?? example;
        if (given === undefined) examples.add(name);
      }
    } else values[name] = fieldRef === undefined ? (value ?? "") : "10.0.0.1";
  }
  if (container.envFrom !== undefined) {
    problems.push(`${owner}: takes variables wholesale by envFrom; name each in env, so that a typing error is seen.`);
  }
  return { values, examples, problems };
}

/** A ConfigMap's or Secret's entries; undefined where there is no such object. */
export function dataOf(
  objects: readonly KubeObject[],
  kind: "ConfigMap" | "Secret",
  name: string,
): ReadonlyMap<string, string> | undefined {
  const found = ofKind(objects, kind).find(({ metadata }) => metadata.name === name);
  if (found === undefined) return undefined;
  const decode = (text: string) => (kind === "Secret" ? Buffer.from(text, "base64").toString("utf8") : text);
  return new Map([
    ...Object.entries(found.data ?? {}).map(([key, text]): [string, string] => [key, decode(text)]),
    ...Object.entries(found.stringData ?? {}),
  ]);
}

/** The file that a container starts with node: "services/edge-rest/src/main.ts". */
export function mainFileOf({ command = [] }: ContainerSpec): string | undefined {
  return command[0] === "node" ? command.slice(1).find((word) => word.endsWith(".ts")) : undefined;
}

/** "Deployment edge-rest", and the container where it is not the only one. */
export function ownerAndContainer({ kind, metadata, spec }: PodOwner, container: ContainerSpec): string {
  const several = spec.template.spec.containers.length + (spec.template.spec.initContainers?.length ?? 0) > 1;
  return `${kind} ${metadata.name}${several ? `, container ${container.name}` : ""}`;
}

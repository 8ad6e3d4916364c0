/** Turns Kubernetes' OpenAPI document into a JSON schema that refuses unknown fields. */

interface OpenApi {
  readonly info?: { readonly version?: string };
  readonly definitions: Readonly<Record<string, Definition>>;
}

interface Definition {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Definition>>;
  readonly items?: Definition;
  readonly additionalProperties?: Definition | boolean;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-group-version-kind"?: readonly { group: string; version: string; kind: string }[];
}

export interface StrictSchema {
  readonly version: string;
  /** "apps/v1 Deployment" -> the name of its definition. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, unknown>>;
}

const SPECIAL: Readonly<Record<string, unknown>> = {
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": { type: ["integer", "string"] },
  "io.k8s.apimachinery.pkg.api.resource.Quantity": {
    type: ["string", "number"],
    pattern: "^[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+|Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E)?$",
  },
};

export function strictSchema({ info, definitions }: OpenApi, wanted: readonly string[]): StrictSchema {
  const kinds: Record<string, string> = {};
  for (const [name, definition] of Object.entries(definitions)) {
    for (const { group, version, kind } of definition["x-kubernetes-group-version-kind"] ?? []) {
      const title = `${group === "" ? version : `${group}/${version}`} ${kind}`;
      if (wanted.includes(title)) kinds[title] = name;
    }
  }
  const missing = wanted.filter((title) => !(title in kinds));
  if (missing.length > 0) throw new Error(`the document does not have ${missing.join(", ")}`);

  const kept: Record<string, unknown> = {};
  const take = (name: string): void => {
    if (name in kept) return;
    const definition = definitions[name];
    if (definition === undefined) throw new Error(`the document does not have ${name}`);
    kept[name] = SPECIAL[name];
    kept[name] ??= strict(definition, take);
  };
  for (const name of Object.values(kinds)) take(name);
  return { version: info?.version ?? "", kinds, definitions: kept };
}

function strict(definition: Definition, take: (name: string) => void): unknown {
  const { $ref, type, required, properties, items, additionalProperties } = definition;
  if ($ref !== undefined) {
    take($ref.slice("#/definitions/".length));
    return { $ref };
  }
  const isOpen = definition["x-kubernetes-preserve-unknown-fields"] === true || properties === undefined;
  return {
    ...(type !== undefined && { type }),
    ...(definition.enum !== undefined && { enum: definition.enum }),
    ...(required !== undefined && { required }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, strict(inner, take)])),
    }),
    ...(items !== undefined && { items: strict(items, take) }),
    ...(typeof additionalProperties === "object" && { additionalProperties: strict(additionalProperties, take) }),
    ...(!isOpen && { additionalProperties: false }),
  };
}

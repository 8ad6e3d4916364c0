import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { isObject, type KubeObject, nameOf } from "../objects/objects.ts";
import { ownSchemas } from "./own-schemas.ts";
import type { StrictSchema } from "./strict-schema.ts";

export type Validate = (object: unknown) => readonly string[];

/** A check of single objects against Kubernetes' own schema, with a sentence for each thing that is wrong. */
export function openValidator(): Validate {
  const packed = readFileSync(new URL("./kubernetes.json.gz", import.meta.url));
  const { version, kinds, definitions }: StrictSchema = JSON.parse(gunzipSync(packed).toString("utf8"));
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true, validateFormats: false });
  ajv.addSchema({ $id: "schema:/kubernetes", definitions });
  const compiled = new Map<string, ValidateFunction>();
  const checkOf = (title: string): ValidateFunction | undefined => {
    const definition = kinds[title];
    const schema =
      definition === undefined ? ownSchemas[title] : { $ref: `schema:/kubernetes#/definitions/${definition}` };
    if (schema === undefined) return undefined;
    const check = compiled.get(title) ?? ajv.compile(schema);
    compiled.set(title, check);
    return check;
  };

  return (object) => {
    if (!isObject(object)) return [`${JSON.stringify(object)?.slice(0, 60)} is no Kubernetes object.`];
    const title = `${object.apiVersion} ${object.kind}`;
    const check = checkOf(title);
    if (check === undefined) {
      return [
        `${nameOf(object)}: there is no kind ${title} in Kubernetes ${version} as far as this check knows; mend apiVersion and kind, or add it to make-schema.ts.`,
      ];
    }
    if (check(object) === true) return [];
    return [...new Set((check.errors ?? []).map((error) => sentence(object, error)))];
  };
}

function sentence(
  object: KubeObject,
  { keyword, instancePath, params, parentSchema, message, data }: ErrorObject,
): string {
  const place = placeOf(instancePath);
  const at = place === "" ? "it" : place;
  switch (keyword) {
    case "additionalProperties": {
      const unknown = String(params["additionalProperty"]);
      const known = Object.keys(parentSchema?.["properties"] ?? {});
      const near = nearest(unknown, known);
      const remedy = near === undefined ? "take it out" : `did you mean ${near}?`;
      return `${nameOf(object)}: ${at} has the field ${unknown}, which nobody knows; ${remedy}${near === undefined ? "." : ""}`;
    }
    case "required":
      return `${nameOf(object)}: ${at} lacks the field ${String(params["missingProperty"])}; write it.`;
    case "type":
      return `${nameOf(object)}: ${at} is ${JSON.stringify(data)} and must be of the type ${String(params["type"])}.`;
    default:
      return `${nameOf(object)}: ${at} is ${JSON.stringify(data)} and ${message ?? "is wrong"}.`;
  }
}

/** "/spec/containers/0/env" as spec.containers[0].env. */
function placeOf(pointer: string): string {
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

/** The known name that takes the fewest changes, if it takes few. */
function nearest(word: string, known: readonly string[]): string | undefined {
  const rated = known.map((name) => ({ name, distance: distance(word.toLowerCase(), name.toLowerCase()) }));
  rated.sort((one, other) => one.distance - other.distance);
  const [best] = rated;
  return best !== undefined && best.distance <= 3 ? best.name : undefined;
}

function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

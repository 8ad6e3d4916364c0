import type { MethodFacts } from "@staymesh/contract";
import { isObject, type Json, type JsonObject } from "./requests.ts";

/** A request as a web client sends it. */
export interface RestForm {
  readonly verb: string;
  readonly path: string;
  readonly body: Json | undefined;
}

/** Writes a request by the method's HTTP rule: what the path takes, what the body takes, and the rest as query. */
export const restForm = (method: MethodFacts, request: JsonObject): RestForm => {
  const rule = method.http[0];
  if (rule === undefined) throw new Error(`${method.fullName} has no route.`);
  const left = structuredClone(request);
  const path = rule.template.replaceAll(/\{([a-z_.]+)(?:=[^}]*)?\}/g, (_whole, fieldPath: string) => {
    const value = take(left, fieldPath.split(".").map(camel));
    return String(value ?? "")
      .split("/")
      .map(encodeURIComponent)
      .join("/");
  });
  if (rule.body === "*") return { verb: rule.verb, path, body: left };
  const body = rule.body === "" ? undefined : take(left, [camel(rule.body)]);
  const query = new URLSearchParams(flat(left)).toString();
  return { verb: rule.verb, path: query === "" ? path : `${path}?${query}`, body };
};

const camel = (name: string): string =>
  name.replaceAll(/_([a-z0-9])/g, (_whole, letter: string) => letter.toUpperCase());

const take = (from: JsonObject, [name = "", ...deeper]: readonly string[]): Json | undefined => {
  const value = from[name];
  if (deeper.length > 0) return isObject(value) ? take(value, deeper) : undefined;
  delete from[name];
  return value;
};

const flat = (value: Json, above = ""): [string, string][] => {
  if (Array.isArray(value)) return value.flatMap((item) => flat(item, above));
  if (isObject(value)) {
    return Object.entries(value).flatMap(([name, item]) => flat(item, above === "" ? name : `${above}.${name}`));
  }
  return value === null ? [] : [[above, String(value)]];
};

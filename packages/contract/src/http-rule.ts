import type { DescMethod } from "@bufbuild/protobuf";
import type { HttpOption, OptionReader } from "./options.ts";

/** One binding of a method to HTTP, as it stands in the contract. */
export interface HttpRule {
  /** An upper-case HTTP method, or "*" for any. */
  readonly verb: string;
  readonly template: string;
  /** Empty, "*", or a field of the request. */
  readonly body: string;
  /** Empty, or a field of the response. */
  readonly responseBody: string;
}

const VERBS: ReadonlyMap<string, string> = new Map(
  ["get", "put", "post", "delete", "patch"].map((name) => [name, name.toUpperCase()]),
);

/** The bindings of a method, the additional ones flattened behind the first. */
export const httpRules = (method: DescMethod, options: OptionReader): readonly HttpRule[] => {
  const first = options.http(method);
  if (first === undefined) {
    return [];
  }
  const nested = first.additionalBindings.find((binding) => binding.additionalBindings.length > 0);
  if (nested !== undefined) {
    throw new Error(`${method}: an additional binding cannot have additional bindings of its own`);
  }
  return [first, ...first.additionalBindings].map((binding) => httpRule(method, binding));
};

const httpRule = (method: DescMethod, { pattern, body, responseBody }: HttpOption): HttpRule => {
  const { case: kind, value } = pattern;
  if (kind === "custom" && typeof value === "object") {
    return { verb: value.kind === "*" ? "*" : value.kind.toUpperCase(), template: value.path, body, responseBody };
  }
  const verb = VERBS.get(kind ?? "");
  if (verb === undefined || typeof value !== "string") {
    throw new Error(`${method}: its google.api.http rule names no HTTP method`);
  }
  return { verb, template: value, body, responseBody };
};

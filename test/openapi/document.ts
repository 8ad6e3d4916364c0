// Just enough of an OpenAPI document to send its examples.
import { isObject, type Json, type JsonObject } from "../contract/requests.ts";

export interface Operation {
  readonly id: string;
  readonly verb: string;
  /** With the examples of its parameters in place. */
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly body: Json | undefined;
  /** The status of its success. */
  readonly status: number;
  /** Media types of its success; none where there is no body. */
  readonly types: readonly string[];
  /** A JSON pointer to the schema of its success, for each media type. */
  readonly schemaOf: (type: string) => string;
  /** Places where an example is missing. */
  readonly missing: readonly string[];
}

const member = (value: Json | undefined, name: string): Json | undefined => (isObject(value) ? value[name] : undefined);
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const entriesOf = (value: Json | undefined): readonly [string, Json][] =>
  isObject(value) ? Object.entries(value) : [];

/** Every operation of a document, ready to be called as its examples say. */
export const operationsOf = (document: JsonObject): readonly Operation[] =>
  entriesOf(document["paths"]).flatMap(([template, item]) =>
    entriesOf(item).map(([verb, operation]) => read(template, verb, operation)),
  );

const read = (template: string, verb: string, operation: Json): Operation => {
  const parameters = listOf(member(operation, "parameters")).filter((one) => member(one, "name") !== undefined);
  const inPath = parameters.filter((one) => member(one, "in") === "path");
  const inQuery = parameters.filter((one) => member(one, "in") === "query");
  const path = inPath.reduce<string>(
    (text, one) => text.replace(`{${textOf(member(one, "name"))}}`, encodeURIComponent(textOf(member(one, "example")))),
    template,
  );
  const bodies = member(member(operation, "requestBody"), "content");
  const body = member(member(bodies, "application/json"), "example");
  const [status = "", success] =
    entriesOf(member(operation, "responses")).find(([code]) => /^20[014]$/.test(code)) ?? [];
  const content = member(success, "content");
  const isFile = ([type]: readonly [string, Json]) => type === "*/*";
  return {
    id: textOf(member(operation, "operationId")),
    verb: verb.toUpperCase(),
    path,
    query: inQuery.flatMap((one) => pairs(textOf(member(one, "name")), member(one, "example"))),
    body,
    status: Number(status),
    types: entriesOf(content).map(([type]) => type),
    schemaOf: (type) => `#/paths/${escaped(template)}/${verb}/responses/${status}/content/${escaped(type)}/schema`,
    missing: [
      ...[...inPath, ...inQuery.filter((one) => member(one, "required") === true)]
        .filter((one) => member(one, "example") === undefined)
        .map((one) => `no example of the parameter ${textOf(member(one, "name"))}`),
      ...(bodies !== undefined && body === undefined ? ["no example of its body"] : []),
      ...entriesOf(content)
        .filter((one) => !isFile(one) && member(one[1], "example") === undefined)
        .map(([type]) => `no example of its answer as ${type}`),
    ],
  };
};

/** The same schemas without room for members that they do not name: what a service answers today is told whole. */
export const closed = (schema: JsonObject): JsonObject => {
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closedIn(value)]));
  const isOpen = isObject(schema["properties"]) && "title" in schema && !("additionalProperties" in schema);
  return isOpen ? { ...inner, additionalProperties: false } : inner;
};

const closedIn = (value: Json): Json =>
  Array.isArray(value) ? value.map(closedIn) : isObject(value) ? closed(value) : value;

const pairs = (name: string, value: Json | undefined): readonly (readonly [string, string])[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)] as const);

const escaped = (part: string): string => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));

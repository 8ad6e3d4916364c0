import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import type { Route } from "@staymesh/contract";
import { isScalarMessage, isTextField } from "@staymesh/contract";
import type { FieldProblem } from "./problem.ts";
import { setField } from "./set-field.ts";
import { ValueProblem } from "./text-value.ts";

export interface QueryParameter {
  readonly name: string;
  readonly value: string;
}

const PARAMETERS_MAX = 1000;

/** Splits a query strictly; undefined where it is wrongly percent-encoded or has far too many parameters. */
export function parseQuery(rawQuery: string): readonly QueryParameter[] | undefined {
  if (rawQuery === "") return [];
  const parts = rawQuery.split("&", PARAMETERS_MAX + 1);
  if (parts.length > PARAMETERS_MAX) return undefined;
  const parameters: QueryParameter[] = [];
  for (const part of parts) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? "" : decode(part.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    parameters.push({ name, value });
  }
  return parameters;
}

function decode(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.includes("+") ? text.replaceAll("+", " ") : text);
  } catch {
    return undefined;
  }
}

/** Sets request fields from the query; gives what is wrong with it. */
export type QueryBinder = (message: Message, parameters: readonly QueryParameter[]) => readonly FieldProblem[];

export function queryBinder(route: Route): QueryBinder {
  const { input } = route.method;
  const bound = new Set(route.path.map(({ fields }) => pathOf(fields)));
  const bodyField = route.body.kind === "field" ? route.body.field : undefined;
  const resolve = (name: string): readonly DescField[] => {
    const fields = followNames(input, name);
    if (route.body.kind === "whole") throw new ValueProblem("query.in_body", "belongs in the body of this request");
    if (fields[0] === bodyField) throw new ValueProblem("query.in_body", "belongs in the body of this request");
    if (bound.has(pathOf(fields))) throw new ValueProblem("query.in_path", "is said by the path already");
    return fields;
  };
  return (message, parameters) => {
    const problems: FieldProblem[] = [];
    const seen = new Set<string>();
    for (const { name, value } of parameters) {
      let field = name.slice(0, 200);
      try {
        const { path, key } = splitKey(name);
        const fields = resolve(path);
        const leaf = fields.at(-1);
        if ((leaf?.fieldKind === "map") !== (key !== undefined)) throw badShape();
        field = key === undefined ? pathOf(fields) : `${pathOf(fields)}[${JSON.stringify(key)}]`;
        if (seen.has(field) && leaf?.fieldKind !== "list") {
          throw new ValueProblem("query.repeated", "is given twice and takes one value");
        }
        seen.add(field);
        setField(input, message, fields, value, key);
      } catch (problem) {
        if (!(problem instanceof ValueProblem)) throw problem;
        const parameter = name.slice(0, 200);
        problems.push({ field, in: "query", parameter, reason: problem.rule, description: problem.message });
      }
    }
    return problems;
  };
}

const namesOf = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>();

/** Fields by their JSON names and by their proto names. */
export function fieldsByName(desc: DescMessage): ReadonlyMap<string, DescField> {
  const known = namesOf.get(desc);
  if (known !== undefined) return known;
  const names = new Map<string, DescField>();
  for (const field of desc.fields) names.set(field.name, field);
  for (const field of desc.fields) names.set(field.jsonName, field);
  namesOf.set(desc, names);
  return names;
}

function followNames(desc: DescMessage, name: string): readonly DescField[] {
  const fields: DescField[] = [];
  let message: DescMessage | undefined = desc;
  for (const part of name.split(".")) {
    const field: DescField | undefined = message === undefined ? undefined : fieldsByName(message).get(part);
    if (field === undefined) throw new ValueProblem("query.unknown", "is not a parameter of this request");
    fields.push(field);
    message = field.fieldKind === "message" && !isTextField(field) ? field.message : undefined;
  }
  const leaf = fields.at(-1);
  if (leaf === undefined || !isBindable(leaf)) {
    throw badShape();
  }
  return fields;
}

/** A member of a map is given as in labels[size]=large. */
function splitKey(name: string): { readonly path: string; readonly key: string | undefined } {
  const open = name.indexOf("[");
  if (open <= 0 || !name.endsWith("]")) return { path: name, key: undefined };
  return { path: name.slice(0, open), key: name.slice(open + 1, -1) };
}

function badShape(): ValueProblem {
  return new ValueProblem(
    "query.shape",
    "cannot be given in a query, which carries single values, lists of them, and members of maps as in name[key]=value",
  );
}

function isBindable(field: DescField): boolean {
  if (field.fieldKind === "list") return field.listKind !== "message" || isTextItem(field);
  if (field.fieldKind === "map") return field.mapKind !== "message" || isTextItem(field);
  return isTextField(field);
}

function isTextItem(field: DescField): boolean {
  return field.message !== undefined && isScalarMessage(field.message);
}

function pathOf(fields: readonly DescField[]): string {
  return fields.length === 1 ? (fields[0]?.name ?? "") : fields.map(({ name }) => name).join(".");
}

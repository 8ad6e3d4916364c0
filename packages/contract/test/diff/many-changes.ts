import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { Contract, MethodFacts } from "../../src/index.ts";
import { type Edit, put } from "./edit.ts";

interface OneEdit<Item> {
  readonly told: string;
  readonly apply: (edit: Edit, item: Item) => void;
}

const nameOf = (field: DescField): string => `${field.parent.typeName}.${field.name}`;

const fieldEdits: readonly OneEdit<DescField>[] = [
  {
    told: "! field-removed",
    apply: (edit, field) => {
      const message = edit.message(field.parent.typeName);
      message.field = message.field.filter(({ name }) => name !== field.name);
    },
  },
  {
    told: "! field-json-name",
    apply: (edit, field) => Object.assign(edit.field(nameOf(field)), { jsonName: `${field.jsonName}X` }),
  },
  {
    told: "! field-renumbered",
    apply: (edit, field) => Object.assign(edit.field(nameOf(field)), { number: field.number + 5000 }),
  },
  {
    told: "- deprecated",
    apply: (edit, field) => edit.fieldOptions(nameOf(field), (json) => put(json, ["deprecated"], true)),
  },
  {
    told: "- hint",
    apply: (edit, field) =>
      edit.fieldOptions(nameOf(field), (json) => put(json, ["[staymesh.options.v1.field]", "hint"], "Other words.")),
  },
];

const option =
  (path: string, value: unknown) =>
  (edit: Edit, { fullName }: MethodFacts) =>
    edit.methodOptions(fullName, (json) => put(json, ["[staymesh.options.v1.method]", path], value));

const methodEdits: readonly OneEdit<MethodFacts>[] = [
  {
    told: "! scope-added",
    apply: (edit, method) => option("scopes", [...method.scopes, "new.scope"])(edit, method),
  },
  { told: "! timeout-shortened", apply: option("timeout", "0.001s") },
  { told: "! rate-cost-raised", apply: option("rate_cost", 999) },
  { told: "- public-on", apply: option("public", true) },
];

/** Changes about a third of all methods and fields, each in one way that the seed chooses, and says what has to be told about it. */
export const manyChanges = (
  contract: Contract,
  seed: number,
): { readonly change: (edit: Edit) => void; readonly expected: readonly string[] } => {
  const random = mulberry32(seed);
  const chosen = <Item>(items: readonly Item[]): Item | undefined =>
    random() < 0.33 ? items[Math.floor(random() * items.length)] : undefined;
  const methods = contract.services
    .filter(({ name }) => name.startsWith("staymesh."))
    .flatMap((service) => service.methods)
    .map((method) => ({ method, edit: chosen(methodEdits) }));
  // Requests and names are what routes and grants are made of; without one of them there is no contract to compare.
  const requests = new Set(methods.map(({ method }) => method.input.typeName));
  const bestBy = methods.flatMap(({ method }) => method.fanOut?.bestBy ?? []);
  const fields = [...contract.registry]
    .filter((type): type is DescMessage => type.kind === "message" && /^staymesh\.(?!options)/.test(type.typeName))
    .filter(({ typeName }) => !requests.has(typeName))
    .flatMap((message) => message.fields.filter(({ name, oneof }) => name !== "name" && oneof === undefined))
    .filter((field) => bestBy.every((one) => nameOf(one) !== nameOf(field)))
    .map((field) => ({ field, edit: chosen(fieldEdits) }));
  return {
    change: (edit) => {
      for (const { method, edit: one } of methods) {
        one?.apply(edit, method);
      }
      for (const { field, edit: one } of fields) {
        one?.apply(edit, field);
      }
    },
    expected: [
      ...methods.flatMap(({ method, edit }) => (edit === undefined ? [] : [`${edit.told} ${method.fullName}`])),
      ...fields.flatMap(({ field, edit }) => (edit === undefined ? [] : [`${edit.told} ${nameOf(field)}`])),
    ],
  };
};

/** Small, seeded, and the same on every machine. */
const mulberry32 = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

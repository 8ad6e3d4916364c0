// Requests made from the descriptors alone, so that an RPC which is added tomorrow is tested tomorrow.
import { randomUUID } from "node:crypto";
import { type DescField, type DescMessage, fromJson, type JsonValue, ScalarType, toBinary } from "@bufbuild/protobuf";
import { type Contract, decodeAndValidate, defaultImage, loadContract, type MethodFacts } from "@staymesh/contract";

export const contract: Contract = loadContract(await defaultImage());

/** Every method of the mesh. */
export const methods: readonly MethodFacts[] = contract.services
  .filter(({ name }) => name.startsWith("staymesh."))
  .flatMap((service) => service.methods);

/** The methods that a service serves; what several answer together is at the edge alone. */
export const grpcMethods = methods.filter(({ fanOut }) => fanOut === undefined);

/** The methods that the edge offers; what is asked by another one has no route of its own. */
export const restMethods = methods.filter(({ http }) => http.length > 0);

export type Json = JsonValue;
export type JsonObject = { [name: string]: JsonValue };

/** A field of a request with the way to it; lists are entered at their first item. */
export interface Place {
  readonly fields: readonly DescField[];
  readonly leaf: DescField;
  /** As a violation names it: `reservation.rooms[0].adults`. */
  readonly path: string;
}

const REQUIRED = 2;
const OUTPUT_ONLY = 3;
const IDENTIFIER = 8;

const behaves = (field: DescField, ...kinds: readonly number[]) =>
  contract.options.fieldBehavior(field).some((kind) => kinds.includes(kind));

/** Fields that a caller fills in: what the server alone says is left out. */
export const writablePlaces = (message: DescMessage, above: readonly DescField[] = []): readonly Place[] =>
  message.fields.flatMap((leaf) => {
    if (behaves(leaf, OUTPUT_ONLY, IDENTIFIER)) return [];
    const fields = [...above, leaf];
    const here: Place = { fields, leaf, path: pathOf(fields) };
    const below = leaf.message;
    const enters = below?.typeName.startsWith("staymesh.") === true && !above.some((field) => field.message === below);
    return enters ? [here, ...writablePlaces(below, fields)] : [here];
  });

const pathOf = (fields: readonly DescField[]): string =>
  fields
    .map(({ name, fieldKind }, index) => (fieldKind === "list" && index < fields.length - 1 ? `${name}[0]` : name))
    .join(".");

/** The names that a plausible request is about. */
export interface Names {
  readonly property: string;
  readonly roomType: string;
  readonly ratePlan: string;
  readonly reservation: string;
  readonly payment: string;
  readonly refund: string;
  readonly report: string;
  readonly operation: string;
}

export const someNames: Names = {
  property: "properties/lisbon-city",
  roomType: "properties/lisbon-city/roomTypes/double",
  ratePlan: "properties/lisbon-city/ratePlans/flex",
  reservation: "properties/lisbon-city/reservations/0190a1b2",
  payment: "payments/0190a1b2",
  refund: "payments/0190a1b2/refunds/0190a1b3",
  report: "reports/0190a1b2",
  operation: "operations/0190a1b2",
};

/** A request, as ProtoJSON, that keeps every rule of the contract. */
export const plausible = (method: MethodFacts, names: Names = someNames): JsonObject => {
  const request = fill(method.input, names);
  // An update names its resource inside of it.
  const inPath = /\{(\w+)\.name=([^}]*)\}/.exec(method.http[0]?.template ?? "");
  const resource = method.input.fields.find(({ name }) => name === inPath?.[1]);
  const inner = resource === undefined ? undefined : request[resource.jsonName];
  if (isObject(inner)) inner["name"] = named((inPath?.[2] ?? "").replaceAll("*", "x"), names) ?? "";
  return request;
};

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const fill = (desc: DescMessage, names: Names): JsonObject =>
  Object.fromEntries(
    desc.fields.filter(isWanted).map((field) => [field.jsonName, plausibleValue(field, names)] as const),
  );

const isWanted = (field: DescField): boolean => {
  if (behaves(field, REQUIRED) || field.name === "request_id") return true;
  if (field.oneof?.fields[0] === field) return contract.options.fieldBehavior(field).length === 0 && isKind(field);
  return field.parent.typeName === "staymesh.type.v1.Money";
};

const isKind = (field: DescField) => field.oneof?.name === "kind";

const plausibleValue = (field: DescField, names: Names): Json => {
  const value =
    field.message !== undefined
      ? fill(field.message, names)
      : field.enum !== undefined
        ? (field.enum.values[1]?.name ?? 0)
        : field.scalar === ScalarType.STRING
          ? plausibleText(field, names)
          : field.scalar === ScalarType.INT64
            ? "100"
            : 1;
  return field.fieldKind === "list" ? [value] : value;
};

const plausibleText = (field: DescField, names: Names): string => {
  const known: Readonly<Record<string, string>> = {
    request_id: randomUUID(),
    time_zone: "Europe/Lisbon",
    currency_code: "EUR",
    check_out_date: "2027-03-07",
    end_date: "2027-03-07",
    payment_method_token: "tok_visa",
    email: "somebody@example.com",
  };
  const example = /such as (\S+)\.$/.exec(contract.options.field(field)?.hint ?? "")?.[1];
  return known[field.name] ?? named(example, names) ?? example ?? "some-text";
};

const named = (example: string | undefined, names: Names): string | undefined => {
  if (example === undefined) return undefined;
  if (/^properties\/[^/]+$/.test(example)) return names.property;
  if (example.includes("/roomTypes/")) return names.roomType;
  if (example.includes("/ratePlans/")) return names.ratePlan;
  if (example.endsWith("/saga")) return `${names.reservation}/saga`;
  if (example.includes("/reservations/")) return names.reservation;
  if (example.includes("/refunds/")) return names.refund;
  if (example.startsWith("payments/")) return names.payment;
  if (example.startsWith("reports/")) return names.report;
  return example.startsWith("operations/") ? names.operation : undefined;
};

/** The same request with another value at one place; what is missing on the way to it is made plausible. */
export const withValue = (request: JsonObject, { fields, leaf }: Place, value: Json, names = someNames): JsonObject => {
  const copy = structuredClone(request);
  let at = copy;
  for (const field of fields.slice(0, -1)) {
    const there = at[field.jsonName] ?? (field.fieldKind === "list" ? [] : {});
    const list = Array.isArray(there) ? there : [there];
    const found = list[0];
    const next =
      isObject(found) && Object.keys(found).length > 0
        ? found
        : field.message === undefined
          ? {}
          : fill(field.message, names);
    list[0] = next;
    // Another member of the same oneof would make two of them.
    for (const other of field.oneof?.fields ?? []) delete at[other.jsonName];
    at[field.jsonName] = Array.isArray(there) ? list : next;
    at = next;
  }
  for (const other of leaf.oneof?.fields ?? []) delete at[other.jsonName];
  at[leaf.jsonName] = value;
  return copy;
};

export const toBytes = (method: MethodFacts, request: Json, { registry }: Contract = contract): Buffer =>
  Buffer.from(toBinary(method.input, fromJson(method.input, request, { registry })));

/** The paths at which a request breaks the contract. */
export const violatedPaths = (method: MethodFacts, request: Json): readonly string[] =>
  decodeAndValidate(method, toBytes(method, request)).violations.map(({ field }) => field);

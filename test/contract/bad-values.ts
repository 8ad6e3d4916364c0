// Values that break a contract or a program, by the kind of field that they are put into.
import { ScalarType } from "@bufbuild/protobuf";
import type { MethodFacts } from "@staymesh/contract";
import {
  type Json,
  type JsonObject,
  type Names,
  type Place,
  plausible,
  violatedPaths,
  withValue,
  writablePlaces,
} from "./requests.ts";

/** One request that is wrong in one place. */
export interface BadRequest {
  readonly method: MethodFacts;
  readonly place: Place;
  readonly value: Json;
  readonly request: JsonObject;
}

const days = ["2027-02-30", "2027-13-01", "05/03/2027", "0000-00-00"];
const texts = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "../../etc/passwd",
  "properties/no such/thing",
  "'; DROP TABLE x; --",
  "\u202e\u{1f3e8}".repeat(40),
];
const numbers = [-1, -2_147_483_648, 2_147_483_647];

/** Values of the right type: they can be sent over gRPC, and the rules decide. */
const typedValues = ({ leaf }: Place): readonly Json[] => {
  const wrap = (values: readonly Json[]) => (leaf.fieldKind === "list" ? values.map((value) => [value]) : values);
  if (leaf.enum !== undefined) return wrap([0, -1, 9999]);
  if (leaf.message !== undefined) return leaf.message.typeName.startsWith("staymesh.") ? wrap([{}]) : [];
  switch (leaf.scalar) {
    case ScalarType.STRING:
      return wrap([...(/date$/.test(leaf.name) ? days : []), ...texts, "x".repeat(30_000)]);
    case ScalarType.INT32:
      return wrap(numbers);
    case ScalarType.INT64:
      return wrap([...numbers, "9223372036854775807", "-9223372036854775808"]);
    case ScalarType.UINT32:
      return wrap([4_294_967_295]);
    case ScalarType.DOUBLE:
      return wrap([-1e308, 1e308, "NaN", "Infinity", 91, 181]);
    default:
      return [];
  }
};

/** Values of another type: only JSON can carry them, and they are always refused. */
const untypedValues = ({ leaf }: Place): readonly Json[] => {
  const others: readonly Json[] = [{ no: "such field" }, [[]], [{}, 1]];
  if (leaf.message !== undefined) return leaf.fieldKind === "list" ? ["text", 1, { 0: {} }, [1]] : [1, true, ["x"]];
  if (leaf.fieldKind === "list") return ["text", { a: 1 }, [{ a: 1 }]];
  if (leaf.enum !== undefined) return ["NO_SUCH_VALUE", 1.5, ...others];
  switch (leaf.scalar) {
    case ScalarType.STRING:
      return [1, true, ...others];
    case ScalarType.BOOL:
      return ["maybe", 2, ...others];
    case ScalarType.DOUBLE:
      return ["far", ...others];
    default:
      return ["many", 1.5, "99999999999999999999", true, ...others];
  }
};

/** For every place of a method's request, every value that its rules refuse. */
export const refusedByRules = (method: MethodFacts, names: Names): readonly BadRequest[] =>
  requests(method, names, typedValues).filter(({ request, place }) =>
    violatedPaths(method, request).some((path) => path.startsWith(place.path)),
  );

/** For every place of a method's request, values that its rules let pass, whatever becomes of them. */
export const takenByRules = (method: MethodFacts, names: Names): readonly BadRequest[] =>
  requests(method, names, typedValues).filter(({ request }) => violatedPaths(method, request).length === 0);

/** For every place of a method's request, values of another type. */
export const refusedByType = (method: MethodFacts, names: Names): readonly BadRequest[] =>
  requests(method, names, untypedValues);

const requests = (
  method: MethodFacts,
  names: Names,
  values: (place: Place) => readonly Json[],
): readonly BadRequest[] =>
  writablePlaces(method.input)
    .filter(({ fields }) => fields.every((field) => field.fieldKind !== "map"))
    .flatMap((place) =>
      values(place).map((value) => ({
        ...{ method, place, value },
        request: withValue(plausible(method, names), place, value, names),
      })),
    );

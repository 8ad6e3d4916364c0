import type { JsonValue } from "@bufbuild/protobuf";
import { escapePointer } from "./duplicate-keys.ts";

export interface JsonProblem {
  /** Proto names, as in rooms[0].adults. */
  readonly field: string;
  readonly pointer: string;
  readonly rule: string;
  readonly description: string;
}

/** Where in the document a value stands; made into text only when something is wrong there. */
export interface Place {
  readonly above: Place | undefined;
  readonly key: string | number;
  readonly field: string;
}

/** Finds everything in a JSON value that does not fit, with its place, also what a parser would silently bend. */
export type JsonCheck = (value: JsonValue, at: Place | undefined, found: JsonProblem[], depth: number) => void;

/** Messages inside one another, as deep as implementations of Protocol Buffers read them at least. */
export const DEPTH_MAX = 100;
/** Nobody mends more at once. */
export const PROBLEMS_MAX = 50;

export function report(found: JsonProblem[], at: Place | undefined, rule: string, description: string): void {
  let pointer = "";
  let field = "";
  for (let place = at; place !== undefined; place = place.above) {
    pointer = `/${escapePointer(String(place.key).slice(0, 200))}${pointer}`;
    field = `${place.field.slice(0, 200)}${field === "" || field.startsWith("[") ? "" : "."}${field}`;
  }
  found.push({ field, pointer, rule, description });
}

export function reportDepth(found: JsonProblem[], at: Place | undefined): void {
  report(found, at, "json.depth", `lies deeper than ${DEPTH_MAX} levels`);
}

import type { DescMessage } from "@bufbuild/protobuf";
import type { Idempotency, ReasonFacts } from "./facts.ts";

/** What every method may refuse with, whatever it does; which is why no list for people repeats them. */
export const REASONS_OF_EVERY_METHOD: ReadonlySet<string> = new Set([
  "INVALID_REQUEST",
  "UNAUTHENTICATED",
  "SCOPE_MISSING",
  "OVERLOADED",
  "CLOCK_NOT_ALLOWED",
  "DEADLINE_EXCEEDED",
  "DEPENDENCY_UNAVAILABLE",
  "INTERNAL",
  "RATE_LIMITED",
]);

/** As much of a method as some of its refusals follow from. */
export interface MethodShape {
  readonly input: DescMessage;
  readonly idempotency: Idempotency;
  readonly propertyField?: string;
}

/** Whether a method of this shape may refuse with a reason; undefined where the shape says nothing of it. */
export const followsFromShape = (reason: string, shape: MethodShape): boolean | undefined => {
  const has = (name: string): boolean => hasField(shape.input, name);
  switch (reason) {
    case "PROPERTY_NOT_GRANTED":
      return shape.propertyField === undefined ? undefined : true;
    case "IDEMPOTENCY_KEY_REUSED":
    case "IDEMPOTENCY_IN_PROGRESS":
      return has("request_id") && shape.idempotency !== "NO_SIDE_EFFECTS";
    case "ETAG_MISMATCH":
      // An update brings the etag within the resource that it changes (AIP-154).
      return has("etag") || (has("update_mask") && shape.input.fields.some(({ message }) => hasField(message, "etag")));
    case "PAGE_TOKEN_INVALID":
      return has("page_token");
    default:
      return REASONS_OF_EVERY_METHOD.has(reason) ? true : undefined;
  }
};

const hasField = (message: DescMessage | undefined, name: string): boolean =>
  message?.fields.some((field) => field.name === name) === true;

/**
 * What a method may refuse with, in the order of the catalogue: what it declares, and what follows from its shape. Throws where it declares
 * what the catalogue does not know.
 */
export const readMethodReasons = (
  method: string,
  declared: readonly string[],
  shape: MethodShape,
  catalogue: ReadonlyMap<string, ReasonFacts>,
): ReadonlySet<string> => {
  const unknown = declared.find((reason) => !catalogue.has(reason));
  if (unknown !== undefined) {
    throw new Error(`${method}: its reasons name ${unknown}, which no error catalogue of the contract has`);
  }
  const may = (reason: string): boolean => declared.includes(reason) || followsFromShape(reason, shape) === true;
  return new Set([...catalogue.keys()].filter(may));
};

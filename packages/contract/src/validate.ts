import { create, type DescField, type DescMessage, fromBinary, type Message, type Registry } from "@bufbuild/protobuf";
import { pathToString } from "@bufbuild/protobuf/reflect";
import { createValidator, type Violation } from "@bufbuild/protovalidate";
import type { Contract, FieldViolation, MethodFacts } from "./facts.ts";
import { nulViolations } from "./nul-texts.ts";
import type { OptionReader } from "./options.ts";
import { surelyValid } from "./surely-valid.ts";
import { unknownFieldNames } from "./unknown-fields.ts";
import { updateScope } from "./update-scope.ts";

export type MessageCheck = (desc: DescMessage) => (message: Message) => readonly FieldViolation[];

export interface Decoded {
  readonly message: Message;
  readonly violations: readonly FieldViolation[];
  /** Paths of fields that the contract does not know, such as `reservation.#99`. */
  readonly unknownFields: readonly string[];
}

const NONE: readonly FieldViolation[] = [];

export const messageCheck = (registry: Registry, options: OptionReader): MessageCheck => {
  const validator = createValidator({ registry, regexMatch: nativeMatch() });
  const surely = surelyValid(registry);
  return (desc) => {
    const scope = updateScope(desc, options);
    const isSurelyValid = surely(desc);
    let isProven = false;
    return (message) => {
      // The first one goes the long way, which compiles the rules and finds out whether they work at all.
      if (isProven && message.$typeName === desc.typeName && isSurelyValid(message)) return NONE;
      const result = validator.validate(desc, message);
      isProven ||= result.kind !== "error";
      switch (result.kind) {
        case "valid":
          return NONE;
        case "invalid": {
          const violations = result.violations.map((violation) => ({
            field: pathToString(violation.field),
            rule: violation.ruleId,
            description: hint(violation, options) ?? violation.message,
          }));
          return scope === undefined ? violations : scope(message, violations);
        }
        case "error":
          throw new Error(`the validation rules of ${desc.typeName} do not work`, { cause: result.error });
      }
    };
  };
};

/** A broken form tells a caller little, so that a field's own words take its place. */
const hint = (violation: Violation, options: OptionReader): string | undefined => {
  const field = /\.(pattern|uuid)$/.test(violation.ruleId)
    ? violation.field.findLast((part): part is DescField => part.kind === "field")
    : undefined;
  const words = field === undefined ? "" : options.field(field)?.hint;
  return words === "" ? undefined : words;
};

/** Bytes that are no message of the method's input type come back as a violation too, so that there is one way to refuse. */
export const decodeAndValidate = (method: MethodFacts, bytes: Uint8Array): Decoded => {
  let message: Message;
  try {
    message = fromBinary(method.input, bytes);
  } catch (problem) {
    const description = `not a ${method.input.typeName}: ${problem instanceof Error ? problem.message : "bad bytes"}`;
    return {
      message: create(method.input),
      violations: [{ field: "", rule: "wire_format", description }],
      unknownFields: [],
    };
  }
  const violations = [...method.validate(message), ...nulViolations(method.input, message, bytes)];
  return { message, violations, unknownFields: unknownFieldNames(method.input, message) };
};

/** The first validation of a type compiles its rules, which takes up to half a second: better at start than in a call. */
export const warm = (_contract: Contract, methods: Iterable<MethodFacts>): void => {
  const seen = new Set<string>();
  for (const method of methods) {
    if (!seen.has(method.input.typeName)) {
      seen.add(method.input.typeName);
      decodeAndValidate(method, new Uint8Array());
    }
  }
};

/**
 * Patterns come from the contract, never from a caller, so that the platform's engine, far faster than the default one, is safe.
 * Every pattern is compiled once; their number is bounded by the contract.
 */
const nativeMatch = (): ((pattern: string, against: string) => boolean) => {
  const compiled = new Map<string, RegExp>();
  return (pattern, against) => {
    const known = compiled.get(pattern);
    const regex = known ?? new RegExp(pattern, "u");
    if (known === undefined) {
      compiled.set(pattern, regex);
    }
    return regex.test(against);
  };
};

export { loadContract } from "./contract.ts";
export type {
  Contract,
  FieldViolation,
  Idempotency,
  MethodFacts,
  MethodKind,
  Priority,
  ReasonFacts,
  ServiceFacts,
} from "./facts.ts";
export { fingerprint } from "./fingerprint.ts";
export type { HttpRule } from "./http-rule.ts";
export { defaultImage } from "./image.ts";
export type { OptionReader } from "./options.ts";
export { reasonsOfPackage } from "./reasons.ts";
export { type Decoded, decodeAndValidate, warm } from "./validate.ts";

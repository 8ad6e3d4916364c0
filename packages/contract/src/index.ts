export { type CallPolicy, callPolicy, RETRY, type RetryPolicy, retryWaitMs } from "./call-policy.ts";
export { type Comments, readComments } from "./comments.ts";
export { loadContract } from "./contract.ts";
export type {
  Contract,
  FanOut,
  FieldViolation,
  Idempotency,
  MethodFacts,
  MethodKind,
  Priority,
  ReasonFacts,
  Retirement,
  ServiceFacts,
} from "./facts.ts";
export { isScalarMessage, isTextField, isWrapper } from "./field-path.ts";
export { fingerprint } from "./fingerprint.ts";
export type { HttpRule } from "./http-rule.ts";
export { defaultImage } from "./image.ts";
export { REASONS_OF_EVERY_METHOD } from "./method-reasons.ts";
export { type OpenApiOptions, openApiDocument } from "./openapi/document.ts";
export type { OptionReader } from "./options.ts";
export { reasonsOfPackage } from "./reasons.ts";
export { createReflection, REFLECTION_PATHS, type Reflection } from "./reflection.ts";
export { createRetryBudget, RETRY_THROTTLING, type RetryBudget, type RetryThrottling } from "./retry-budget.ts";
export { createRouter, type Match, type Router } from "./router.ts";
export { type BodyBinding, compileRoutes, type PathBinding, type Route } from "./routes.ts";
export { LOAD_BALANCING, type MethodConfig, type ServiceConfig, serviceConfig } from "./service-config.ts";
export { type Decoded, decodeAndValidate, warm } from "./validate.ts";

export { type BackgroundCall, type CallContext, type Caller, withScopes } from "./call.ts";
export { RemoteFault } from "./client-failure.ts";
export type { CallOf, Calls, Client, ClientTls, ConnectOptions } from "./client-types.ts";
export { type Clock, systemClock } from "./clock.ts";
export { commonSettings, portSetting, serviceKeySetting } from "./common-settings.ts";
export { connect } from "./connect.ts";
export {
  type Handler,
  type Handlers,
  type Implementation,
  implement,
  type RequestOf,
  type ResponseOf,
  type ServiceDefinition,
  type WireMethod,
} from "./handlers.ts";
export { type LogLevel, type LogOptions, openLog } from "./log.ts";
export { type Logger, silentLog } from "./logger.ts";
export { personalNames } from "./personal-names.ts";
export { hasGrant, mayUse, type Principal, type PrincipalFacts, principalOf } from "./principal.ts";
export { fixedPrincipals, openPrincipals, type Principals } from "./principals.ts";
export { type FieldViolation, Refusal, type RefusalExtras } from "./refusal.ts";
export { type KeptAnswer, type KeptRequest, needGrantFor, requestOutcome } from "./request-outcome.ts";
export { type ProcessOptions, type RunningProcess, runProcess } from "./run-process.ts";
export { serve } from "./serve.ts";
export type { Limits, RunningServer, ServeOptions, ServerTls } from "./serve-options.ts";
export {
  address,
  type Environment,
  integer,
  oneOf,
  optional,
  readSettings,
  type Setting,
  SettingsError,
  secret,
  text,
  url,
} from "./settings.ts";
export { noTelemetry, startTelemetry, type Telemetry, type TelemetryOptions } from "./telemetry.ts";
export type { LiveSpan, SpanKind, TraceParent, TraceSpan } from "./trace.ts";

import { isObject } from "./answer.ts";

/** One field of a request that is wrong. */
export interface Violation {
  readonly field: string;
  readonly reason: string;
  readonly description: string;
}

export interface ErrorDetails {
  readonly message: string;
  /** Such as ROOM_SOLD_OUT; empty where the answer named none. */
  readonly reason: string;
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** The gRPC status by name, such as FAILED_PRECONDITION. */
  readonly code: string;
  readonly title: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly violations: readonly Violation[];
  readonly retryAfterMs: number | undefined;
  /** The id of the call in the logs of staymesh: name it when you ask for help. */
  readonly callId: string;
  /** The request id of a write: with it and the same request, the write can be sent again and is still done once. */
  readonly requestId: string | undefined;
  /** True where this is the stored answer to an earlier attempt: sending it again gives the same once more. */
  readonly replayed: boolean;
}

/** Anything that staymesh refused. There is a class for each reason of the contract; a newer reason comes as this class. */
export class StaymeshError extends Error implements ErrorDetails {
  override readonly name: string = "StaymeshError";
  readonly reason: string;
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly remedy: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly violations: readonly Violation[];
  readonly retryAfterMs: number | undefined;
  readonly callId: string;
  readonly requestId: string | undefined;
  readonly replayed: boolean;

  constructor(details: ErrorDetails, options?: ErrorOptions) {
    super(details.message, options);
    this.reason = details.reason;
    this.status = details.status;
    this.code = details.code;
    this.title = details.title;
    this.remedy = details.remedy;
    this.facts = details.facts;
    this.violations = details.violations;
    this.retryAfterMs = details.retryAfterMs;
    this.callId = details.callId;
    this.requestId = details.requestId;
    this.replayed = details.replayed;
  }
}

/** No answer came: whether a write was done is not known until it is sent again with the same request id. */
export class ConnectionError extends StaymeshError {
  override readonly name: string = "ConnectionError";
}

/** The time of the call was over before an answer came; of a write the same holds as for ConnectionError. */
export class TimeoutError extends StaymeshError {
  override readonly name: string = "TimeoutError";
}

export type ErrorClass = new (details: ErrorDetails) => StaymeshError;

/** The error that a problem+json body tells, in the class of its reason. */
export function errorOfProblem(
  classes: Readonly<Record<string, ErrorClass>>,
  problem: unknown,
  status: number,
  requestId: string | undefined,
  replayed: boolean,
): StaymeshError {
  const body = isObject(problem) ? problem : {};
  const text = (name: string) => (typeof body[name] === "string" ? body[name] : "");
  const reason = text("reason");
  const details: ErrorDetails = {
    message: text("detail") || text("title") || `HTTP ${status}`,
    reason,
    status: typeof body["status"] === "number" ? body["status"] : status,
    code: text("code"),
    title: text("title"),
    remedy: text("remedy"),
    facts: factsOf(body["metadata"]),
    violations: violationsOf(body["errors"]),
    retryAfterMs: typeof body["retryAfter"] === "number" ? body["retryAfter"] * 1000 : undefined,
    callId: text("requestId"),
    requestId,
    replayed,
  };
  const known = Object.hasOwn(classes, reason) ? classes[reason] : undefined;
  return known === undefined ? new StaymeshError(details) : new known(details);
}

/** What is told of a failure that no server told. */
export function localDetails(message: string, code: string, requestId: string | undefined): ErrorDetails {
  return {
    message,
    reason: "",
    status: 0,
    code,
    title: "No answer",
    remedy: "Send the same request again; a write with the same request id is done once.",
    facts: {},
    violations: [],
    retryAfterMs: undefined,
    callId: "",
    requestId,
    replayed: false,
  };
}

function factsOf(value: unknown): Readonly<Record<string, string>> {
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)])) : {};
}

function violationsOf(value: unknown): readonly Violation[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [];
  return all.filter(isObject).map((one) => ({
    field: String(one["field"] ?? ""),
    reason: String(one["reason"] ?? ""),
    description: String(one["description"] ?? ""),
  }));
}

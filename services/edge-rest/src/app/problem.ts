import type { ReasonFacts } from "@staymesh/contract";
import { codeName } from "./codes.ts";
import { OWN_REASONS } from "./own-reasons.ts";

/** One place in a request that is wrong, in the names that the client used. */
export interface FieldProblem {
  /** The field by its proto names, or the header. */
  readonly field: string;
  readonly in: "body" | "query" | "path" | "header";
  /** A JSON pointer into the body. */
  readonly pointer?: string;
  /** The query parameter, path variable or header. */
  readonly parameter?: string;
  readonly reason: string;
  readonly description: string;
}

/** Why a request is not answered as it was meant: everything that problem+json tells. */
export interface ProblemFacts {
  readonly status: number;
  readonly code: number;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly reason?: string;
  readonly remedy?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly errors?: readonly FieldProblem[];
  readonly retryAfterMs?: number;
  /** The names of the quotas that are used up (draft-ietf-httpapi-ratelimit-headers). */
  readonly violatedPolicies?: readonly string[];
  readonly details?: readonly unknown[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Leaves the handling of a request at once; the edge answers with the facts. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly facts: ProblemFacts;

  constructor(facts: ProblemFacts) {
    super(facts.detail);
    this.facts = facts;
  }
}

export const ERROR_DOMAIN = "staymesh.io";
const ERRORS_MAX = 50;

export type Reasons = ReadonlyMap<string, ReasonFacts>;

export type ProblemExtras = Partial<
  Pick<ProblemFacts, "type" | "errors" | "retryAfterMs" | "violatedPolicies" | "headers">
>;

/** A problem that the edge itself finds. The contract's catalogue is asked first, so that both tell the same reason alike. */
export function ownProblem(reasons: Reasons, reason: OwnReason, detail: string, extras: ProblemExtras = {}): Problem {
  const facts = reasons.get(reason) ?? OWN_REASONS[reason];
  return new Problem({
    status: facts.httpStatus,
    code: facts.code,
    type: typeOf(ERROR_DOMAIN, reason),
    title: facts.title,
    remedy: facts.remedy,
    detail,
    reason,
    ...extras,
    ...(extras.errors === undefined ? {} : { errors: extras.errors.slice(0, ERRORS_MAX) }),
  });
}

export type OwnReason = keyof typeof OWN_REASONS;

/** A request that breaks the contract, with every place where it does. */
export function invalidRequest(reasons: Reasons, errors: readonly FieldProblem[]): Problem {
  return ownProblem(reasons, "INVALID_REQUEST", fieldsDetail(errors), { errors });
}

/** The first of some fields that are wrong, by the name that the client uses, and how many there are. */
export function fieldsDetail(errors: readonly FieldProblem[]): string {
  const [first] = errors;
  const place = first === undefined ? "The request" : first.parameter || first.pointer || first.field || "The request";
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return `${place}: ${first?.description ?? "invalid"}${others}`;
}

export function typeOf(domain: string, reason: string): string {
  return `https://${domain}/problems/${reason}`;
}

/** The headers of a refusal, whatever carries it. */
export function problemHeaders({ retryAfterMs, headers }: ProblemFacts): Readonly<Record<string, string>> {
  return { ...(retryAfterMs === undefined ? {} : { "retry-after": String(wholeSeconds(retryAfterMs)) }), ...headers };
}

const wholeSeconds = (ms: number): number => Math.ceil(ms / 1000);

export interface ProblemIds {
  readonly instance: string;
  readonly requestId: string;
  readonly traceId: string;
}

/** The body of problem+json; members without a value are left out. */
export function problemBody(facts: ProblemFacts, ids: ProblemIds): object {
  const { status, code, type, title, detail, reason, remedy, metadata, errors, retryAfterMs, details } = facts;
  const { violatedPolicies } = facts;
  return {
    type,
    title,
    status,
    detail,
    instance: ids.instance,
    code: codeName(code),
    reason,
    remedy: remedy === "" ? undefined : remedy,
    metadata: metadata === undefined || Object.keys(metadata).length === 0 ? undefined : metadata,
    errors: errors === undefined || errors.length === 0 ? undefined : errors,
    retryAfter: retryAfterMs === undefined ? undefined : wholeSeconds(retryAfterMs),
    "violated-policies": violatedPolicies,
    details: details === undefined || details.length === 0 ? undefined : details,
    requestId: ids.requestId,
    traceId: ids.traceId,
  };
}

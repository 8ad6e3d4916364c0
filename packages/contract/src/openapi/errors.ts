import type { Contract, MethodFacts, ReasonFacts } from "../facts.ts";
import { reasonsOfPackage } from "../reasons.ts";
import type { Route } from "../routes.ts";
import { refusalHeaders } from "./headers.ts";
import { type Json, present } from "./json.ts";
import { problemExample } from "./problem.ts";

/**
 * The responses of one operation that are no success, by status: what its method says that it refuses with; in a contract that does not
 * say it, whatever the error catalogue of its package and the common one have.
 */
export interface ErrorResponses {
  readonly of: (route: Route) => Json;
  /** The responses that operations refer to: many of them refuse for the same reasons. */
  readonly components: () => Json;
}

const COMMON = "staymesh.type.v1.CommonReason";
const FAILED_PRECONDITION = 9;
const ABORTED = 10;

/** A reason as far as a document tells it. */
export type ToldReason = Pick<ReasonFacts, "reason" | "code" | "httpStatus" | "title" | "remedy">;

interface ErrorOptions {
  readonly asksKeys: boolean;
  readonly ownReasons?: readonly ToldReason[];
}

export const errorResponses = (contract: Contract, { asksKeys, ownReasons = [] }: ErrorOptions): ErrorResponses => {
  const common = [...contract.reasons.values()].filter(isCommon);
  const own = ownReasons
    .filter(({ reason }) => !contract.reasons.has(reason))
    .map((one): ReasonFacts => ({ ...one, enums: [COMMON] }));
  const methods = contract.services.flatMap((service) => service.methods);
  const telling = new Set(methods.filter(({ ownReasons }) => ownReasons.length > 0).map(packageOf));
  const possible = ({ method }: Route): readonly ReasonFacts[] => {
    const name = packageOf(method);
    return telling.has(name)
      ? [...contract.reasons.values()].filter(({ reason }) => method.reasons.has(reason))
      : [...common, ...reasonsOfPackage(contract.reasons, name)];
  };
  const components = new Map<string, Json>();
  const names = new Map<string, string>();
  const shared = (route: Route, status: number, group: readonly ReasonFacts[]): Json => {
    const key = `${status} ${group.map(({ reason }) => reason).join()}`;
    const service = route.method.service.slice(route.method.service.lastIndexOf(".") + 1);
    const holder = group.every(isCommon) ? "Common" : service;
    const name = names.get(key) ?? unused(`${holder}_${status}`, components);
    names.set(key, name);
    components.set(name, errorResponse(status, group));
    return { $ref: `#/components/responses/${name}` };
  };
  const of = (route: Route): Json => {
    const mayGive = telling.has(packageOf(route.method)) ? () => true : (one: ReasonFacts) => followsShape(route, one);
    const reasons = new Map(
      [...possible(route).filter(mayGive), ...own]
        .filter((one) => concerns(route, one, asksKeys))
        .map((one) => [one.reason, one]),
    );
    const byStatus = Map.groupBy(reasons.values(), ({ httpStatus }) => httpStatus);
    const told = [...byStatus].sort(([one], [other]) => one - other);
    return {
      ...Object.fromEntries(told.map(([status, group]) => [String(status), shared(route, status, group)])),
      default: { $ref: "#/components/responses/Problem" },
    };
  };
  return { of, components: () => Object.fromEntries(components) };
};

const isCommon = ({ enums }: ReasonFacts): boolean => enums.some((name) => name.endsWith(".CommonReason"));

const unused = (name: string, taken: ReadonlyMap<string, Json>): string => {
  let free = name;
  for (let count = 2; taken.has(free); count++) {
    free = `${name}_${count}`;
  }
  return free;
};

const packageOf = ({ service }: MethodFacts): string => service.slice(0, service.lastIndexOf("."));

/** What a method of this shape may refuse with, where it does not say so itself. */
const followsShape = ({ method, verb, template, body }: Route, { reason, code, enums }: ReasonFacts): boolean => {
  const has = (name: string) => method.input.fields.some((field) => field.name === name);
  if (!enums.some((name) => name.endsWith(".CommonReason"))) {
    // A plain read meets no rule of the trade.
    return verb !== "GET" || template.verb !== "" || (code !== FAILED_PRECONDITION && code !== ABORTED);
  }
  switch (reason) {
    case "IDEMPOTENCY_KEY_REUSED":
    case "IDEMPOTENCY_IN_PROGRESS":
      return has("request_id") && method.idempotency !== "NO_SIDE_EFFECTS";
    case "ETAG_MISMATCH":
      return (
        has("etag") ||
        (!method.creates &&
          body.kind === "field" &&
          body.field.message?.fields.some(({ name }) => name === "etag") === true)
      );
    case "PAGE_TOKEN_INVALID":
      return has("page_token");
    case "ALREADY_EXISTS":
      return method.creates;
    case "PROPERTY_NOT_GRANTED":
      return method.propertyField !== undefined;
    default:
      return true;
  }
};

/** Leaves out what nobody meets on this way to the method. */
const concerns = ({ method, body }: Route, { reason }: ReasonFacts, asksKeys: boolean): boolean => {
  switch (reason) {
    case "UNAUTHENTICATED":
    case "SCOPE_MISSING":
    case "RATE_LIMITED":
      return asksKeys && !method.public;
    case "BODY_TOO_LARGE":
    case "UNSUPPORTED_MEDIA_TYPE":
      return body.kind !== "none";
    case "NOT_REPEATABLE":
      return method.idempotency !== "NO_SIDE_EFFECTS" && !method.input.fields.some(({ name }) => name === "request_id");
    case "ROUTE_NOT_FOUND":
    case "METHOD_NOT_ALLOWED":
    case "CLIENT_LEFT":
      // Nobody who calls an operation as it is described meets them.
      return false;
    default:
      return true;
  }
};

const errorResponse = (status: number, reasons: readonly ReasonFacts[]): Json => {
  const lines = reasons.map(({ reason, title, remedy }) => `- \`${reason}\`: ${title}. ${remedy}`.trim());
  const schema = {
    allOf: [
      { $ref: "#/components/schemas/Problem" },
      { type: "object", properties: { reason: { type: "string", enum: reasons.map(({ reason }) => reason) } } },
    ],
  };
  const example = reasons[0] === undefined ? undefined : problemExample(status, reasons[0]);
  return {
    description: lines.join("\n"),
    headers: refusalHeaders(status),
    content: { "application/problem+json": present({ schema, example }) },
  };
};

import type { Contract, ReasonFacts } from "../facts.ts";
import { reasonsOfPackage } from "../reasons.ts";
import type { Route } from "../routes.ts";
import { type Json, present } from "./json.ts";

/** The responses of one operation that are no success, by status: what the error catalogue of its package and the common one may say. */
export interface ErrorResponses {
  readonly of: (route: Route) => Json;
  /** The responses that operations refer to: many of them refuse for the same reasons. */
  readonly components: () => Json;
}

const FAILED_PRECONDITION = 9;
const ABORTED = 10;

export const errorResponses = (contract: Contract): ErrorResponses => {
  const everywhere = [...contract.reasons.values()].filter(({ enums }) =>
    enums.some((name) => name.endsWith(".CommonReason")),
  );
  const components = new Map<string, Json>();
  const names = new Map<string, string>();
  const shared = (route: Route, status: number, group: readonly ReasonFacts[]): Json => {
    const key = `${status} ${group.map(({ reason }) => reason).join()}`;
    const service = route.method.service.slice(route.method.service.lastIndexOf(".") + 1);
    const name = names.get(key) ?? unused(`${service}_${status}`, components);
    names.set(key, name);
    components.set(name, errorResponse(group));
    return { $ref: `#/components/responses/${name}` };
  };
  const of = (route: Route): Json => {
    const { method } = route;
    const ofPackage = reasonsOfPackage(contract.reasons, method.service.slice(0, method.service.lastIndexOf(".")));
    const reasons = new Map(
      [...everywhere, ...ofPackage].filter((one) => concerns(route, one)).map((one) => [one.reason, one]),
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

const unused = (name: string, taken: ReadonlyMap<string, Json>): string => {
  let free = name;
  for (let count = 2; taken.has(free); count++) {
    free = `${name}_${count}`;
  }
  return free;
};

/** Leaves out what a route cannot meet by its shape. */
const concerns = ({ method, verb, template, body }: Route, { reason, code, enums }: ReasonFacts): boolean => {
  const has = (name: string) => method.input.fields.some((field) => field.name === name);
  if (!enums.some((name) => name.endsWith(".CommonReason"))) {
    // A plain read meets no rule of the trade.
    return verb !== "GET" || template.verb !== "" || (code !== FAILED_PRECONDITION && code !== ABORTED);
  }
  switch (reason) {
    case "IDEMPOTENCY_KEY_REUSED":
    case "IDEMPOTENCY_IN_PROGRESS":
      return has("request_id");
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
    case "UNAUTHENTICATED":
    case "SCOPE_MISSING":
    case "RATE_LIMITED":
      return !method.public;
    default:
      return true;
  }
};

const errorResponse = (reasons: readonly ReasonFacts[]): Json => {
  const lines = reasons.map(({ reason, title, remedy }) => `- \`${reason}\`: ${title}. ${remedy}`.trim());
  const schema = {
    allOf: [
      { $ref: "#/components/schemas/Problem" },
      { type: "object", properties: { reason: { type: "string", enum: reasons.map(({ reason }) => reason) } } },
    ],
  };
  return { description: lines.join("\n"), content: { "application/problem+json": { schema } } };
};

/** The components that every error response uses. */
export const problemSchema = (): Json => {
  const text = (description: string): Json => ({ type: "string", description });
  return {
    title: "Problem",
    type: "object",
    description: "Why a request was refused (RFC 9457).",
    required: ["type", "title", "status", "detail", "code"],
    properties: {
      type: {
        type: "string",
        format: "uri-reference",
        description: "Stands for the reason, the same for every occurrence.",
      },
      title: text("What the reason means, the same for every occurrence."),
      status: { type: "integer", description: "The HTTP status." },
      detail: text("What happened this time."),
      instance: text("The path that was asked for."),
      code: text("The gRPC status code, such as FAILED_PRECONDITION."),
      reason: text("The reason, for programs."),
      remedy: text("What can be done about it."),
      metadata: {
        type: "object",
        additionalProperties: { type: "string" },
        description: "Facts about this occurrence.",
      },
      errors: {
        type: "array",
        description: "Every place in the request that is wrong.",
        items: present({
          type: "object",
          required: ["field", "in", "reason", "description"],
          properties: {
            field: text("The field by its name in the contract, or the header."),
            in: { type: "string", enum: ["body", "query", "path", "header"] },
            pointer: text("A JSON pointer into the body."),
            parameter: text("The query parameter, path variable or header."),
            reason: text("The rule that is broken."),
            description: text("How the value has to be."),
          },
        }),
      },
      retryAfter: { type: "integer", description: "Seconds after which the same request may succeed." },
      "violated-policies": {
        type: "array",
        description: "The quotas that are used up, by their names in RateLimit-Policy.",
        items: { type: "string" },
      },
      details: { type: "array", items: { type: "object" }, description: "Further details of the service." },
      requestId: text("The id of this request, as in X-Request-Id."),
      traceId: text("Finds the request in logs and traces."),
    },
  };
};

import type { ReasonFacts } from "../facts.ts";
import { type Json, present } from "./json.ts";

const DOMAIN = "staymesh.io";

/** A refusal as it is told. */
export const problemExample = (status: number, { reason, title, remedy, code }: ReasonFacts): Json =>
  present({
    type: `https://${DOMAIN}/problems/${reason}`,
    title,
    status,
    detail: `${title}.`,
    code: CODES[code] ?? "UNKNOWN",
    reason,
    remedy,
  });

/** The names of the gRPC status codes, by number. */
const CODES: readonly string[] = [
  ...["OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS"],
  ...["PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED"],
  ...["INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"],
];

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

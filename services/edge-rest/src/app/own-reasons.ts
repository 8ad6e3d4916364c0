import {
  ABORTED,
  CANCELLED,
  DEADLINE_EXCEEDED,
  FAILED_PRECONDITION,
  INTERNAL,
  INVALID_ARGUMENT,
  NOT_FOUND,
  RESOURCE_EXHAUSTED,
  UNAUTHENTICATED,
  UNAVAILABLE,
  UNIMPLEMENTED,
} from "./codes.ts";

/** What the edge itself may have to say, also in front of a contract that has no error catalogue. */
export const OWN_REASONS = {
  INVALID_REQUEST: {
    code: INVALID_ARGUMENT,
    httpStatus: 400,
    title: "The request breaks the contract",
    remedy: "Mend the named fields and send it again.",
  },
  UNAUTHENTICATED: {
    code: UNAUTHENTICATED,
    httpStatus: 401,
    title: "The key is missing or unknown",
    remedy: "Send `Authorization: Bearer <key>` with a key that is in force.",
  },
  ROUTE_NOT_FOUND: {
    code: NOT_FOUND,
    httpStatus: 404,
    title: "There is no such path",
    remedy: "Look the path up in /openapi.json or /docs.",
  },
  METHOD_NOT_ALLOWED: {
    code: UNIMPLEMENTED,
    httpStatus: 405,
    title: "The path does not take this HTTP method",
    remedy: "Use one of the methods that the Allow header names.",
  },
  ETAG_MISMATCH: {
    code: ABORTED,
    httpStatus: 412,
    title: "The resource has changed",
    remedy: "Read it again and decide anew.",
  },
  BODY_TOO_LARGE: {
    code: RESOURCE_EXHAUSTED,
    httpStatus: 413,
    title: "The body is too large",
    remedy: "Send less at once.",
  },
  URI_TOO_LONG: {
    code: INVALID_ARGUMENT,
    httpStatus: 414,
    title: "The path and query are too long",
    remedy: "Send fewer or shorter parameters.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    code: INVALID_ARGUMENT,
    httpStatus: 415,
    title: "The body is of a type that is not taken here",
    remedy: "Send JSON in UTF-8 as application/json.",
  },
  RATE_LIMITED: {
    code: RESOURCE_EXHAUSTED,
    httpStatus: 429,
    title: "The quota of the key is used up",
    remedy: "Wait as long as Retry-After says, and send the request again.",
  },
  HEADERS_TOO_LARGE: {
    code: INVALID_ARGUMENT,
    httpStatus: 431,
    title: "The headers are too large",
    remedy: "Send fewer or shorter headers.",
  },
  CLIENT_LEFT: {
    code: CANCELLED,
    httpStatus: 499,
    title: "The client left",
    remedy: "",
  },
  INTERNAL: {
    code: INTERNAL,
    httpStatus: 500,
    title: "Something failed on our side",
    remedy: "Send the same request again; give the trace id when you ask about it.",
  },
  DEPENDENCY_UNAVAILABLE: {
    code: UNAVAILABLE,
    httpStatus: 503,
    title: "A needed service cannot be reached",
    remedy: "Send the same request again with the same request id.",
  },
  DEADLINE_EXCEEDED: {
    code: DEADLINE_EXCEEDED,
    httpStatus: 504,
    title: "The deadline passed",
    remedy: "Send the same request again with the same request id.",
  },
  NOT_REPEATABLE: {
    code: FAILED_PRECONDITION,
    httpStatus: 400,
    title: "The method cannot be made safe to repeat",
    remedy: "Leave out Idempotency-Key.",
  },
} as const;

/** The same for the documentation. */
export const toldReasons = Object.entries(OWN_REASONS).map(([reason, told]) => ({ reason, ...told }));

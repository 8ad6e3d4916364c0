import type { EdgeRequest, EdgeResponse } from "./ports.ts";

export interface Cors {
  /** Answers OPTIONS, with what a browser asks where its origin is allowed. */
  readonly preflight: (request: EdgeRequest, allow: readonly string[]) => EdgeResponse;
  /** Lets an allowed origin read an answer. */
  readonly mark: (request: EdgeRequest, response: EdgeResponse) => EdgeResponse;
}

const REQUEST_HEADERS = [
  "accept-language",
  "authorization",
  "connect-protocol-version",
  "connect-timeout-ms",
  "content-type",
  "grpc-timeout",
  "idempotency-key",
  "if-match",
  "if-none-match",
  "last-event-id",
  "staymesh-now",
  "traceparent",
  "x-grpc-web",
  "x-request-id",
  "x-server-timeout",
  "x-user-agent",
].join(", ");

const RESPONSE_HEADERS = [
  "content-disposition",
  "deprecation",
  "etag",
  "grpc-message",
  "grpc-status",
  "grpc-status-details-bin",
  "idempotency-replayed",
  "link",
  "location",
  "ratelimit",
  "ratelimit-policy",
  "retry-after",
  "sunset",
  "x-request-id",
].join(", ");

/** Exact origins, or "*" for any; with none, browsers of other origins are left out. */
export function createCors(origins: readonly string[]): Cors {
  const any = origins.includes("*");
  const allowed = new Set(origins);
  const originOf = ({ headers }: EdgeRequest): string | undefined => {
    const { origin } = headers;
    return origin !== undefined && (any || allowed.has(origin)) ? origin : undefined;
  };
  return {
    preflight: (request, allow) => {
      const isPreflight = request.headers["access-control-request-method"] !== undefined;
      const headers = {
        allow: allow.join(", "),
        ...(originOf(request) === undefined || !isPreflight
          ? {}
          : {
              "access-control-allow-methods": allow.join(", "),
              "access-control-allow-headers": REQUEST_HEADERS,
              "access-control-max-age": "600",
            }),
      };
      return { status: 204, headers, content: { kind: "none" } };
    },
    mark: (request, response) => {
      if (origins.length === 0) return response;
      const origin = originOf(request);
      const headers = {
        ...response.headers,
        vary: "Origin",
        ...(origin === undefined
          ? {}
          : { "access-control-allow-origin": any ? "*" : origin, "access-control-expose-headers": RESPONSE_HEADERS }),
      };
      return { ...response, headers };
    },
  };
}

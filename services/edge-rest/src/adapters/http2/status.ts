import { constants, type IncomingHttpHeaders } from "node:http2";
import {
  CANCELLED,
  INTERNAL,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  UNAUTHENTICATED,
  UNAVAILABLE,
  UNIMPLEMENTED,
  UNKNOWN,
} from "../../app/codes.ts";

/** How a call ended. */
export interface CallStatus {
  readonly code: number;
  readonly message: string;
  readonly trailers: IncomingHttpHeaders;
}

const NO_TRAILERS: IncomingHttpHeaders = {};
const CODE_MAX = 16;

export function statusOf(code: number, message: string): CallStatus {
  return { code, message, trailers: NO_TRAILERS };
}

/** Reads `grpc-status` and `grpc-message`; undefined where the server gave no status. */
export function readStatus(trailers: IncomingHttpHeaders): CallStatus | undefined {
  const text = trailers["grpc-status"];
  if (text === undefined) return undefined;
  const sent = trailers["grpc-message"];
  const message = typeof sent === "string" ? decodeMessage(sent) : "";
  const code = /^\d{1,2}$/.test(String(text)) ? Number(text) : UNKNOWN;
  // A code that is not known yet is no reason to fail otherwise than UNKNOWN does.
  return { code: code <= CODE_MAX ? code : UNKNOWN, message, trailers };
}

/** Percent-decoding of `grpc-message`; a message that is wrongly encoded is given as it came, since gRPC forbids to lose it. */
export function decodeMessage(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What an HTTP status means where there is no `grpc-status` (gRPC's http-grpc-status-mapping). */
export function statusOfHttp(status: number | undefined): CallStatus {
  return statusOf(codeOfHttp(status), `HTTP status ${status ?? "unknown"} without a gRPC status`);
}

function codeOfHttp(status: number | undefined): number {
  switch (status) {
    case 400:
      return INTERNAL;
    case 401:
      return UNAUTHENTICATED;
    case 403:
      return PERMISSION_DENIED;
    case 404:
      return UNIMPLEMENTED;
    case 429:
    case 502:
    case 503:
    case 504:
      return UNAVAILABLE;
    default:
      return UNKNOWN;
  }
}

/** What a RST_STREAM means (gRPC over HTTP/2, "Errors"). */
export function statusOfReset(reset: number): CallStatus {
  return statusOf(codeOfReset(reset), `the stream was reset with HTTP/2 code ${reset}`);
}

function codeOfReset(reset: number): number {
  switch (reset) {
    case constants.NGHTTP2_REFUSED_STREAM:
      return UNAVAILABLE;
    case constants.NGHTTP2_CANCEL:
      return CANCELLED;
    case constants.NGHTTP2_ENHANCE_YOUR_CALM:
      return RESOURCE_EXHAUSTED;
    case constants.NGHTTP2_INADEQUATE_SECURITY:
      return PERMISSION_DENIED;
    default:
      return INTERNAL;
  }
}

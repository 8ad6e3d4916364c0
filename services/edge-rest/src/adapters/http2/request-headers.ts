import type { CallOptions } from "../../app/ports.ts";

const USER_AGENT = "grpc-node-staymesh-edge/1.0";
const DIGITS_MAX = 100_000_000;

/** The headers of a call as names and values in turn, which node:http2 takes with the least work. */
export function requestHeaders(authority: string, options: CallOptions, now: number): readonly string[] {
  const { headers } = options;
  const list = [
    ":method",
    "POST",
    ":scheme",
    "http",
    ":path",
    options.path,
    ":authority",
    authority,
    "te",
    "trailers",
    "grpc-timeout",
    timeoutText(options.deadline - now),
    "content-type",
    "application/grpc",
    "user-agent",
    USER_AGENT,
    "grpc-accept-encoding",
    "identity",
  ];
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) list.push(name, value);
  }
  return list;
}

/** `grpc-timeout`: at most eight digits and a unit; never shorter than what is left. */
export function timeoutText(leftMs: number): string {
  const ms = Math.max(1, Math.ceil(leftMs));
  if (ms < DIGITS_MAX) return `${ms}m`;
  const seconds = Math.ceil(ms / 1000);
  if (seconds < DIGITS_MAX) return `${seconds}S`;
  return `${Math.min(DIGITS_MAX - 1, Math.ceil(seconds / 3600))}H`;
}

import type { IncomingHttpHeaders } from "node:http2";
import type { CallHeaders } from "../../app/ports.ts";

/** The text metadata among headers or trailers: without HTTP's own, the status, and binary values. */
export function textMetadata(headers: IncomingHttpHeaders): CallHeaders {
  const text: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string" && isText(name)) text[name] = value;
  }
  return text;
}

function isText(name: string): boolean {
  return !name.startsWith(":") && name !== "grpc-status" && name !== "grpc-message" && !name.endsWith("-bin");
}

/** The first value of a binary name. Base64 may come with or without padding, and values of one name joined by commas. */
export function binaryMetadata(headers: IncomingHttpHeaders, name: `${string}-bin`): Buffer | undefined {
  const value = headers[name];
  const text = Array.isArray(value) ? value[0] : value;
  const first = text?.split(",", 1)[0];
  return first === undefined ? undefined : Buffer.from(first, "base64");
}

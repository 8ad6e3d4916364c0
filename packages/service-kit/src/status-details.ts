import type { Any } from "@staymesh/proto/google/protobuf/any";
import { BadRequest, ErrorInfo, RetryInfo } from "@staymesh/proto/google/rpc/error_details";
import { Status } from "@staymesh/proto/google/rpc/status";
import { type FieldViolation, Refusal, type RefusalExtras } from "./refusal.ts";

/** The domain of every ErrorInfo of the mesh. */
export const ERROR_DOMAIN = "staymesh.io";

const TYPE_PREFIX = "type.googleapis.com/google.rpc.";
const VIOLATIONS_MAX = 30;
const TEXT_MAX = 300;
/** Clients commonly accept 8 KiB of metadata in all, and base64 takes a third more. */
const BYTES_MAX = 5500;

/** Writes a refusal as google.rpc.Status; violations beyond what metadata may hold are left out, the first ones stay. */
export function encodeDetails(code: number, refusal: Refusal): Buffer {
  for (let kept = VIOLATIONS_MAX; ; kept = Math.floor(kept / 2)) {
    const bytes = encode(code, refusal, kept);
    if (bytes.length <= BYTES_MAX || kept === 0) return bytes;
  }
}

function encode(code: number, refusal: Refusal, violationsKept: number): Buffer {
  const details = [
    any(
      "ErrorInfo",
      ErrorInfo.encode({ reason: refusal.reason, domain: ERROR_DOMAIN, metadata: bounded(refusal.facts) }).finish(),
    ),
  ];
  const violations = refusal.violations?.slice(0, violationsKept) ?? [];
  if (violations.length > 0) {
    const fieldViolations = violations.map(({ field, reason, description }) => ({
      field: short(field),
      reason: short(reason),
      description: short(description),
      localizedMessage: undefined,
    }));
    details.push(any("BadRequest", BadRequest.encode({ fieldViolations }).finish()));
  }
  if (refusal.retryAfterMs !== undefined) {
    const seconds = Math.floor(refusal.retryAfterMs / 1000);
    const nanos = Math.round(refusal.retryAfterMs - seconds * 1000) * 1_000_000;
    details.push(any("RetryInfo", RetryInfo.encode({ retryDelay: { seconds: BigInt(seconds), nanos } }).finish()));
  }
  return Buffer.from(Status.encode({ code, message: short(refusal.message), details }).finish());
}

/** Restores a refusal of the mesh; undefined where the bytes hold none. */
export function decodeDetails(bytes: Uint8Array): Refusal | undefined {
  let status: Status;
  let info: ErrorInfo | undefined;
  const more: { -readonly [K in keyof RefusalExtras]: RefusalExtras[K] } = {};
  try {
    status = Status.decode(bytes);
    for (const { typeUrl, value } of status.details) {
      if (typeUrl === `${TYPE_PREFIX}ErrorInfo`) info = ErrorInfo.decode(value);
      if (typeUrl === `${TYPE_PREFIX}BadRequest`)
        more.violations = BadRequest.decode(value).fieldViolations.map(violation);
      if (typeUrl === `${TYPE_PREFIX}RetryInfo`) {
        const delay = RetryInfo.decode(value).retryDelay;
        if (delay !== undefined) more.retryAfterMs = Number(delay.seconds) * 1000 + delay.nanos / 1_000_000;
      }
    }
  } catch {
    return undefined;
  }
  return info?.domain === ERROR_DOMAIN ? new Refusal(info.reason, status.message, info.metadata, more) : undefined;
}

function any(name: string, value: Uint8Array): Any {
  return { typeUrl: `${TYPE_PREFIX}${name}`, value: Buffer.from(value) };
}

function violation({ field, reason, description }: FieldViolation): FieldViolation {
  return { field, reason, description };
}

function bounded(facts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts)
      .slice(0, 16)
      .map(([name, value]) => [name, short(value)]),
  );
}

/** Cut where it is long, and whole Unicode, since a lone surrogate cannot be sent. */
function short(value: string): string {
  return (value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}…` : value).toWellFormed();
}

import type { Any } from "@staymesh/proto/google/protobuf/any";
import {
  BadRequest,
  ErrorInfo,
  LocalizedMessage,
  QuotaFailure,
  RetryInfo,
} from "@staymesh/proto/google/rpc/error_details";
import { Status } from "@staymesh/proto/google/rpc/status";
import type { StatusDetails } from "../app/ports.ts";
import { ERROR_DOMAIN, type ProblemFacts } from "../app/problem.ts";

type Gathered = { -readonly [Name in keyof StatusDetails]: StatusDetails[Name] };

/** Reads a google.rpc.Status; undefined where the bytes are none. */
export function readStatusDetails(bytes: Uint8Array): StatusDetails | undefined {
  try {
    const all = Status.decode(bytes).details;
    const gathered: Gathered = { metadata: {}, violations: [], localized: [], others: [], all };
    for (const detail of all) gather(gathered, detail);
    return gathered;
  } catch {
    return undefined;
  }
}

function gather(into: Gathered, { typeUrl, value }: Any): void {
  switch (typeUrl.slice(typeUrl.lastIndexOf("/") + 1)) {
    case "google.rpc.ErrorInfo": {
      const { reason, domain, metadata } = ErrorInfo.decode(value);
      into.reason = reason;
      into.domain = domain;
      into.metadata = metadata;
      break;
    }
    case "google.rpc.BadRequest": {
      const more = BadRequest.decode(value).fieldViolations;
      into.violations = [
        ...into.violations,
        ...more.map(({ field, reason, description }) => ({ field, reason, description })),
      ];
      break;
    }
    case "google.rpc.RetryInfo": {
      const delay = RetryInfo.decode(value).retryDelay;
      if (delay !== undefined) into.retryAfterMs = Number(delay.seconds) * 1000 + Math.ceil(delay.nanos / 1e6);
      break;
    }
    case "google.rpc.LocalizedMessage": {
      const { locale, message } = LocalizedMessage.decode(value);
      into.localized = [...into.localized, { locale, message }];
      break;
    }
    default:
      into.others = [...into.others, { typeUrl, value }];
  }
}

/** Details for what the edge itself has to say, of the kinds that a service would send. */
export function writeDetails({
  reason,
  metadata,
  errors,
  retryAfterMs,
  violatedPolicies,
}: ProblemFacts): StatusDetails["all"] {
  const details: { readonly typeUrl: string; readonly value: Uint8Array }[] = [];
  const add = (name: string, value: Uint8Array) =>
    details.push({ typeUrl: `type.googleapis.com/google.rpc.${name}`, value });
  if (reason !== undefined) {
    add("ErrorInfo", ErrorInfo.encode({ reason, domain: ERROR_DOMAIN, metadata: { ...metadata } }).finish());
  }
  if (errors !== undefined && errors.length > 0) {
    const fieldViolations = errors.map(({ field, reason, description }) => ({ field, reason, description }));
    add("BadRequest", BadRequest.encode(BadRequest.fromPartial({ fieldViolations })).finish());
  }
  if (violatedPolicies !== undefined) {
    const violations = violatedPolicies.map((subject) => ({ subject, description: "The quota is used up." }));
    add("QuotaFailure", QuotaFailure.encode(QuotaFailure.fromPartial({ violations })).finish());
  }
  if (retryAfterMs !== undefined) {
    const retryDelay = { seconds: BigInt(Math.floor(retryAfterMs / 1000)), nanos: (retryAfterMs % 1000) * 1_000_000 };
    add("RetryInfo", RetryInfo.encode(RetryInfo.fromPartial({ retryDelay })).finish());
  }
  return details;
}

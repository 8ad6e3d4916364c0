import { type Registry, toJson } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { replayedMark } from "./answer.ts";
import {
  CANCELLED,
  codeName,
  DATA_LOSS,
  DEADLINE_EXCEEDED,
  httpStatusOf,
  INTERNAL,
  UNAUTHENTICATED,
  UNAVAILABLE,
  UNKNOWN,
} from "./codes.ts";
import type { Locate } from "./locate.ts";
import type { StatusDetails, UpstreamError } from "./ports.ts";
import { ERROR_DOMAIN, fieldsDetail, ownProblem, type ProblemFacts, type Reasons, typeOf } from "./problem.ts";

const REDACTED: ReadonlySet<number> = new Set([UNKNOWN, INTERNAL, DATA_LOSS]);
const RETRY_AFTER_MS = 1000;

/** Turns the status of a call into what problem+json tells. */
export function upstreamProblem(
  error: UpstreamError,
  { reasons, registry }: { readonly reasons: Reasons; readonly registry: Registry },
  locate: Locate,
  acceptLanguage: string | undefined,
): ProblemFacts {
  const { code, details } = error;
  if (REDACTED.has(code)) {
    return ownProblem(reasons, "INTERNAL", "The request could not be answered.").facts;
  }
  const facts =
    details?.reason === undefined ? transportProblem(error, reasons) : reasonProblem(error, details, reasons);
  const errors = (details?.violations ?? []).map(({ field, reason, description }) =>
    locate(field, reason, description),
  );
  // The service's own words name the fields as gRPC has them.
  const detail = facts.reason === "INVALID_REQUEST" && errors.length > 0 ? fieldsDetail(errors) : facts.detail;
  const others = (details?.others ?? []).map(({ typeUrl, value }) => detailJson(registry, typeUrl, value));
  return {
    ...facts,
    detail: localized(details, acceptLanguage) ?? detail,
    ...(details === undefined ? {} : { metadata: details.metadata }),
    errors,
    ...retryAfter(code, details),
    details: others,
    headers: {
      ...(code === UNAUTHENTICATED ? { "www-authenticate": "Bearer" } : {}),
      ...replayedMark(error.headers),
    },
  };
}

function reasonProblem(error: UpstreamError, details: StatusDetails, reasons: Reasons): ProblemFacts {
  const { code, message } = error;
  const { reason = "", domain } = details;
  const known = reasons.get(reason);
  const told = known?.code === code ? known : undefined;
  return {
    status: told?.httpStatus ?? httpStatusOf(code),
    code,
    type: typeOf(domain === undefined || domain === "" ? ERROR_DOMAIN : domain, reason),
    title: told?.title ?? phrase(code),
    detail: message === "" ? (told?.title ?? phrase(code)) : message,
    reason,
    ...(told === undefined ? {} : { remedy: told.remedy }),
  };
}

/** No service has spoken: the library's own words name addresses, and are not for a client. */
function transportProblem(error: UpstreamError, reasons: Reasons): ProblemFacts {
  switch (error.code) {
    case UNAVAILABLE:
      return ownProblem(reasons, "DEPENDENCY_UNAVAILABLE", "The service behind this path cannot be reached now.").facts;
    case DEADLINE_EXCEEDED:
      return ownProblem(reasons, "DEADLINE_EXCEEDED", "No answer came in time; the request may still take effect.")
        .facts;
    case CANCELLED:
      return ownProblem(reasons, "CLIENT_LEFT", "The call was cancelled.").facts;
    default:
      return {
        status: httpStatusOf(error.code),
        code: error.code,
        type: "about:blank",
        title: phrase(error.code),
        detail: error.message === "" ? phrase(error.code) : error.message,
      };
  }
}

/** INVALID_ARGUMENT as "Invalid argument". */
function phrase(code: number): string {
  const words = codeName(code).toLowerCase().replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function retryAfter(code: number, details: StatusDetails | undefined): { readonly retryAfterMs?: number } {
  if (details?.retryAfterMs !== undefined) return { retryAfterMs: details.retryAfterMs };
  return code === UNAVAILABLE ? { retryAfterMs: RETRY_AFTER_MS } : {};
}

function localized(details: StatusDetails | undefined, acceptLanguage: string | undefined): string | undefined {
  const wanted = (acceptLanguage ?? "").toLowerCase();
  const fitting = details?.localized.find(
    ({ locale }) =>
      locale !== "" &&
      wanted.split(",").some((range) => range.trim().split(/[;-]/)[0] === locale.toLowerCase().split("-")[0]),
  );
  return fitting?.message;
}

/** A detail of a type that the contract does not have stays readable for whoever has it. */
function detailJson(registry: Registry, typeUrl: string, value: Uint8Array): unknown {
  try {
    const message = anyUnpack({ $typeName: "google.protobuf.Any", typeUrl, value }, registry);
    const desc = message === undefined ? undefined : registry.getMessage(message.$typeName);
    if (message !== undefined && desc !== undefined) {
      const json = toJson(desc, message, { registry });
      return { "@type": typeUrl, ...(typeof json === "object" && !Array.isArray(json) ? json : { value: json }) };
    }
  } catch {
    // Falls through: bytes that do not decode are told as bytes.
  }
  return { "@type": typeUrl, value: Buffer.from(value).toString("base64") };
}

import type { Contract, ReasonFacts } from "../facts.ts";
import { breaks, type Change, change, holds } from "./change.ts";
import { pairUp } from "./pairs.ts";

/** The error catalogue. A reason travels by its name, so that its place and number in an enum do not count. */
export const diffReasons = (old: Contract, next: Contract): readonly Change[] => {
  const { both, gone, fresh } = pairUp(old.reasons.values(), next.reasons.values(), ({ reason }) => reason);
  return [
    ...gone.map((one) =>
      change(
        "reason-removed",
        one.reason,
        [status(one), undefined],
        breaks("Callers that branch on it no longer meet it, and something else is told in its place."),
      ),
    ),
    ...fresh.map((one) =>
      change(
        "reason-added",
        one.reason,
        [undefined, status(one)],
        holds("Callers may meet a reason that they do not know, and treat it by its status."),
      ),
    ),
    ...both.flatMap(([one, other]) => diffReason(one, other)),
  ];
};

const status = ({ httpStatus, title }: ReasonFacts): string => `${httpStatus}: ${title}`;

const diffReason = (old: ReasonFacts, next: ReasonFacts): readonly Change[] => {
  const told = (read: (facts: ReasonFacts) => string) => [read(old), read(next)] as const;
  const differs = (read: (facts: ReasonFacts) => string) => read(old) !== read(next);
  const code = ({ code }: ReasonFacts) => CODES[code] ?? `${code}`;
  const http = ({ httpStatus }: ReasonFacts) => `${httpStatus}`;
  const title = ({ title }: ReasonFacts) => title;
  const remedy = ({ remedy }: ReasonFacts) => remedy;
  const enums = ({ enums }: ReasonFacts) => enums.join(", ");
  const words = holds("Only words for people have changed.");
  return [
    ...(differs(code)
      ? [
          change(
            "reason-code",
            old.reason,
            told(code),
            breaks("Callers over gRPC branch and retry by the status code."),
          ),
        ]
      : []),
    ...(differs(http)
      ? [
          change(
            "reason-http-status",
            old.reason,
            told(http),
            breaks("Callers over REST branch and retry by the HTTP status."),
          ),
        ]
      : []),
    ...(differs(title) ? [change("reason-title", old.reason, told(title), words)] : []),
    ...(differs(remedy) ? [change("reason-remedy", old.reason, told(remedy), words)] : []),
    ...(differs(enums)
      ? [change("reason-enums", old.reason, told(enums), holds("Others may give it; it is told as before."))]
      : []),
  ];
};

/** The gRPC status codes by number. */
const CODES: readonly string[] = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

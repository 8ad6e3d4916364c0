import { readEnvelopes } from "../../services/edge-rest/src/http/envelopes.ts";
import type { Outcome } from "./client.ts";
import type { Draft } from "./draft.ts";
import type { Answer } from "./read-answer.ts";

/** What is seen of an outcome, for the table at the end; `problem` where it must not be. */
export interface Verdict {
  readonly seen: string;
  readonly problem: string | undefined;
}

const BAD_CODES = /^(internal|unknown|data_loss|unavailable)$/;
const BAD_NUMBERS = /^(2|13|14|15)$/;
/** The protocols want "internal" where the client compresses in no way that it names, and "unimplemented" where nobody knows the way. */
const UNNAMED_COMPRESSION = /do(es)? not know how to decompress|without encoding|unexpected compress/i;

/** Defects after which a server may close without a word, since what came is no HTTP. */
const WORDLESS = new Set(["a client that leaves", "a request line that is none", "header lines that are none"]);

export function judge(draft: Draft, outcome: Outcome): Verdict {
  switch (outcome.kind) {
    case "left":
      return fine("left");
    case "refused":
      return { seen: "refused", problem: "nobody takes connections" };
    case "silent":
      return { seen: "silent", problem: "no answer came" };
    case "garbled":
      return { seen: "garbled", problem: outcome.text };
    case "closed": {
      const isExpected = draft.framing.kind !== "length" || draft.defects.some((defect) => WORDLESS.has(defect));
      return { seen: "closed", problem: isExpected ? undefined : "the connection ended without an answer" };
    }
    case "answer":
      return judgeAnswer(draft, outcome.answer);
  }
}

function judgeAnswer(draft: Draft, answer: Answer): Verdict {
  const seen = `${answer.status}${placeOf(answer)}`;
  const { door, verb } = draft;
  if (answer.status === 501 && /unknown compression/.test(answer.body.toString())) return fine(seen);
  if (answer.status >= 500) return { seen, problem: `answered ${answer.status}: ${shown(answer)}` };
  const type = answer.headers.get("content-type") ?? "";
  if (answer.status === 200 && /^application\/(connect\+|grpc-web)/.test(type)) return judgeStream(answer);
  const isTold = door === "rest" && answer.status >= 400 && verb !== "HEAD" && answer.isWhole;
  if (
    isTold &&
    !/"reason":"[A-Z_]+"|"title":"/.test(answer.body.toString()) &&
    answer.headers.get("content-encoding") === undefined
  ) {
    if (answer.status !== 417) return { seen, problem: `a refusal without a reason: ${shown(answer)}` };
  }
  return fine(seen);
}

/** How deep a request came: what refused it. */
function placeOf({ status, headers, body }: Answer): string {
  if (status === 404) return body.includes("ROUTE_NOT_FOUND") ? "" : " by a service";
  if (status !== 400) return "";
  if (!headers.has("x-request-id"))
    return headers.has("content-encoding") || body.includes('"code":"') ? " before its call" : "";
  const [, place] = /"in":"(\w+)"/.exec(body.toString()) ?? [];
  return place === undefined ? "" : ` for its ${place}`;
}

/** A stream says in its last message how it ended. */
function judgeStream(answer: Answer): Verdict {
  const number = answer.headers.get("grpc-status");
  const end = readEnvelopes(answer.body).at(-1)?.data.toString() ?? "";
  const code = number ?? /grpc-status: ?(\d+)/i.exec(end)?.[1] ?? /"code":"(\w+)"/.exec(end)?.[1] ?? "";
  const isBad = BAD_CODES.test(code) || BAD_NUMBERS.test(code);
  const words = `${end} ${answer.headers.get("grpc-message") ?? ""}`;
  const seen = `200 ${code === "" || code === "0" ? "ok" : code}`;
  return isBad && !UNNAMED_COMPRESSION.test(decoded(words))
    ? { seen, problem: `ended with ${code}: ${words.slice(0, 300)}` }
    : fine(seen);
}

function decoded(words: string): string {
  try {
    return decodeURIComponent(words);
  } catch {
    return words;
  }
}

function fine(seen: string): Verdict {
  return { seen, problem: undefined };
}

function shown({ body }: Answer): string {
  return body.toString("utf8").slice(0, 400);
}

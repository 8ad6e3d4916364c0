import { createHash, timingSafeEqual } from "node:crypto";
import { type CallContext, Refusal } from "@staymesh/service-kit";
import { isUuid } from "../domain/names.ts";
import { invalid, refusalOf } from "../domain/refusals.ts";
import type { Guest } from "../domain/reservation.ts";
import type { Claim, Ports, Stored, StoredRefusal } from "./ports.ts";

/** What every write says beside its own. */
export interface WriteRequest {
  readonly requestId: string;
  readonly validateOnly: boolean;
}

/** A write's answer: made now, or the stored one of an equal request before it. */
export type Reply<T> =
  | { readonly kind: "fresh"; readonly value: T }
  | { readonly kind: "replayed"; readonly answer: Uint8Array; readonly booker: Guest | undefined };

export const fresh = <T>(value: T): Reply<T> => ({ kind: "fresh", value });

export const claimOf = (call: CallContext, property: string, request: WriteRequest): Claim | undefined =>
  request.validateOnly
    ? undefined
    : {
        partner: call.principal.partner,
        property,
        requestId: request.requestId.toLowerCase(),
        method: call.method.fullName,
        fingerprint: call.fingerprint,
      };

/** A refusal in the form in which it is stored. */
export const storedRefusal = (refusal: Refusal): StoredRefusal => ({
  reason: refusal.reason,
  message: refusal.message,
  facts: refusal.facts,
  ...(refusal.violations === undefined ? {} : { violations: refusal.violations }),
});

export const restored = ({ reason, facts, message, violations }: StoredRefusal): Refusal =>
  violations === undefined
    ? refusalOf(reason, facts, message)
    : new Refusal(reason, message ?? reason, facts, { violations });

/** Answers a repeated request as its twin was answered, waiting for a twin that is still at work. */
export async function replay<T>(ports: Ports, call: CallContext, claim: Claim, first: Stored): Promise<Reply<T>> {
  if (!sameBytes(first.fingerprint, claim.fingerprint)) {
    throw new Refusal("IDEMPOTENCY_KEY_REUSED", "The request id was used for another request.", {
      requestId: claim.requestId,
    });
  }
  const stored = isDone(first) ? first : await awaitTwin(ports, call, claim);
  call.setHeader("idempotent-replayed", "true");
  if (stored.refusal !== undefined) throw restored(stored.refusal);
  if (stored.answer === undefined) throw new Error("a stored request has neither an answer nor a refusal");
  return { kind: "replayed", answer: stored.answer, booker: stored.booker };
}

const FIRST_LOOK_MS = 20;
const LOOK_MAX_MS = 250;
const ANSWER_MARGIN_MS = 100;

async function awaitTwin(ports: Ports, call: CallContext, claim: Claim): Promise<Stored> {
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 2, LOOK_MAX_MS)) {
    if (ports.clock().getTime() + pause > call.deadlineMs - ANSWER_MARGIN_MS) throw inProgress();
    await ports.pause(pause);
    const stored = await ports.reservations.stored(claim.partner, claim.requestId);
    if (stored !== undefined && isDone(stored)) return stored;
  }
}

export const inProgress = (): Refusal =>
  new Refusal("IDEMPOTENCY_IN_PROGRESS", "The same request is still at work.", {}, { retryAfterMs: 1000 });

/** Whether a request has its answer, or its refusal. */
export const isDone = (stored: Stored): boolean => stored.answer !== undefined || stored.refusal !== undefined;

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

/** Runs what may refuse, and gives the refusal as a value: it is stored with the claim. */
export async function decided<T>(work: () => T | Promise<T>): Promise<T | Refusal> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** A place in a list, bound to the query that it belongs to. */
export const pageToken = (query: readonly unknown[], place: string): string =>
  Buffer.from(`${queryHash(query)}${place}`).toString("base64url");

/** The place that a page token names; undefined for the first page. */
export const placeIn = (query: readonly unknown[], token: string): string | undefined => {
  if (token === "") return undefined;
  const text = Buffer.from(token, "base64url").toString("utf8");
  const hash = queryHash(query);
  if (!text.startsWith(hash) || text.includes("\0")) {
    throw new Refusal("PAGE_TOKEN_INVALID", "The page token does not fit this query.");
  }
  return text.slice(hash.length);
};

const queryHash = (query: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(query)).digest("base64url").slice(0, 12);

export const pageLimit = (size: number, standard = 50, most = 500): number =>
  size === 0 ? standard : Math.min(size, most);

export const needUuidRequest = (request: WriteRequest): void => {
  if (!isUuid(request.requestId.toLowerCase())) throw invalid("request_id", "A UUID is needed.");
};

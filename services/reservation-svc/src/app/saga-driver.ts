import { Refusal } from "@staymesh/service-kit";
import { reservationName } from "../domain/names.ts";
import type { PaymentView } from "../domain/payment.ts";
import type { Change, Reservation } from "../domain/reservation.ts";
import {
  dueOperation,
  type Operation,
  refusals,
  type Saga,
  settleStep,
  waitSeconds,
  withStep,
} from "../domain/saga.ts";
import { confirmPaid, notePayment, paymentFailed, releaseDeclined } from "../domain/transitions.ts";
import { told } from "./change-reservation.ts";
import type { Loaded, PaymentAnswer, PaymentCaller, Ports } from "./ports.ts";
import { storedRefusal } from "./reply.ts";

/** Where one step has brought a saga. */
export type Advance =
  /** Somebody else has the saga now. */
  | { readonly kind: "LOST" }
  /** There is more to do at once. */
  | { readonly kind: "ON"; readonly loaded: Loaded; readonly answer?: Reservation | Refusal }
  /** Nothing can be done before some time has passed. */
  | { readonly kind: "WAIT"; readonly loaded: Loaded; readonly answer?: Reservation | Refusal; readonly open: boolean }
  | { readonly kind: "END"; readonly loaded: Loaded; readonly answer?: Reservation | Refusal };

/** What a step writes. */
interface Step {
  readonly saga: Saga;
  readonly change?: Change | undefined;
  /** The answer to the request that waits. */
  readonly answer?: Reservation | Refusal | undefined;
  readonly waitSeconds?: number;
}

/** Takes the one step that is due. It may be taken again by somebody else: every call to the payment service has a stored key. */
export async function advance(ports: Ports, loaded: Loaded, deadlineMs: number): Promise<Advance> {
  const { saga } = loaded;
  if (saga === undefined || saga.state !== "RUNNING") return { kind: "END", loaded };
  const from: PaymentCaller = { partner: saga.partner, deadlineMs, statedNow: saga.statedNow };
  return saga.phase === "AUTHORIZE" ? authorize(ports, loaded, saga, from) : settle(ports, loaded, saga, from);
}

const timeOf = (ports: Ports, saga: Saga): Date => saga.statedNow ?? ports.clock();

async function authorize(ports: Ports, loaded: Loaded, saga: Saga, from: PaymentCaller): Promise<Advance> {
  const { reservation } = loaded;
  const answer = await askToAuthorize(ports, loaded, saga, from);
  if (answer.kind === "unknown") return wait(ports, loaded, saga, false);
  if (answer.kind === "refused") return declined(ports, loaded, saga, undefined, answer.reason, answer.facts);

  const { payment } = answer;
  const known = { ...saga, payment: payment.name };
  switch (payment.state) {
    case "AUTHORIZED":
    case "CAPTURED":
      return reservation.state === "HELD"
        ? confirmed(ports, loaded, known, payment)
        : holdLost(ports, loaded, known, payment);
    case "PROCESSING":
    case "REQUIRES_ACTION":
      return stillOpen(ports, loaded, known, payment);
    case "DECLINED":
      return declined(ports, loaded, known, payment, "CARD_DECLINED", { declineCode: payment.declineCode });
    default:
      return declined(ports, loaded, known, payment, "PAYMENT_FAILED", {});
  }
}

function askToAuthorize(ports: Ports, loaded: Loaded, saga: Saga, from: PaymentCaller): Promise<PaymentAnswer> {
  // A payment that is known tells by itself how it goes on; a repeated request would only repeat its first answer.
  if (saga.payment !== "") return ports.payments.get(saga.payment, from);
  const { reservation, dataKey } = loaded;
  if (dataKey === undefined || saga.sealedToken === undefined) {
    throw new Error(`the payment token of ${reservation.id} cannot be opened`);
  }
  return ports.payments.authorize(
    {
      key: saga.attemptKey,
      amount: saga.amount,
      currencyCode: reservation.currencyCode,
      token: ports.vault.openSecret(dataKey, saga.sealedToken),
      reservation: reservationName(reservation.property, reservation.id),
      externalReference: reservation.externalReference,
    },
    from,
  );
}

/** The pivot: from here on everything goes forward. */
function confirmed(ports: Ports, loaded: Loaded, saga: Saga, payment: PaymentView): Promise<Advance> {
  const now = timeOf(ports, saga);
  const change = confirmPaid(loaded.reservation, payment, now);
  const done = withStep(
    withStep({ ...saga, sealedToken: undefined }, "AUTHORIZE", "SUCCEEDED", now),
    "CONFIRM",
    "SUCCEEDED",
    now,
  );
  const later = loaded.reservation.captureTiming === "AT_CHECK_IN" && payment.state === "AUTHORIZED";
  const next: Saga = later
    ? { ...done, phase: "END", state: "DONE", operation: undefined }
    : {
        ...done,
        phase: "SETTLE",
        attempts: 0,
        operation: dueOperation(done, change.next.paymentState, done.target, ports.newId()),
      };
  return save(ports, loaded, { saga: next, change, answer: change.next });
}

/** The money is ready but the rooms are gone: it is let go. */
function holdLost(ports: Ports, loaded: Loaded, saga: Saga, payment: PaymentView): Promise<Advance> {
  const now = timeOf(ports, saga);
  const change = notePayment(loaded.reservation, payment, now);
  const paid = change?.next.paymentState ?? loaded.reservation.paymentState;
  const next: Saga = {
    ...withStep({ ...saga, sealedToken: undefined, target: 0n, attempts: 0 }, "AUTHORIZE", "SUCCEEDED", now),
    phase: "SETTLE",
    operation: dueOperation(saga, paid, 0n, ports.newId()),
  };
  return save(ports, loaded, { saga: next, change, answer: lostRefusal(loaded.reservation) });
}

const lostRefusal = ({ state }: Reservation): Refusal =>
  state === "EXPIRED"
    ? new Refusal("HOLD_EXPIRED", "The hold has lapsed and its rooms went back. Nothing was charged.")
    : new Refusal("INVALID_STATE", `The reservation is ${state}. Nothing was charged.`, { state });

/** How long after the hold's end a guest may still come back from the bank's page. */
const CHALLENGE_GRACE_MS = 600_000;

function stillOpen(ports: Ports, loaded: Loaded, saga: Saga, payment: PaymentView): Promise<Advance> {
  const now = timeOf(ports, saga);
  const { reservation } = loaded;
  const change = notePayment(reservation, payment, now);
  const refusal = whyLetGo(ports, reservation, payment);
  if (refusal === undefined) return wait(ports, loaded, { ...saga, sealedToken: undefined }, true, change);
  const operation = { kind: "VOID", key: ports.newId(), amount: 0n, accepted: false } as const;
  const next: Saga = { ...saga, phase: "SETTLE", target: 0n, sealedToken: undefined, attempts: 0, operation };
  return save(ports, loaded, { saga: next, change, answer: refusal });
}

/** Why an authorization that is still open is not waited for any longer; undefined where it is. */
function whyLetGo(ports: Ports, reservation: Reservation, payment: PaymentView): Refusal | undefined {
  // Rooms that were given back meanwhile need no money.
  if (reservation.state !== "HELD") return lostRefusal(reservation);
  // A guest who never comes back would keep the rooms from others for as long as the bank waits.
  const endMs = (reservation.holdLapsesAt?.getTime() ?? Number.POSITIVE_INFINITY) + CHALLENGE_GRACE_MS;
  if (payment.state !== "REQUIRES_ACTION" || ports.clock().getTime() < endMs) return undefined;
  return new Refusal(
    "PAYMENT_FAILED",
    "The guest did not come back from the bank's page in time. Nothing was charged.",
    {
      cause: "ABANDONED",
    },
  );
}

function declined(
  ports: Ports,
  loaded: Loaded,
  saga: Saga,
  payment: PaymentView | undefined,
  reason: string,
  facts: Readonly<Record<string, string>>,
): Promise<Advance> {
  const now = timeOf(ports, saga);
  const { reservation } = loaded;
  const isDecline = reason === "CARD_DECLINED";
  const told = isDecline ? payment : undefined;
  const held = reservation.state === "HELD";
  const releases = held && saga.onDecline === "RELEASE";
  const change = releases
    ? releaseDeclined(reservation, told, now)
    : told === undefined
      ? paymentFailed(reservation, now)
      : notePayment(reservation, told, now);
  const ended = withStep(saga, "AUTHORIZE", isDecline ? "DECLINED" : "FAILED", now);
  const next: Saga = {
    ...(releases ? withStep(ended, "RELEASE", "SUCCEEDED", now) : ended),
    phase: "END",
    state: "COMPENSATED",
    sealedToken: undefined,
    operation: undefined,
  };
  const refusal = isDecline
    ? new Refusal("CARD_DECLINED", "The card was declined.", facts)
    : new Refusal("PAYMENT_FAILED", "The payment is known not to have happened. Nothing was charged.", {
        ...facts,
        cause: reason,
      });
  return save(ports, loaded, { saga: next, change, answer: refusal });
}

async function settle(ports: Ports, loaded: Loaded, saga: Saga, from: PaymentCaller): Promise<Advance> {
  const { operation } = saga;
  const asks = operation !== undefined && !operation.accepted;
  const answer = asks
    ? await perform(ports, loaded.reservation, saga.payment, operation, from)
    : await ports.payments.get(saga.payment, from);
  if (answer.kind === "unknown") return wait(ports, loaded, saga, false);
  const now = timeOf(ports, saga);
  // It is known not to have happened: what is due is decided anew from the payment as it is.
  if (answer.kind === "refused") {
    const noted =
      operation === undefined || passing.has(answer.reason) ? saga : withStep(saga, operation.kind, "DECLINED", now);
    return wait(ports, loaded, { ...noted, operation: undefined }, false, undefined, refusals(noted));
  }

  const { payment } = answer;
  const due = settleStep(payment, saga.target);
  const change = notePayment(loaded.reservation, payment, now);
  // The payment service keeps in mind that an open authorization is to be let go.
  const isBeingLetGo = due.do === "VOID" && operation?.kind === "VOID" && payment.state !== "AUTHORIZED";
  if (due.do === "WAIT" || isBeingLetGo) {
    const accepted = operation === undefined ? undefined : { ...operation, accepted: true };
    return wait(ports, loaded, { ...saga, operation: accepted }, true, change);
  }
  const told = operation === undefined ? saga : withStep(saga, operation.kind, outcomeOf(operation, payment), now);
  if (due.do === "END") {
    const state = saga.target === 0n && loaded.reservation.confirmTime === undefined ? "COMPENSATED" : "DONE";
    const ended: Saga = { ...told, phase: "END", state, operation: undefined };
    return save(ports, loaded, { saga: ended, change, answer: change?.next ?? loaded.reservation });
  }
  const next = { kind: due.do, key: ports.newId(), amount: due.amount, accepted: false } as const;
  // The same step again means that the bank did not do it: not at once.
  if (operation?.kind === due.do) {
    return wait(ports, loaded, { ...told, operation: next }, false, change, refusals(told));
  }
  const attempts = operation === undefined ? saga.attempts : 0;
  return save(ports, loaded, { saga: { ...told, operation: next, attempts }, change });
}

/** Refusals that say nothing of the next time. */
const passing: ReadonlySet<string> = new Set(["OPERATION_PENDING", "BANK_UNAVAILABLE"]);

function perform(
  ports: Ports,
  reservation: Reservation,
  payment: string,
  operation: Operation,
  from: PaymentCaller,
): Promise<PaymentAnswer> {
  const { key, amount } = operation;
  const request = { key, amount, currencyCode: reservation.currencyCode };
  switch (operation.kind) {
    case "CAPTURE":
      return ports.payments.capture(payment, request, from);
    case "VOID":
      return ports.payments.void(payment, key, from);
    case "REFUND":
      return ports.payments.refund(payment, request, from);
  }
}

const outcomeOf = ({ kind }: Operation, payment: PaymentView): string => {
  if (kind === "CAPTURE") return payment.captured > 0n ? "SUCCEEDED" : payment.state;
  if (kind === "REFUND") return payment.refunded > 0n ? "SUCCEEDED" : payment.state;
  return payment.state === "VOIDED" ? "SUCCEEDED" : payment.state;
};

function wait(ports: Ports, loaded: Loaded, saga: Saga, open: boolean, change?: Change, refused = 0): Promise<Advance> {
  const attempts = saga.attempts + 1;
  // The lease is given back: whoever comes when it is due may go on.
  const rested: Saga = { ...saga, attempts, leaseOwner: undefined };
  return save(ports, loaded, { saga: rested, change, waitSeconds: waitSeconds(attempts, refused) }, open);
}

/** Writes a step under the saga's version; a reservation that has changed meanwhile is read again by the caller. */
async function save(ports: Ports, loaded: Loaded, step: Step, open = false): Promise<Advance> {
  const { change } = step;
  const before = loaded.saga;
  if (before === undefined) throw new Error("a step without a saga");
  const saga: Saga = { ...step.saga, version: before.version + 1 };
  const pending = saga.requestId;
  const answer = pending === undefined ? undefined : step.answer;
  const written: Saga = answer === undefined ? saga : { ...saga, requestId: undefined };
  const eventId = ports.newId();
  const result = await ports.reservations.change({
    partner: saga.partner,
    claim: undefined,
    refusal: answer instanceof Refusal ? storedRefusal(answer) : undefined,
    guestId: undefined,
    change,
    eventId,
    saga: { expected: before.version, saga: written, waitSeconds: step.waitSeconds ?? 0 },
    answer: answer === undefined || answer instanceof Refusal ? undefined : ports.encode.reservation(answer),
    answered: answer === undefined ? undefined : pending,
  });
  if (result.outcome !== "DONE") return retryOrLost(ports, loaded);
  if (change !== undefined) await told(ports, change, eventId);
  const after: Loaded = { ...loaded, reservation: change?.next ?? loaded.reservation, saga: written };
  const answered = answer === undefined ? {} : { answer };
  if (written.state !== "RUNNING") return { kind: "END", loaded: after, ...answered };
  return step.waitSeconds === undefined
    ? { kind: "ON", loaded: after, ...answered }
    : { kind: "WAIT", loaded: after, open, ...answered };
}

/** The reservation may have changed under us, for example by an extended hold; the saga may be somebody else's by now. */
async function retryOrLost(ports: Ports, loaded: Loaded): Promise<Advance> {
  const latest = await ports.reservations.loadById(loaded.reservation.id);
  if (latest?.saga === undefined || latest.saga.version !== loaded.saga?.version) return { kind: "LOST" };
  const { booker } = loaded.reservation;
  return { kind: "ON", loaded: { ...latest, reservation: { ...latest.reservation, booker } } };
}

/** Answers the waiting request with the reservation as it is: what is still open shows in its payment state. */
export async function answerPending(ports: Ports, loaded: Loaded): Promise<Advance> {
  const { saga, reservation } = loaded;
  if (saga === undefined) return { kind: "END", loaded };
  const rested: Saga = { ...saga, leaseOwner: undefined };
  return save(ports, loaded, { saga: rested, answer: reservation, waitSeconds: waitSeconds(saga.attempts) }, true);
}

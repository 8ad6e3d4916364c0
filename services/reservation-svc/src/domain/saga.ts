import type { PaymentView } from "./payment.ts";
import type { PaymentState } from "./reservation.ts";

/**
 * The money of one reservation. AUTHORIZE asks the bank to keep the total ready and ends with the confirmation, which is the pivot.
 * SETTLE brings what the property has taken to the target: the total after a confirmation, the penalty after a cancellation, nothing
 * where the hold was lost.
 */
export type SagaPhase = "AUTHORIZE" | "SETTLE" | "END";
export type SagaState = "RUNNING" | "DONE" | "COMPENSATED";

/** Something that is asked of the bank under a key of its own: written down before it is sent, and repeated until it is definitive. */
export interface Operation {
  readonly kind: "CAPTURE" | "VOID" | "REFUND";
  readonly key: string;
  readonly amount: bigint;
  /** True once the payment service has answered: from then on the payment tells how it ended. */
  readonly accepted: boolean;
}

export interface SagaStep {
  readonly step: string;
  readonly outcome: string;
  readonly time: Date;
}

export interface Saga {
  readonly reservationId: string;
  readonly partner: string;
  readonly property: string;
  readonly phase: SagaPhase;
  readonly state: SagaState;
  readonly version: number;
  readonly leaseOwner: string | undefined;
  readonly nextRunTime: Date;
  readonly attempts: number;
  readonly attemptKey: string;
  readonly sealedToken: Uint8Array | undefined;
  readonly amount: bigint;
  readonly target: bigint;
  /** A confirmation keeps the hold where the card is declined; a booking in one call gives the rooms back. */
  readonly onDecline: "KEEP" | "RELEASE";
  /** The request that waits for an answer. */
  readonly requestId: string | undefined;
  readonly payment: string;
  readonly operation: Operation | undefined;
  readonly steps: readonly SagaStep[];
  readonly statedNow: Date | undefined;
}

const STEPS_MAX = 50;

export const withStep = (saga: Saga, step: string, outcome: string, time: Date): Saga => ({
  ...saga,
  steps: [...saga.steps.slice(-(STEPS_MAX - 1)), { step, outcome, time }],
});

/** How often in a row the bank has not done the last step. */
export const refusals = ({ steps }: Pick<Saga, "steps">): number => {
  const last = steps.at(-1);
  const done = steps.findLastIndex(({ step, outcome }) => step !== last?.step || outcome === "SUCCEEDED");
  return steps.length - 1 - done;
};

/** What is to be done next about the money. */
export type SettleStep =
  | { readonly do: "WAIT" }
  | { readonly do: "END" }
  | { readonly do: "CAPTURE" | "VOID" | "REFUND"; readonly amount: bigint };

/** Decided from the payment as it is, so that it does not matter who did what before. */
export const settleStep = (payment: PaymentView, target: bigint): SettleStep => {
  if (payment.operationPending) return { do: "WAIT" };
  switch (payment.state) {
    case "PROCESSING":
    case "REQUIRES_ACTION":
      return target === 0n ? { do: "VOID", amount: 0n } : { do: "WAIT" };
    case "AUTHORIZED":
      if (target === 0n) return { do: "VOID", amount: payment.authorized };
      return { do: "CAPTURE", amount: target < payment.authorized ? target : payment.authorized };
    case "CAPTURED": {
      const kept = payment.captured - payment.refunded;
      return kept > target ? { do: "REFUND", amount: kept - target } : { do: "END" };
    }
    default:
      return { do: "END" };
  }
};

/** The operation that is known to be due without asking: what a confirmation, a cancellation or an arrival means for the money. */
export const dueOperation = (
  saga: Saga,
  paymentState: PaymentState,
  target: bigint,
  key: string,
): Operation | undefined => {
  // What is already on its way is repeated to its end first.
  if (saga.operation !== undefined) return saga.operation;
  if (paymentState === "AUTHORIZED") {
    return target === 0n
      ? { kind: "VOID", key, amount: saga.amount, accepted: false }
      : { kind: "CAPTURE", key, amount: target, accepted: false };
  }
  if (paymentState === "CAPTURED" && saga.target > target) {
    return { kind: "REFUND", key, amount: saga.target - target, accepted: false };
  }
  return undefined;
};

/** Sets a new target and makes the saga run for it, at the time of whoever set it. */
export const retarget = (
  saga: Saga,
  paymentState: PaymentState,
  target: bigint,
  key: string,
  statedNow: Date | undefined,
): Saga => ({
  ...saga,
  statedNow,
  phase: saga.phase === "AUTHORIZE" && saga.state === "RUNNING" ? "AUTHORIZE" : "SETTLE",
  state: "RUNNING",
  version: saga.version + 1,
  attempts: 0,
  target,
  operation: dueOperation(saga, paymentState, target, key),
});

/** The step that is due, as it is shown. */
export const dueStep = (saga: Saga): string => {
  if (saga.state !== "RUNNING") return "";
  if (saga.phase === "AUTHORIZE") return "AUTHORIZE";
  return saga.operation?.kind ?? (saga.target === 0n ? "VOID" : "CAPTURE");
};

const FIRST_WAIT_S = 0.2;
const WAIT_MAX_S = 5;
/** What a bank has refused to do is asked for again, but ever more rarely. */
const REFUSED_WAIT_MAX_S = 600;

export const waitSeconds = (attempts: number, refused = 0): number =>
  Math.max(Math.min(WAIT_MAX_S, backOff(attempts)), refused === 0 ? 0 : Math.min(REFUSED_WAIT_MAX_S, backOff(refused)));

const backOff = (times: number): number => FIRST_WAIT_S * 2 ** Math.min(times, 20);

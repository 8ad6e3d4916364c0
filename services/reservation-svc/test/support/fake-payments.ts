import { randomUUID } from "node:crypto";
import {
  type Payment,
  Payment_State,
  type PaymentServiceService,
  type Refund,
  Refund_State,
} from "@staymesh/proto/staymesh/payment/v1/payment";
import { type Handlers, Refusal } from "@staymesh/service-kit";

/** How one call goes wrong: before anything is done, after it with the answer lost, or refused for good. */
export type Fault = "before" | "after" | "declined";
export type Call = "authorize" | "get" | "capture" | "void" | "refund";

/** A payment service in memory that keeps the contract's promises, and breaks where a test tells it to. */
export interface FakePayments {
  readonly handlers: Handlers<typeof PaymentServiceService>;
  /** The next calls of the kind go wrong, in this order. */
  fail(call: Call, ...faults: readonly Fault[]): void;
  /** From now on nothing of the kind goes wrong. */
  mend(call: Call): void;
  /** Ends a payment that is open. */
  resolve(name: string, state: "AUTHORIZED" | "DECLINED" | "FAILED"): void;
  /** Holds calls of a kind until the function that it returns is called. */
  hold(call: Call): () => void;
  all(): readonly Payment[];
  /** How many effects there were, repeats left out. */
  count(call: Call): number;
}

interface Kept {
  payment: Payment;
  readonly token: string;
  /** True where it is to be let go as soon as it is known. */
  isUnwanted: boolean;
}

export function fakePayments(): FakePayments {
  const kept = new Map<string, Kept>();
  const answers = new Map<string, () => Payment | Refund>();
  const faults = new Map<Call, Fault[]>();
  const gates = new Map<Call, Promise<void>>();
  const counts = new Map<Call, number>();

  const find = (name: string): Kept => {
    const found = kept.get(name);
    if (found === undefined) throw new Refusal("NOT_FOUND", `There is no ${name}.`);
    return found;
  };
  const set = (entry: Kept, patch: Partial<Payment>): Payment => {
    entry.payment = { ...entry.payment, ...patch };
    return entry.payment;
  };
  const unavailable = () => new Refusal("DEPENDENCY_UNAVAILABLE", "The bank's line is down.", {}, { retryAfterMs: 1 });

  /** Once for each key; the same key again gives the answer of that time. */
  const once = async <T extends Payment | Refund>(call: Call, key: string, work: () => T): Promise<T> => {
    await gates.get(call);
    const fault = faults.get(call)?.shift();
    if (fault === "before") throw unavailable();
    if (fault === "declined") throw new Refusal("CARD_DECLINED", "The bank does not do it.");
    const known = answers.get(key);
    if (known === undefined) {
      let result: T;
      try {
        result = work();
      } catch (error) {
        answers.set(key, () => {
          throw error;
        });
        throw error;
      }
      counts.set(call, (counts.get(call) ?? 0) + 1);
      answers.set(key, () => result);
    }
    if (fault === "after") throw unavailable();
    // What was stored under the key came from the same call.
    return answers.get(key)?.() as T;
  };

  const handlers: Handlers<typeof PaymentServiceService> = {
    authorizePayment: (request) =>
      once("authorize", request.requestId, () => {
        const state = stateOf(request.paymentMethodToken);
        const payment: Payment = {
          ...blank,
          name: `payments/${randomUUID()}`,
          state,
          amount: request.amount,
          authorized: state === Payment_State.AUTHORIZED ? request.amount : undefined,
          reservation: request.reservation,
          externalReference: request.externalReference,
          declineCode: state === Payment_State.DECLINED ? "card_declined" : "",
          nextActionUrl: state === Payment_State.REQUIRES_ACTION ? "https://bank.example/3ds" : "",
        };
        kept.set(payment.name, { payment, token: request.paymentMethodToken, isUnwanted: false });
        return payment;
      }),
    getPayment: async ({ name }) => {
      await gates.get("get");
      if (faults.get("get")?.shift() !== undefined) throw unavailable();
      return find(name).payment;
    },
    listPayments: async () => ({ payments: [...kept.values()].map(({ payment }) => payment), nextPageToken: "" }),
    capturePayment: (request) =>
      once("capture", request.requestId, () => {
        const entry = find(request.name);
        if (entry.payment.state !== Payment_State.AUTHORIZED) throw stateInvalid(entry.payment);
        const authorized = entry.payment.authorized?.minorUnits ?? 0n;
        const captured = request.amount?.minorUnits ?? authorized;
        if (captured > authorized) throw new Refusal("AMOUNT_TOO_LARGE", "More than is authorized.");
        return set(entry, {
          state: Payment_State.CAPTURED,
          captured: amount(entry, captured),
          voided: amount(entry, authorized - captured),
        });
      }),
    voidPayment: (request) =>
      once("void", request.requestId, () => {
        const entry = find(request.name);
        if (isOpen(entry.payment)) {
          entry.isUnwanted = true;
          return entry.token === "tok_slow" ? entry.payment : set(entry, { state: Payment_State.VOIDED });
        }
        if (entry.payment.state !== Payment_State.AUTHORIZED) throw stateInvalid(entry.payment);
        return set(entry, { state: Payment_State.VOIDED, voided: entry.payment.authorized });
      }),
    refundPayment: (request) =>
      once("refund", request.requestId, (): Refund => {
        const entry = find(request.parent);
        const captured = entry.payment.captured?.minorUnits ?? 0n;
        const before = entry.payment.refunded?.minorUnits ?? 0n;
        const given = request.amount?.minorUnits ?? captured - before;
        if (before + given > captured) throw new Refusal("AMOUNT_TOO_LARGE", "More than was captured.");
        const all = before + given === captured;
        set(entry, {
          refunded: amount(entry, before + given),
          state: all ? Payment_State.REFUNDED : Payment_State.CAPTURED,
        });
        return {
          name: `${request.parent}/refunds/${randomUUID()}`,
          state: Refund_State.SUCCEEDED,
          amount: amount(entry, given),
          createTime: undefined,
        };
      }),
    getRefund: async () => {
      throw new Refusal("NOT_FOUND", "Refunds are not kept here.");
    },
    resolvePayment: async ({ name }) => find(name).payment,
  };

  return {
    handlers,
    fail: (call, ...more) => {
      faults.set(call, [...(faults.get(call) ?? []), ...more]);
    },
    mend: (call) => {
      faults.delete(call);
    },
    resolve: (name, state) => {
      const entry = find(name);
      if (entry.isUnwanted) return void set(entry, { state: Payment_State.VOIDED, nextActionUrl: "" });
      const authorized = state === "AUTHORIZED" ? entry.payment.amount : undefined;
      set(entry, { state: Payment_State[state], authorized, nextActionUrl: "" });
    },
    hold: (call) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gates.set(call, promise);
      return () => {
        gates.delete(call);
        resolve();
      };
    },
    all: () => [...kept.values()].map(({ payment }) => payment),
    count: (call) => counts.get(call) ?? 0,
  };
}

const amount = ({ payment }: Kept, minorUnits: bigint) => ({
  currencyCode: payment.amount?.currencyCode ?? "EUR",
  minorUnits,
});

const isOpen = ({ state }: Payment): boolean =>
  state === Payment_State.PROCESSING || state === Payment_State.REQUIRES_ACTION;

const stateInvalid = (payment: Payment): Refusal =>
  new Refusal("PAYMENT_STATE_INVALID", `The payment is ${payment.state}.`);

const stateOf = (token: string): Payment_State => {
  switch (token) {
    case "tok_decline":
      return Payment_State.DECLINED;
    case "tok_failed":
      return Payment_State.FAILED;
    case "tok_pending":
    case "tok_slow":
      return Payment_State.PROCESSING;
    case "tok_3ds":
      return Payment_State.REQUIRES_ACTION;
    default:
      return Payment_State.AUTHORIZED;
  }
};

const blank: Payment = {
  name: "",
  state: Payment_State.STATE_UNSPECIFIED,
  amount: undefined,
  authorized: undefined,
  captured: undefined,
  refunded: undefined,
  voided: undefined,
  reservation: "",
  externalReference: "",
  declineCode: "",
  nextActionUrl: "",
  operationPending: false,
  authorizationExpireTime: undefined,
  createTime: undefined,
  updateTime: undefined,
  etag: "",
};

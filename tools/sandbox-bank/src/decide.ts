import { type Book, held } from "./book.ts";
import { type Operation, statusAt } from "./operation.ts";
import type { Order } from "./order.ts";
import { type Behaviour, behaviourOf } from "./tokens.ts";

/** What the bank does about an order that it has not seen before. */
export type Decision =
  | { readonly does: "answer"; readonly operation: Operation }
  | { readonly does: "enter"; readonly operation: Operation; readonly answered: boolean }
  | { readonly does: "drop" }
  | { readonly does: "refuse"; readonly error: "reference_reused" | "too_late" };

export interface Rules {
  readonly pendingMs: number;
  readonly authorizationMs: number;
}

/** Decides about an order by the book alone, so that the same order has the same end, every time. */
export function decide(book: Book, order: Order, now: number, rules: Rules): Decision {
  const before = book.find(order.reference);
  if (before !== undefined) return again(before, order);
  if (now > order.notAfter) return { does: "refuse", error: "too_late" };
  const authorization = order.kind === "authorize" ? undefined : book.find(order.authorization);
  const card = authorization?.card ?? order.card;
  const behaviour = behaviourOf(card, order.kind);
  if (behaviour.does === "drop") return { does: "drop" };
  const base = draft(order, card, now, rules);
  const code = order.kind === "authorize" ? "" : objection(book, order, authorization, now);
  if (code !== "") return entered({ ...base, status: "declined", code });
  if (order.kind !== "void" || authorization === undefined) return behave(behaviour, base);
  return behave(behaviour, { ...base, currency: authorization.currency, amount: held(book, authorization, now) });
}

/** Ends an authorization that is still open, also one that never came: it can then no longer succeed. */
export function cancel(book: Book, reference: string, now: number): Operation | undefined {
  const before = book.find(reference);
  if (before === undefined) return unseen(reference, now);
  const status = statusAt(before, now);
  if (before.kind !== "authorize" || status === "succeeded" || status === "declined") return undefined;
  return { ...before, status: "declined", code: "canceled" };
}

function again(before: Operation, order: Order): Decision {
  const same =
    before.unseen ||
    (before.kind === order.kind &&
      before.authorization === order.authorization &&
      (order.kind === "void" || (before.amount === order.amount && before.currency === order.currency)) &&
      (order.kind !== "authorize" || before.card === order.card));
  return same ? { does: "answer", operation: before } : { does: "refuse", error: "reference_reused" };
}

function draft(order: Order, card: string, now: number, rules: Rules): Operation {
  const authorizes = order.kind === "authorize";
  return {
    reference: order.reference,
    kind: order.kind,
    authorization: order.authorization,
    currency: order.currency,
    amount: order.amount,
    final: order.final,
    card,
    order: order.order,
    at: now,
    status: "succeeded",
    code: "",
    settlesAt: now + rules.pendingMs,
    expiresAt: authorizes ? now + rules.authorizationMs : 0,
    unseen: false,
  };
}

function objection(book: Book, order: Order, authorization: Operation | undefined, now: number): string {
  if (authorization === undefined || authorization.kind !== "authorize") return "authorization_not_found";
  if (order.kind === "void") return held(book, authorization, now) > 0n ? "" : "authorization_not_open";
  if (order.currency !== authorization.currency) return "currency_mismatch";
  const { captured, refunded } = book.totals(authorization.reference);
  const most = order.kind === "refund" ? captured - refunded : held(book, authorization, now);
  if (order.amount <= most) return "";
  return most === 0n && order.kind === "capture" ? "authorization_not_open" : "amount_too_large";
}

function behave(behaviour: Exclude<Behaviour, { does: "drop" }>, operation: Operation): Decision {
  switch (behaviour.does) {
    case "approve":
      return entered(operation);
    case "lose":
      return { does: "enter", operation, answered: false };
    case "decline":
      return entered({ ...operation, status: "declined", code: behaviour.code });
    case "ask":
      return entered({ ...operation, status: "requires_action" });
    case "wait":
      return entered({ ...operation, status: "pending" });
  }
}

const entered = (operation: Operation): Decision => ({ does: "enter", operation, answered: true });

const unseen = (reference: string, now: number): Operation => ({
  reference,
  kind: "authorize",
  authorization: reference,
  currency: "",
  amount: 0n,
  final: false,
  card: "unknown",
  order: "",
  at: now,
  status: "declined",
  code: "canceled",
  settlesAt: 0,
  expiresAt: 0,
  unseen: true,
});

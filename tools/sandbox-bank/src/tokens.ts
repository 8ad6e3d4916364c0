/** What happens when an operation is processed for the first time. */
export type Behaviour =
  | { readonly does: "approve" }
  | { readonly does: "decline"; readonly code: string }
  | { readonly does: "ask" }
  | { readonly does: "wait" }
  /** Processed, and then the connection breaks before the answer. */
  | { readonly does: "lose" }
  /** The connection breaks and nothing was processed. */
  | { readonly does: "drop" };

export type Kind = "authorize" | "capture" | "void" | "refund";

type Card = Readonly<Partial<Record<Kind, Behaviour>>>;

const approve: Behaviour = { does: "approve" };
const invalidToken: Behaviour = { does: "decline", code: "invalid_token" };

const cards: ReadonlyMap<string, Card> = new Map<string, Card>([
  ["visa", {}],
  ["decline", { authorize: { does: "decline", code: "card_declined" } }],
  ["insufficient_funds", { authorize: { does: "decline", code: "insufficient_funds" } }],
  ["3ds", { authorize: { does: "ask" } }],
  ["pending", { authorize: { does: "wait" } }],
  ["timeout", { authorize: { does: "lose" } }],
  ["drop", { authorize: { does: "drop" } }],
  ["capture_decline", { capture: { does: "decline", code: "capture_declined" } }],
  ["capture_timeout", { capture: { does: "lose" } }],
  ["capture_drop", { capture: { does: "drop" } }],
  ["void_timeout", { void: { does: "lose" } }],
  ["refund_decline", { refund: { does: "decline", code: "refund_declined" } }],
  ["refund_timeout", { refund: { does: "lose" } }],
]);

/** The card that a token stands for, by its name in the book; the token itself is written nowhere. */
export const cardOf = (token: string): string => {
  const name = token.startsWith("tok_") ? token.slice("tok_".length) : "";
  return cards.has(name) ? name : "unknown";
};

/** The same card does the same, every time. */
export const behaviourOf = (card: string, kind: Kind): Behaviour => {
  const known = cards.get(card);
  if (known === undefined) return kind === "authorize" ? invalidToken : approve;
  return known[kind] ?? approve;
};

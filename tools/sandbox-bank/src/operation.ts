import type { Kind } from "./tokens.ts";

export type Status = "succeeded" | "declined" | "pending" | "requires_action";

/** One operation as the book keeps it; its reference is the caller's and stands for it for ever. */
export interface Operation {
  readonly reference: string;
  readonly kind: Kind;
  /** The reference of the authorization that it belongs to; an authorization's own. */
  readonly authorization: string;
  readonly currency: string;
  readonly amount: bigint;
  /** A capture with this lets the rest of the authorization go. */
  readonly final: boolean;
  readonly card: string;
  /** What the caller says that it pays. */
  readonly order: string;
  readonly at: number;
  readonly status: Status;
  readonly code: string;
  /** When a pending one ends by itself. */
  readonly settlesAt: number;
  /** When an authorization lets its money go. */
  readonly expiresAt: number;
  /** True where a cancellation came before the operation itself. */
  readonly unseen: boolean;
}

/** How an operation stands at a moment: pending ones end by the passing of time. */
export const statusAt = (operation: Operation, now: number): Status =>
  operation.status === "pending" && now >= operation.settlesAt ? "succeeded" : operation.status;

export const toLine = (operation: Operation): string =>
  JSON.stringify({ ...operation, amount: operation.amount.toString() });

/** Reads a line that toLine wrote. */
export const fromLine = (line: string): Operation => {
  const read: Omit<Operation, "amount"> & { readonly amount: string } = JSON.parse(line);
  if (typeof read.reference !== "string") throw new Error("not an operation");
  return { ...read, amount: BigInt(read.amount) };
};

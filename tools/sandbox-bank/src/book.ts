import { type Operation, statusAt } from "./operation.ts";

/** What became of one authorization. */
export interface Totals {
  readonly captured: bigint;
  readonly refunded: bigint;
  /** Let go by a void or by a final capture. */
  readonly voided: bigint;
}

/** Every operation and every authorization's totals, in memory. */
export interface Book {
  find(reference: string): Operation | undefined;
  totals(authorization: string): Totals;
  /** Enters an operation, or its newer standing. */
  enter(operation: Operation): void;
  operations(): Iterable<Operation>;
  readonly size: number;
  /** How many lines of the journal are no longer needed. */
  readonly superseded: number;
}

const nothing: Totals = { captured: 0n, refunded: 0n, voided: 0n };

export function emptyBook(): Book {
  const operations = new Map<string, Operation>();
  const totals = new Map<string, Totals>();
  let superseded = 0;

  const count = (operation: Operation): void => {
    if (operation.kind === "authorize" || operation.status !== "succeeded") return;
    const authorization = operations.get(operation.authorization);
    const before = totals.get(operation.authorization) ?? nothing;
    totals.set(operation.authorization, added(before, operation, authorization?.amount ?? 0n));
  };

  return {
    find: (reference) => operations.get(reference),
    totals: (authorization) => totals.get(authorization) ?? nothing,
    enter(operation) {
      const before = operations.get(operation.reference);
      if (before === undefined) count(operation);
      else superseded++;
      operations.set(operation.reference, operation);
    },
    operations: () => operations.values(),
    get size() {
      return operations.size;
    },
    get superseded() {
      return superseded;
    },
  };
}

function added(before: Totals, operation: Operation, authorized: bigint): Totals {
  switch (operation.kind) {
    case "capture": {
      const captured = before.captured + operation.amount;
      return { ...before, captured, voided: operation.final ? authorized - captured : before.voided };
    }
    case "void":
      return { ...before, voided: before.voided + operation.amount };
    case "refund":
      return { ...before, refunded: before.refunded + operation.amount };
    case "authorize":
      return before;
  }
}

/** What is still kept ready on an authorization. */
export function held(book: Book, authorization: Operation, now: number): bigint {
  if (statusAt(authorization, now) !== "succeeded" || now >= authorization.expiresAt) return 0n;
  const { captured, voided } = book.totals(authorization.reference);
  return authorization.amount - captured - voided;
}

import { createHmac } from "node:crypto";
import { type Book, emptyBook, held, type Totals } from "./book.ts";
import { cancel, decide, type Rules } from "./decide.ts";
import { openJournal, readJournal, rewriteJournal } from "./journal.ts";
import { fromLine, type Operation, type Status, statusAt, toLine } from "./operation.ts";
import type { Order } from "./order.ts";

export type Answer =
  | { readonly does: "answer"; readonly operation: Operation; readonly status: Status }
  | { readonly does: "hang up" }
  | { readonly does: "refuse"; readonly error: string };

/** One authorization with everything that became of it. */
export interface Account extends Totals {
  readonly operation: Operation;
  readonly status: Status;
  readonly held: bigint;
}

/** The bank behind its counter: what it answers is on the disk. */
export interface Bank {
  order(order: Order): Promise<Answer>;
  cancel(authorization: string): Promise<Answer>;
  find(reference: string): Promise<Answer | undefined>;
  /** The authorization that waits behind the address that a card holder was sent to. */
  challenged(id: string): Operation | undefined;
  challengeOf(operation: Operation): string;
  answerChallenge(operation: Operation, approved: boolean): Promise<Answer>;
  accounts(): Promise<Iterable<Account>>;
  close(): Promise<void>;
}

export interface BankOptions {
  readonly folder: string;
  readonly key: string;
  readonly now: () => number;
  readonly rules: Rules;
  readonly onFailure: (error: unknown) => void;
  readonly compactBytes?: number;
}

/** Opens the bank on its book. */
export async function openBank(options: BankOptions): Promise<Bank> {
  const { now, rules } = options;
  const book = await openBook(options);
  const journal = await openJournal(options.folder, options.onFailure);
  const challenges = new Map<string, string>();
  const challengeOf = (operation: Operation): string =>
    createHmac("sha256", options.key).update(operation.reference).digest("base64url").slice(0, 24);

  const noteChallenge = (operation: Operation): void => {
    if (operation.status === "requires_action") challenges.set(challengeOf(operation), operation.reference);
  };
  for (const operation of book.operations()) noteChallenge(operation);

  // The book changes at once, so that the next order sees it; the answer waits for the disk.
  const enter = async (operation: Operation): Promise<void> => {
    book.enter(operation);
    noteChallenge(operation);
    await journal.append(toLine(operation));
  };
  const answer = (operation: Operation): Answer => ({
    does: "answer",
    operation,
    status: statusAt(operation, now()),
  });

  return {
    async order(order) {
      const decision = decide(book, order, now(), rules);
      switch (decision.does) {
        case "refuse":
          return decision;
        case "drop":
          return { does: "hang up" };
        case "answer":
          await journal.settled();
          return answer(decision.operation);
        case "enter":
          await enter(decision.operation);
          return decision.answered ? answer(decision.operation) : { does: "hang up" };
      }
    },
    async cancel(authorization) {
      const ended = cancel(book, authorization, now());
      if (ended !== undefined) await enter(ended);
      await journal.settled();
      const operation = ended ?? book.find(authorization);
      return operation === undefined ? { does: "hang up" } : answer(operation);
    },
    async find(reference) {
      const operation = book.find(reference);
      await journal.settled();
      return operation === undefined ? undefined : answer(operation);
    },
    challenged: (id) => book.find(challenges.get(id) ?? ""),
    challengeOf,
    async answerChallenge(operation, approved) {
      const current = book.find(operation.reference) ?? operation;
      if (current.status !== "requires_action") return answer(current);
      const ended: Operation = approved
        ? { ...current, status: "succeeded" }
        : { ...current, status: "declined", code: "authentication_failed" };
      await enter(ended);
      return answer(ended);
    },
    async accounts() {
      await journal.settled();
      return accounts(book, now());
    },
    close: () => journal.close(),
  };
}

async function openBook(options: BankOptions): Promise<Book> {
  const book = emptyBook();
  const bytes = await readJournal(options.folder, (line) => book.enter(fromLine(line)));
  if (bytes > (options.compactBytes ?? 64 << 20) && book.superseded > 0) {
    await rewriteJournal(options.folder, linesOf(book));
  }
  return book;
}

function* linesOf(book: Book): Iterable<string> {
  for (const operation of book.operations()) yield toLine(operation);
}

function* accounts(book: Book, now: number): Iterable<Account> {
  for (const operation of book.operations()) {
    if (operation.kind !== "authorize") continue;
    const totals = book.totals(operation.reference);
    yield { operation, status: statusAt(operation, now), held: held(book, operation, now), ...totals };
  }
}

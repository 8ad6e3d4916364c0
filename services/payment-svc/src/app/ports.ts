import type { Answer } from "../domain/answer.ts";
import type { Operation } from "../domain/operation.ts";
import type { Evidence, Outcome } from "../domain/outcome.ts";
import type { Payment } from "../domain/payment.ts";
import type { Posting } from "../domain/postings.ts";

/** Who asked for what under which key. */
export interface RequestKey {
  readonly partner: string;
  readonly requestId: string;
  readonly method: string;
  readonly fingerprint: Uint8Array;
}

/** A request id that was taken, with its answer once there is one. */
export interface Claim {
  readonly fingerprint: Uint8Array;
  readonly operationId: string | undefined;
  readonly answer: Answer | undefined;
}

/** A request that was taken in, with what may be told of it. */
export interface KeptRequest {
  readonly method: string;
  /** Of its payment; empty where that is of none. */
  readonly property: string;
  readonly receiveTime: Date;
  readonly operationId: string | undefined;
  readonly answer: Answer | undefined;
}

/** A request that was taken in and claims nothing: its answer is kept once it is final. */
export interface OpenRequest {
  readonly key: RequestKey;
  readonly paymentId: string;
  readonly receiveTime: Date;
}

/** A new operation and when it is looked after if nobody does. */
export interface Opened {
  readonly operation: Operation;
  /** The method token, sealed, where it may have to be sent again. */
  readonly sealedToken?: Uint8Array;
  /** How long its caller looks after it. */
  readonly leaseMs?: number;
  /** When it is to be sent by itself. */
  readonly dueMs?: number;
}

/** An operation's step to another status. */
export interface Moved {
  readonly before: Operation;
  readonly after: Operation;
  readonly evidence: Evidence;
  readonly detail: string;
  /** When it is asked about next, while it is open. */
  readonly dueMs: number | undefined;
}

/** Everything that one commit writes. */
export interface Change {
  readonly claim?: {
    readonly key: RequestKey;
    readonly paymentId: string;
    readonly operationId?: string;
    readonly answer?: Answer;
  };
  readonly payment?: Payment;
  /** The version that was read; absent where the payment is new. */
  readonly expected?: number;
  readonly moved?: Moved;
  /** What the request behind the moved operation is answered with from now on. */
  readonly answer?: Answer;
  /** True where the request behind the moved operation may be tried anew. */
  readonly release?: boolean;
  readonly opened?: Opened;
  readonly postings?: { readonly journalId: string; readonly rows: readonly Posting[] };
  readonly topic?: string;
}

/** OK, or why nothing was written: what was read has changed, or the request id was taken. */
export type Committed = "OK" | "CONFLICT" | "CLAIMED";

/** An operation in somebody's care. */
export interface Leased {
  readonly operation: Operation;
  readonly sealedToken: Uint8Array | undefined;
  /** How long ago it was sent first and last, by the database's clock. */
  readonly sinceStartMs: number;
  readonly sinceSentMs: number;
  /** How often it has been asked about. */
  readonly asked: number;
}

export interface Opening {
  readonly claim: Claim | undefined;
  /** The fingerprint of an open request with that id. */
  readonly noted: Uint8Array | undefined;
  readonly payment: Payment | undefined;
}

export interface Store {
  commit(change: Change): Promise<Committed>;
  findClaim(partner: string, requestId: string): Promise<Claim | undefined>;
  findRequest(partner: string, requestId: string): Promise<KeptRequest | undefined>;
  /** Notes a request whose answer is not final yet. */
  noteOpenRequest(key: RequestKey, paymentId: string): Promise<void>;
  findOpenRequest(partner: string, requestId: string): Promise<OpenRequest | undefined>;
  /** The claim and the payment in one question. */
  open(partner: string, requestId: string, paymentId: string): Promise<Opening>;
  findPayment(partner: string, paymentId: string): Promise<Payment | undefined>;
  findOperation(partner: string, operationId: string): Promise<{ operation: Operation; inCare: boolean } | undefined>;
  /** Takes the operations that are due and in nobody's care. */
  leaseDue(most: number, leaseMs: number): Promise<readonly Leased[]>;
  /** Takes one operation, unless it is in somebody's care or was asked about a moment ago. */
  leaseOne(operationId: string, leaseMs: number, notAskedForMs: number): Promise<Leased | undefined>;
  /** The open operations of a payment, oldest first. */
  openOperations(paymentId: string): Promise<readonly string[]>;
  /** Notes that an operation is about to be sent once more; false where somebody else has moved it. */
  markSent(operation: Operation): Promise<boolean>;
  /** Gives an operation back and says when it is due again. */
  reschedule(operation: Operation, dueMs: number): Promise<void>;
  /** How many operations are open, and for how long the oldest. */
  backlog(): Promise<{ readonly open: number; readonly oldestMs: number }>;
  /** Forgets what has been kept long enough; true where there may be more. */
  forgetOld(): Promise<boolean>;
}

export interface PageOf<T> {
  readonly items: readonly T[];
  readonly more: boolean;
}

export interface Scope {
  readonly partner: string;
  /** The properties whose rows may be seen; undefined means all. */
  readonly properties: readonly string[] | undefined;
}

export interface Transfer extends Posting {
  readonly id: string;
  readonly journalId: string;
  readonly currency: string;
  readonly paymentId: string;
  readonly createdAt: Date;
}

export interface CurrencyBalance {
  readonly currency: string;
  readonly debits: bigint;
  readonly credits: bigint;
}

export interface AccountBalance extends CurrencyBalance {
  readonly code: string;
}

export interface Reads {
  listPayments(scope: Scope, reservation: string, before: string, most: number): Promise<PageOf<Payment>>;
  trialBalance(scope: Scope): Promise<readonly CurrencyBalance[]>;
  listAccounts(scope: Scope, after: readonly [string, string], most: number): Promise<PageOf<AccountBalance>>;
  listTransfers(scope: Scope, paymentId: string, before: string, most: number): Promise<PageOf<Transfer>>;
}

/** The bank, as far as the flow of an operation needs it. */
export interface BankPort {
  readonly name: string;
  readonly timeoutMs: number;
  readonly idempotencyWindowMs: number;
  readonly notFoundFinalAfterMs: number | undefined;
  readonly canAbandon: boolean;
  /** Does what the operation says; the token is needed for an authorization only. */
  send(payment: Payment, operation: Operation, token: string, deadlineMs: number): Promise<Outcome>;
  query(
    payment: Payment,
    operation: Operation,
    deadlineMs: number,
  ): Promise<Outcome | { readonly status: "NOT_FOUND" }>;
  abandon(payment: Payment, operation: Operation, deadlineMs: number): Promise<Outcome>;
}

/** Keeps method tokens unreadable while they may have to be sent again. */
export interface TokenVault {
  seal(paymentId: string, token: string): Uint8Array;
  /** Undefined where it cannot be read any more. */
  unseal(paymentId: string, sealed: Uint8Array): string | undefined;
}

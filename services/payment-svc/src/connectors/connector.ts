import type { Setting } from "@staymesh/service-kit";
import type { Outcome } from "../domain/outcome.ts";

/** What a bank has to be told about an operation. */
export interface BankOperation {
  /** Our reference and the bank's idempotency key: the same for every send. */
  readonly reference: string;
  readonly currency: string;
  readonly amount: bigint;
  /** The authorization that it belongs to: our reference and the bank's. */
  readonly authorization: { readonly reference: string; readonly bankReference: string };
  /** What it pays, for the bank's own records. */
  readonly order: string;
}

export interface SendContext {
  /** When an answer has to be there, in epoch milliseconds. */
  readonly deadlineMs: number;
}

/** Nothing under our reference. Whether that is a last word depends on `notFoundFinalAfterMs`. */
export interface NotFound {
  readonly status: "NOT_FOUND";
}

export interface Capabilities {
  /** How long after the first send the same key still means the same operation. */
  readonly idempotencyWindowMs: number;
  /** How long after the last send "not found" is a last word; undefined where it never is. */
  readonly notFoundFinalAfterMs: number | undefined;
  /** The longest that one call may take. */
  readonly timeoutMs: number;
}

/**
 * One bank. None of these functions throws for anything that a bank or a network can do: whatever happens is one of the five
 * outcomes.
 */
export interface Connector {
  readonly name: string;
  readonly capabilities: Capabilities;
  authorize(operation: BankOperation, token: string, context: SendContext): Promise<Outcome>;
  capture(operation: BankOperation, context: SendContext): Promise<Outcome>;
  void(operation: BankOperation, context: SendContext): Promise<Outcome>;
  refund(operation: BankOperation, context: SendContext): Promise<Outcome>;
  /** Asks how an operation stands, by our reference. An error of the question itself is UNKNOWN: it changes nothing. */
  query(operation: BankOperation, context: SendContext): Promise<Outcome | NotFound>;
  /** Ends an authorization that is still open, where the bank can; answers how it stands after that. */
  abandon?(operation: BankOperation, context: SendContext): Promise<Outcome>;
  close(): void;
}

/** A bank whose settings are read. */
export interface ConfiguredBank {
  /** What only this service and the bank know; method tokens are sealed with keys derived from it. */
  readonly secret: string;
  connect(): Connector;
}

/** Reads a bank's own settings. */
export type Bank = Setting<ConfiguredBank>;

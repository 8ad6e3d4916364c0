/** What is known of an operation at the bank. */
export type Outcome =
  | {
      readonly status: "SUCCEEDED";
      readonly bankReference: string;
      /** When the bank lets an authorization's money go by itself. */
      readonly expiresAt?: Date;
    }
  | { readonly status: "DECLINED"; readonly code: string }
  | NotExecuted
  /** The bank is at it, or waits for the guest. */
  | { readonly status: "PENDING"; readonly bankReference: string; readonly actionUrl?: string }
  | { readonly status: "UNKNOWN"; readonly detail: string };

/** It is known that nothing happened. */
export interface NotExecuted {
  readonly status: "NOT_EXECUTED";
  readonly detail: string;
  /** True where that is known of every send, and not of this one alone. */
  readonly everySend?: boolean;
  /** True where the bank could not be reached at all, so that it may be sent once more at once. */
  readonly unreached?: boolean;
}

/** How an outcome came to be known. */
export type Evidence = "SYNC_RESPONSE" | "STATUS_QUERY" | "REPLAY_SAME_KEY";

/** The code of an authorization that ended because nobody wanted it any more. */
export const CANCELED = "canceled";

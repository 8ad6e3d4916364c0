/** What the contract says about one method, as far as a caller needs it. Written by the generator. */
export interface MethodPlan {
  /** As in "staymesh.stay.v1.StayService/SearchStays". */
  readonly method: string;
  readonly verb: string;
  readonly path: readonly (string | PathField)[];
  /** "*" for the whole request, a field's JSON name, or nothing. */
  readonly body: string;
  readonly timeoutMs: number;
  /** How it is sent again when nothing is known of the first attempt; absent where it may not be. */
  readonly retry?: RetryPlan;
  /** Whether the request carries a request id. */
  readonly requestId: boolean;
  /** The type of an answer, or of one message of a stream; a name in Shapes. */
  readonly answer: string;
  /** The list inside a page, where the answer is a page. */
  readonly items?: string;
  /** The field of a message that says where a new stream goes on; it has the same name in the request. */
  readonly resume?: string;
}

/** How often and how soon a call is sent again. */
export interface RetryPlan {
  /** All attempts together, the first one too. */
  readonly attemptsMax: number;
  readonly firstWaitMs: number;
  readonly waitMaxMs: number;
  readonly multiplier: number;
}

/** A part of a path that a field of the request fills. */
export interface PathField {
  /** JSON names with dots between them. */
  readonly field: string;
  /** Such as properties/*: what its value has to look like. */
  readonly like: string;
}

/** The fields of answers that JSON cannot hold as they are, by message type and JSON name. */
export type Shapes = Readonly<Record<string, Readonly<Record<string, FieldShape>>>>;

/** "int" is a 64-bit integer, "word" an enum, "any" a message that names its type, everything else a message type. */
export interface FieldShape {
  readonly of: string;
  readonly map?: true;
}

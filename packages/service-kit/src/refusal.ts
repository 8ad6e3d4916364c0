/** One field that breaks a rule of the contract. */
export interface FieldViolation {
  readonly field: string;
  readonly reason: string;
  readonly description: string;
}

/** What a refusal may carry beside its facts. */
export interface RefusalExtras {
  readonly violations?: readonly FieldViolation[];
  readonly retryAfterMs?: number;
}

/** The rules say no. The reason is the name of a value of a reason enum in the contract, without the enum's prefix. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reason: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly violations?: readonly FieldViolation[];
  readonly retryAfterMs?: number;

  constructor(reason: string, message: string, facts: Readonly<Record<string, string>> = {}, more: RefusalExtras = {}) {
    super(message);
    this.reason = reason;
    this.facts = facts;
    if (more.violations !== undefined) this.violations = more.violations;
    if (more.retryAfterMs !== undefined) this.retryAfterMs = more.retryAfterMs;
  }
}

/** The parts of a changelog. What breaks somebody stands under Breaking, whatever its kind. */
export type Section = "Added" | "Changed" | "Deprecated" | "Removed" | "Security" | "Breaking";

/** What can change in a contract, and under which heading it is told. */
export const KINDS = {
  "service-added": "Added",
  "service-removed": "Removed",
  "service-renamed": "Changed",
  "method-added": "Added",
  "method-removed": "Removed",
  "method-renamed": "Changed",
  "method-input": "Changed",
  "method-output": "Changed",
  "method-streaming": "Changed",
  "route-added": "Added",
  "route-removed": "Removed",
  "route-changed": "Changed",
  "route-moved": "Changed",
  "route-fields": "Changed",
  "route-body": "Changed",
  "route-response-body": "Changed",
  "route-shadowed": "Changed",
  "scope-added": "Changed",
  "scope-removed": "Security",
  "public-on": "Security",
  "public-off": "Changed",
  "property-guard-added": "Changed",
  "property-guard-removed": "Security",
  "property-guard-changed": "Security",
  "timeout-shortened": "Changed",
  "timeout-lengthened": "Changed",
  priority: "Changed",
  "rate-cost-raised": "Changed",
  "rate-cost-lowered": "Changed",
  creates: "Changed",
  idempotency: "Changed",
  retired: "Deprecated",
  retirement: "Deprecated",
  "retirement-withdrawn": "Changed",
  "method-reasons-added": "Changed",
  "method-reasons-removed": "Changed",
  "fan-out": "Changed",
  "message-added": "Added",
  "message-removed": "Removed",
  "message-renamed": "Changed",
  "field-added": "Added",
  "field-removed": "Removed",
  "field-renamed": "Changed",
  "field-renumbered": "Changed",
  "field-type": "Changed",
  "field-cardinality": "Changed",
  "field-presence": "Changed",
  "field-default": "Changed",
  "field-json-name": "Changed",
  "field-oneof": "Changed",
  "field-behavior": "Changed",
  "personal-on": "Security",
  "personal-off": "Security",
  "secret-on": "Security",
  "secret-off": "Security",
  "transport-on": "Changed",
  "transport-off": "Changed",
  "resume-token-on": "Added",
  "resume-token-off": "Removed",
  hint: "Changed",
  "rule-tightened": "Changed",
  "rule-loosened": "Changed",
  "rule-changed": "Changed",
  "oneof-added": "Added",
  "oneof-removed": "Removed",
  "oneof-renamed": "Changed",
  "number-reused": "Changed",
  "reservation-removed": "Removed",
  "enum-added": "Added",
  "enum-removed": "Removed",
  "enum-renamed": "Changed",
  "enum-openness": "Changed",
  "value-added": "Added",
  "value-removed": "Removed",
  "value-renamed": "Changed",
  "value-renumbered": "Changed",
  "reason-added": "Added",
  "reason-removed": "Removed",
  "reason-code": "Changed",
  "reason-http-status": "Changed",
  "reason-title": "Changed",
  "reason-remedy": "Changed",
  "reason-enums": "Changed",
  deprecated: "Deprecated",
  "deprecation-withdrawn": "Changed",
  option: "Changed",
} as const satisfies Readonly<Record<string, Section>>;

export type ChangeKind = keyof typeof KINDS;

/** One difference between two contracts, in the words of those who call them. */
export interface Change {
  readonly kind: ChangeKind;
  /** A full name ("staymesh.payment.v1.PaymentService/GetPayment"), a route ("GET /v1/payments") or a reason ("CARD_DECLINED"). */
  readonly subject: string;
  readonly before?: string;
  readonly after?: string;
  /** True where a program that was written against the old contract and works may stop working, or no longer compiles. */
  readonly breaking: boolean;
  /** Why it breaks somebody or not, in a sentence. */
  readonly why: string;
}

export const sectionOf = ({ kind, breaking }: Change): Section => (breaking ? "Breaking" : KINDS[kind]);

/** Whether something breaks, and why. */
export interface Verdict {
  readonly breaking: boolean;
  readonly why: string;
}

export const breaks = (why: string): Verdict => ({ breaking: true, why });

export const holds = (why: string): Verdict => ({ breaking: false, why });

/** A change from one word to another; undefined words are left out. */
export const change = (
  kind: ChangeKind,
  subject: string,
  [before, after]: readonly [string | undefined, string | undefined],
  { breaking, why }: Verdict,
): Change => ({
  kind,
  subject,
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
  breaking,
  why,
});

/** By subject, then kind, then words, so that the same two contracts always give the same list. */
export const inOrder = (changes: readonly Change[]): readonly Change[] =>
  [...changes].sort((one, other) => compareText(orderKey(one), orderKey(other)));

const orderKey = ({ subject, kind, before, after }: Change): string =>
  [subject, kind, before ?? "", after ?? ""].join("\0");

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

export const when = (happened: boolean, one: Change): readonly Change[] => (happened ? [one] : []);

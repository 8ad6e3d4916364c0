import { expect } from "chai";
import * as fc from "fast-check";
import { conclude } from "../../src/domain/conclude.ts";
import {
  type Intent,
  intendAuthorization,
  intendCapture,
  intendRefund,
  intendVoid,
  voidCase,
  voidWhenKnown,
} from "../../src/domain/intend.ts";
import { hasEnded, type Operation } from "../../src/domain/operation.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import type { Payment } from "../../src/domain/payment.ts";
import type { Posting } from "../../src/domain/postings.ts";
import { operationMayBecome, paymentTransitions } from "../../src/domain/transitions.ts";

const now = new Date(0);
let ids = 0;
const stamp = () => ({ operationId: `operation-${++ids}`, requestId: "", now });

const begin = (amount: bigint): Intent =>
  intendAuthorization(
    {
      id: "p",
      partner: "sandbox",
      property: "lisbon-city",
      reservation: "",
      externalReference: "",
      connector: "sandbox",
      amount: { currencyCode: "EUR", minorUnits: amount },
    },
    stamp(),
  );

const outcomes = fc.oneof(
  fc.constantFrom<Outcome>(
    { status: "SUCCEEDED", bankReference: "b" },
    { status: "SUCCEEDED", bankReference: "b", expiresAt: now },
  ),
  fc.constantFrom<Outcome>({ status: "DECLINED", code: "no" }, { status: "DECLINED", code: "canceled" }),
  fc.boolean().map((everySend): Outcome => ({ status: "NOT_EXECUTED", detail: "", everySend })),
  fc.constantFrom<Outcome>(
    { status: "PENDING", bankReference: "b" },
    { status: "PENDING", bankReference: "b", actionUrl: "https://bank/3ds" },
  ),
  fc.constant<Outcome>({ status: "UNKNOWN", detail: "" }),
);

type Step =
  | { readonly does: "outcome"; readonly of: number; readonly outcome: Outcome }
  | { readonly does: "resend"; readonly of: number }
  | { readonly does: "capture" | "refund"; readonly amount: bigint }
  | { readonly does: "void" };

const amounts = fc.bigInt({ min: 1n, max: 120n });
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant("outcome" as const), of: fc.nat(9), outcome: outcomes }) },
  fc.record({ does: fc.constant("resend" as const), of: fc.nat(9) }),
  fc.record({ does: fc.constantFrom("capture" as const, "refund" as const), amount: amounts }),
  fc.record({ does: fc.constant("void" as const) }),
);

/** A payment with its operations and its ledger, as the commits would have left them. */
interface World {
  payment: Payment;
  readonly operations: Operation[];
  readonly ledger: Posting[];
}

function take(world: World, step: Step): void {
  const before = world.payment;
  const operation = "of" in step ? world.operations[step.of % world.operations.length] : undefined;
  switch (step.does) {
    case "outcome": {
      if (operation === undefined) return;
      const conclusion = conclude(before, operation, step.outcome, {
        now,
        wallNow: now,
        followUpId: `operation-${++ids}`,
      });
      if (conclusion === undefined) return;
      expect(operationMayBecome(operation.status, conclusion.operation.status)).to.equal(true);
      world.operations[world.operations.indexOf(operation)] = conclusion.operation;
      if (conclusion.followUp !== undefined) world.operations.push({ ...conclusion.followUp, sends: 1 });
      world.payment = conclusion.payment;
      world.ledger.push(...conclusion.postings);
      break;
    }
    case "resend":
      if (operation === undefined || hasEnded(operation)) return;
      world.operations[world.operations.indexOf(operation)] = { ...operation, sends: operation.sends + 1 };
      return;
    case "capture":
    case "refund":
    case "void":
      intend(world, step);
  }
  if (before.state !== world.payment.state) {
    expect(paymentTransitions[before.state]).to.include(world.payment.state);
  }
}

function intend(world: World, step: Extract<Step, { does: "capture" | "refund" | "void" }>): void {
  const { payment } = world;
  try {
    if (step.does === "void" && voidCase(payment) === "WHEN_KNOWN") {
      world.payment = voidWhenKnown(payment, now);
      return;
    }
    if (step.does === "void" && voidCase(payment) === "NOTHING_HELD") return;
    const amount = "amount" in step ? { currencyCode: "EUR", minorUnits: step.amount } : undefined;
    const intent =
      step.does === "void"
        ? intendVoid(payment, stamp())
        : step.does === "capture"
          ? intendCapture(payment, amount, stamp())
          : intendRefund(payment, amount, "", stamp());
    world.payment = intent.payment;
    world.operations.push(intent.operation);
  } catch (error) {
    expect(error).to.have.property("reason");
  }
}

const sumOf = (rows: readonly { readonly amount: bigint }[]): bigint =>
  rows.reduce((sum, { amount }) => sum + amount, 0n);

function check({ payment, operations, ledger }: World): void {
  const done = (kind: Operation["kind"]) =>
    operations.filter((operation) => operation.kind === kind && operation.status === "SUCCEEDED");
  const open = operations.filter((operation) => !hasEnded(operation));
  expect(payment.captured + payment.capturePending + payment.voided <= payment.authorized).to.equal(true);
  expect(payment.refunded + payment.refundPending <= payment.captured).to.equal(true);
  expect(payment.authorized).to.equal(sumOf(done("AUTHORIZE")));
  expect(payment.captured).to.equal(sumOf(done("CAPTURE")));
  expect(payment.refunded).to.equal(sumOf(done("REFUND")));
  expect(done("CAPTURE").length + done("VOID").length).to.be.at.most(1);
  expect(payment.openOperations).to.equal(open.filter(({ kind }) => kind !== "AUTHORIZE").length);
  expect(payment.refundPending).to.equal(sumOf(open.filter(({ kind }) => kind === "REFUND")));
  expect(payment.capturePending).to.equal(sumOf(open.filter(({ kind }) => kind === "CAPTURE")));

  const balance = (account: string): bigint =>
    sumOf(ledger.filter(({ debit }) => debit === account)) - sumOf(ledger.filter(({ credit }) => credit === account));
  const isHeld = payment.state === "AUTHORIZED" ? payment.authorized : 0n;
  expect(balance("auth_hold")).to.equal(-isHeld);
  expect(balance("guest_receivable")).to.equal(isHeld);
  expect(balance("psp_clearing")).to.equal(payment.captured - payment.refunded);
  expect(balance("hotel_payable:lisbon-city")).to.equal(payment.refunded - payment.captured);
}

describe("a payment, whatever happens to it", () => {
  it("keeps its sums, its transitions and its ledger right", async () => {
    await fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 100n }), fc.array(steps, { maxLength: 25 }), (amount, taken) => {
        const { payment, operation } = begin(amount);
        const world: World = { payment, operations: [operation], ledger: [] };
        for (const step of taken) {
          take(world, step);
          check(world);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("is never let go of while nobody knows: only evidence ends an unknown outcome", () => {
    const { payment, operation } = begin(5n);
    const unknown = conclude(
      payment,
      operation,
      { status: "UNKNOWN", detail: "" },
      { now, wallNow: now, followUpId: "v" },
    );
    expect(unknown?.payment.state).to.equal("PROCESSING");
    const resent = { ...operation, status: "UNKNOWN" as const, sends: 2 };
    const refused: Outcome = { status: "NOT_EXECUTED", detail: "connection refused" };
    expect(conclude(payment, resent, refused, { now, wallNow: now, followUpId: "v" })).to.equal(undefined);
    const final = conclude(payment, resent, { ...refused, everySend: true }, { now, wallNow: now, followUpId: "v" });
    expect(final?.payment.state).to.equal("FAILED");
  });

  it("opens a void by itself where a late yes is no longer wanted, until the bank has let go", () => {
    const { payment, operation } = begin(5n);
    const unwanted = voidWhenKnown(payment, now);
    const yes: Outcome = { status: "SUCCEEDED", bankReference: "b" };
    const late = conclude(unwanted, operation, yes, { now, wallNow: now, followUpId: "v" });
    expect(late?.followUp).to.include({ id: "v", kind: "VOID", amount: 5n, sends: 0 });
    if (late?.followUp === undefined) throw new Error("no void");
    const sent = { ...late.followUp, sends: 1 };
    const failed = conclude(
      late.payment,
      sent,
      { status: "NOT_EXECUTED", detail: "" },
      { now, wallNow: now, followUpId: "w" },
    );
    expect(failed?.followUp).to.include({ id: "w", kind: "VOID" });
  });

  it("is let go where the bank declines after the time for which it kept the money", () => {
    const { payment, operation } = begin(5n);
    const authorized = conclude(
      payment,
      operation,
      { status: "SUCCEEDED", bankReference: "b", expiresAt: new Date(1000) },
      { now, wallNow: now, followUpId: "" },
    );
    if (authorized === undefined) throw new Error("an authorization that succeeds concludes");
    const no: Outcome = { status: "DECLINED", code: "authorization_not_open" };
    for (const intend of [intendVoid, (paid: Payment) => intendCapture(paid, undefined, stamp())]) {
      const begun = intend(authorized.payment, stamp());
      const early = conclude(begun.payment, begun.operation, no, { now, wallNow: new Date(999), followUpId: "" });
      expect(early?.payment).to.include({ state: "AUTHORIZED", voided: 0n, openOperations: 0 });
      const late = conclude(begun.payment, begun.operation, no, { now, wallNow: new Date(1000), followUpId: "" });
      expect(late?.payment).to.include({ state: "VOIDED", voided: 5n, capturePending: 0n, openOperations: 0 });
      expect(late?.operation.status).to.equal("DECLINED");
      expect(late?.postings).to.deep.equal([
        { debit: "auth_hold", credit: "guest_receivable", amount: 5n, code: "RELEASE" },
      ]);
    }
  });
});

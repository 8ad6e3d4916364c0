import { randomUUID } from "node:crypto";
import { CreateReportRequest } from "@staymesh/proto/staymesh/report/v1/report";
import { Refusal } from "@staymesh/service-kit/refusal";
import { expect } from "chai";
import { PROPERTY, RESERVATION } from "./fake-facts.ts";

/** Orders a booking's confirmation. */
export const confirmationOrder = (
  changes: Partial<CreateReportRequest> & {
    readonly reservation?: string;
    readonly format?: 1 | 2;
    readonly languageCode?: string;
  } = {},
) =>
  CreateReportRequest.fromPartial({
    requestId: randomUUID(),
    ...changes,
    report: {
      kind: { $case: "bookingConfirmation", value: { reservation: changes.reservation ?? RESERVATION } },
      format: changes.format ?? 1,
      languageCode: changes.languageCode ?? "",
    },
  });

/** Orders a month's figures. */
export const monthOrder = (
  changes: {
    readonly property?: string;
    readonly month?: string;
    readonly format?: 1 | 2;
    readonly requestId?: string;
  } = {},
) =>
  CreateReportRequest.fromPartial({
    requestId: changes.requestId ?? randomUUID(),
    report: {
      kind: {
        $case: "monthlyPerformance",
        value: { property: changes.property ?? PROPERTY, month: changes.month ?? "2027-03" },
      },
      format: changes.format ?? 2,
    },
  });

/** The refusal that a call ends with. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  expect.fail("the call was not refused");
}

/** "operations/x" and "reports/x" to "x". */
export const idOf = (name: string) => name.split("/")[1] ?? "";

/** A whole stream as one buffer. */
export async function whole(stream: AsyncIterable<{ readonly data: Buffer }>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const { data } of stream) pieces.push(data);
  return Buffer.concat(pieces);
}

/** Asks again and again until the answer is the wanted one, within a bound. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean, withinMs = 15_000): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (performance.now() > end) expect.fail(`the answer did not come within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

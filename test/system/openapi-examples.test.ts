import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import type { Json, JsonObject } from "../contract/requests.ts";
import { type Answer, type Rest, restOf } from "../mesh/rest.ts";
import { until } from "../mesh/until.ts";
import { closed, type Operation, operationsOf } from "../openapi/document.ts";
import { learnedNames } from "../openapi/learned.ts";
import { type System, startSystem } from "../support/system.ts";

interface Step {
  readonly id: string;
  /** What the caller says the time is. */
  readonly now?: string;
  /** Asked again until the answer is so. */
  readonly until?: (answer: JsonObject) => boolean;
}

const steps = (service: string, ...names: readonly string[]): readonly Step[] =>
  names.map((name) => ({ id: `${service}_${name}` }));
const at = (now: string, ...several: readonly Step[]): readonly Step[] => several.map((step) => ({ ...step, now }));
const hold = [...steps("StayService", "CreateQuote"), ...steps("ReservationService", "CreateReservation")];
const booking = [...hold, ...steps("ReservationService", "ConfirmReservation")];

/** Calls that need something before them, in an order in which they all succeed. */
const first: readonly Step[] = [
  ...steps("CatalogService", "CreateProperty", "CreateRoomType", "CreateRatePlan"),
  ...steps("InventoryService", "BatchUpdateInventory", "BatchUpdateRates"),
  ...hold,
  ...steps("ReservationService", "ReleaseReservation"),
  ...booking,
  ...steps("ReservationService", "CancelReservation"),
  ...booking,
  ...at("2027-03-06T12:00:00Z", ...steps("ReservationService", "MarkNoShow")),
  ...hold,
  ...steps("ReservationService", "ExtendHold", "ConfirmReservation"),
  ...at("2027-03-05T16:00:00Z", ...steps("ReservationService", "CheckIn")),
  ...at("2027-03-07T09:00:00Z", ...steps("ReservationService", "CheckOut")),
  ...steps("PaymentService", "AuthorizePayment", "VoidPayment"),
  ...steps("PaymentService", "AuthorizePayment", "ResolvePayment", "CapturePayment", "RefundPayment"),
  ...steps("ReportService", "CreateReport", "CancelOperation", "CreateReport"),
  { id: "ReportService_GetOperation", until: ({ done }) => done === true },
];

/** Calls after which nothing else would work. */
const last = steps("CatalogService", "ArchiveRatePlan", "ArchiveRoomType", "ArchiveProperty");

describe("the examples of the OpenAPI document", function () {
  this.timeout(120_000);
  let system: System;
  let rest: Rest;
  let operations: readonly Operation[];
  let validates: (pointer: string, value: Json) => readonly string[];
  const learned = learnedNames();

  before(async () => {
    system = await startSystem();
    rest = restOf(system.baseUrl);
    const { body: document } = await rest("GET", "/openapi.json", undefined, { key: "" });
    operations = operationsOf(document);
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
    ajv.addSchema(closed(document), "openapi");
    validates = (pointer, value) => {
      const check = ajv.getSchema(`openapi${pointer}`);
      if (check === undefined) throw new Error(`there is no schema at ${pointer}`);
      return check(value) === true ? [] : (check.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
    };
  });
  after(() => system?.stop());

  it("are there for every parameter that is asked for, every body and every answer", () => {
    expect(operations.length).to.be.greaterThan(45);
    expect(operations.flatMap(({ id, missing }) => missing.map((what) => `${id} has ${what}`))).to.deep.equal([]);
  });

  it("succeed one after the other against a running system, with answers that are as the document says", async () => {
    const placed = new Set([...first, ...last].map(({ id }) => id));
    const rest = operations.filter(({ id }) => !placed.has(id)).map(({ id }): Step => ({ id }));
    const problems: string[] = [];
    for (const step of [...first, ...rest, ...last]) problems.push(...(await replay(step)));
    expect(problems, `\n  ${problems.join("\n  ")}\n`).to.deep.equal([]);
  });

  async function replay(step: Step): Promise<readonly string[]> {
    const operation = operations.find(({ id }) => id === step.id);
    if (operation === undefined) return [`${step.id} is no operation of the document`];
    const answer = await until(step.id, 30_000, async () => {
      const given = await send(operation, step);
      const isDue = step.until === undefined || given.status !== operation.status || step.until(given.body);
      return isDue ? given : undefined;
    });
    const { status, headers, bytes } = answer;
    if (status !== operation.status) {
      return [`${operation.id} answers ${status} and not ${operation.status}: ${bytes.toString("utf8").slice(0, 300)}`];
    }
    if (operation.verb !== "GET" || step.until !== undefined) learned.note(answer.body);
    const type = (headers.get("content-type") ?? "").split(";")[0] ?? "";
    if (operation.types.includes("*/*")) return bytes.length > 0 ? [] : [`${operation.id} answers with nothing`];
    if (!operation.types.includes(type)) return [`${operation.id} answers with ${type}, which is not told`];
    const values = type === "application/jsonl" ? lines(bytes) : [answer.body];
    return values.flatMap((value) =>
      validates(operation.schemaOf(type), value).map((problem) => `${operation.id}: ${problem}`),
    );
  }

  /** A stream that does not end by itself is left after its first piece. */
  async function send({ verb, path, query, body }: Operation, { now }: Step): Promise<Answer> {
    const asked = new URLSearchParams(
      query.map(([name, value]): [string, string] => [name, String(learned.put(value))]),
    ).toString();
    const url = `${learned.putPath(path)}${asked === "" ? "" : `?${asked}`}`;
    if (path.endsWith(":watch")) return firstPiece(url);
    const headers = now === undefined ? {} : { "staymesh-now": now };
    return rest(verb, url, body === undefined ? undefined : learned.put(body), { key: system.key, headers });
  }

  async function firstPiece(url: string): Promise<Answer> {
    const leave = new AbortController();
    const response = await fetch(`${system.baseUrl}${url}`, {
      headers: { authorization: `Bearer ${system.key}` },
      signal: leave.signal,
    });
    const reader = response.body?.getReader();
    const { value = new Uint8Array() } = (await reader?.read()) ?? {};
    leave.abort();
    return { status: response.status, headers: response.headers, bytes: Buffer.from(value), body: {} };
  }
});

function lines(bytes: Buffer): readonly Json[] {
  const whole = bytes.toString("utf8").split("\n").slice(0, -1);
  return whole.map((line): Json => JSON.parse(line));
}

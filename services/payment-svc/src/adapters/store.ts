import { Refusal } from "@staymesh/service-kit/refusal";
import type pg from "pg";
import type { Change, Claim, KeptRequest, Leased, OpenRequest, Store } from "../app/ports.ts";
import { changeDocument } from "./change-document.ts";
import { isRow, type Row, toAnswer, toOperation, toPayment } from "./rows.ts";

const openStates = "('INITIATED', 'PENDING', 'UNKNOWN')";

const leasedColumns = `o.*, extract(epoch from clock_timestamp() - o.started_at) * 1000 as since_start_ms,
  extract(epoch from clock_timestamp() - coalesce(o.last_sent_at, o.started_at)) * 1000 as since_sent_ms`;

const statements = {
  commit: "select commit_change($1::jsonb) as outcome",
  claim: "select fingerprint, operation_id, answer from idempotency where partner = $1 and request_id = $2",
  request: `select i.method, i.operation_id, i.answer, i.created_at, coalesce(p.property, '') as property
            from idempotency i left join payment p on p.id = i.payment_id where i.partner = $1 and i.request_id = $2`,
  noteOpenRequest: `insert into open_request (partner, request_id, method, fingerprint, payment_id)
                    values ($1, $2, $3, $4, $5) on conflict do nothing`,
  openRequest: `select request_id, method, fingerprint, payment_id, created_at from open_request
                where partner = $1 and request_id = $2`,
  open: `select (select jsonb_build_object('fingerprint', i.fingerprint, 'operation_id', i.operation_id, 'answer', i.answer)
                 from idempotency i where i.partner = $1 and i.request_id = $2) as claim,
                (select fingerprint from open_request o where o.partner = $1 and o.request_id = $2) as noted,
                (select to_jsonb(p) from payment p where p.partner = $1 and p.id = $3) as payment`,
  payment: "select * from payment where partner = $1 and id = $2",
  operation: `select o.*, coalesce(o.lease_until > clock_timestamp(), false) as in_care
              from operation o where o.partner = $1 and o.id = $2`,
  leaseDue: `update operation o set lease_until = clock_timestamp() + $2 * interval '1 millisecond',
               asked = o.asked + 1, asked_at = clock_timestamp()
             where o.id in (select id from operation
               where next_resolve_at <= clock_timestamp() and (lease_until is null or lease_until < clock_timestamp())
               order by next_resolve_at limit $1 for update skip locked)
             returning ${leasedColumns}`,
  leaseOne: `update operation o set lease_until = clock_timestamp() + $2 * interval '1 millisecond',
               asked = o.asked + 1, asked_at = clock_timestamp()
             where o.id in (select id from operation
               where id = $1 and status in ${openStates} and (lease_until is null or lease_until < clock_timestamp())
                 and (asked_at is null or asked_at <= clock_timestamp() - $3 * interval '1 millisecond')
               for update skip locked)
             returning ${leasedColumns}`,
  openOperations: `select id from operation where payment_id = $1 and status in ${openStates} order by id`,
  markSent: `update operation set sends = sends + 1, last_sent_at = clock_timestamp()
             where id = $1 and status = $2 and sends = $3`,
  reschedule: `update operation set lease_until = null, next_resolve_at = clock_timestamp() + $2 * interval '1 millisecond'
               where id = $1 and status in ${openStates}`,
  backlog: `select count(*)::integer as open, coalesce(max(extract(epoch from clock_timestamp() - started_at)), 0) * 1000
              as oldest_ms from operation where next_resolve_at is not null`,
  forgetClaims: `delete from idempotency where (partner, request_id) in
    (select partner, request_id from idempotency where expires_at < clock_timestamp() and answer is not null limit 1000)`,
  forgetOpenRequests: `delete from open_request where (partner, request_id) in
    (select partner, request_id from open_request where created_at < clock_timestamp() - interval '30 days' limit 1000)`,
  forgetEvents: `delete from outbox where id in
    (select id from outbox where created_at < clock_timestamp() - interval '30 days' limit 1000)`,
} as const;

const RETRIES = 5;

/** The store on PostgreSQL: each function is one round trip. */
export function openStore(pool: pg.Pool): Store {
  const ask = async (name: keyof typeof statements, values: readonly unknown[]): Promise<pg.QueryResult<Row>> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await pool.query<Row>({ name, text: statements[name], values: [...values] });
      } catch (error) {
        // Nothing was written, so that it can simply be done again.
        if (attempt <= RETRIES && isSerializationFailure(error)) continue;
        throw isUnreachable(error) ? unavailable(error) : error;
      }
    }
  };
  const first = async (name: keyof typeof statements, values: readonly unknown[]): Promise<Row | undefined> =>
    (await ask(name, values)).rows[0];

  return {
    async commit(change: Change) {
      const outcome = (await first("commit", [JSON.stringify(changeDocument(change))]))?.["outcome"];
      if (outcome === "OK" || outcome === "CONFLICT" || outcome === "CLAIMED") return outcome;
      throw new Error(`commit_change said ${String(outcome)}`);
    },
    async findClaim(partner, requestId) {
      const row = await first("claim", [partner, requestId]);
      return row === undefined ? undefined : toClaim(row);
    },
    async findRequest(partner, requestId) {
      const row = await first("request", [partner, requestId]);
      return row === undefined ? undefined : toRequest(row);
    },
    async noteOpenRequest({ partner, requestId, method, fingerprint }, paymentId) {
      await ask("noteOpenRequest", [partner, requestId, method, fingerprint, paymentId]);
    },
    async findOpenRequest(partner, requestId) {
      const row = await first("openRequest", [partner, requestId]);
      return row === undefined ? undefined : toOpenRequest(partner, row);
    },
    async open(partner, requestId, paymentId) {
      const row = await first("open", [partner, requestId, paymentId]);
      const { claim, noted, payment } = row ?? {};
      return {
        claim: isRow(claim) ? toClaim(claim) : undefined,
        noted: noted instanceof Uint8Array ? noted : undefined,
        payment: isRow(payment) ? toPayment(payment) : undefined,
      };
    },
    async findPayment(partner, paymentId) {
      const row = await first("payment", [partner, paymentId]);
      return row === undefined ? undefined : toPayment(row);
    },
    async findOperation(partner, operationId) {
      const row = await first("operation", [partner, operationId]);
      return row === undefined ? undefined : { operation: toOperation(row), inCare: row["in_care"] === true };
    },
    async leaseDue(most, leaseMs) {
      return (await ask("leaseDue", [most, leaseMs])).rows.map(toLeased);
    },
    async leaseOne(operationId, leaseMs, notAskedForMs) {
      const row = await first("leaseOne", [operationId, leaseMs, notAskedForMs]);
      return row === undefined ? undefined : toLeased(row);
    },
    async openOperations(paymentId) {
      return (await ask("openOperations", [paymentId])).rows.map((row) => String(row["id"]));
    },
    async markSent({ id, status, sends }) {
      return (await ask("markSent", [id, status, sends])).rowCount === 1;
    },
    async reschedule({ id }, dueMs) {
      await ask("reschedule", [id, dueMs]);
    },
    async backlog() {
      const row = await first("backlog", []);
      return { open: Number(row?.["open"]), oldestMs: Number(row?.["oldest_ms"]) };
    },
    async forgetOld() {
      const claims = await ask("forgetClaims", []);
      const open = await ask("forgetOpenRequests", []);
      const events = await ask("forgetEvents", []);
      return [claims, open, events].some(({ rowCount }) => (rowCount ?? 0) > 0);
    },
  };
}

function toLeased(row: Row): Leased {
  return {
    operation: toOperation(row),
    sealedToken: row["sealed_token"] instanceof Uint8Array ? row["sealed_token"] : undefined,
    sinceStartMs: Number(row["since_start_ms"]),
    sinceSentMs: Number(row["since_sent_ms"]),
    asked: Number(row["asked"]),
  };
}

function toClaim(row: Row): Claim {
  const { fingerprint, answer } = row;
  const operationId = row["operation_id"];
  return {
    // Inside a JSON document bytes are written as \x and hexadecimal digits.
    fingerprint: fingerprint instanceof Uint8Array ? fingerprint : Buffer.from(String(fingerprint).slice(2), "hex"),
    operationId: typeof operationId === "string" ? operationId : undefined,
    answer: toAnswer(isRow(answer) ? answer : null),
  };
}

function toOpenRequest(partner: string, row: Row): OpenRequest {
  const { fingerprint } = row;
  if (!(fingerprint instanceof Uint8Array)) throw new Error("an open request without a fingerprint");
  return {
    key: { partner, requestId: String(row["request_id"]), method: String(row["method"]), fingerprint },
    paymentId: String(row["payment_id"]),
    receiveTime: instant(row),
  };
}

function toRequest(row: Row): KeptRequest {
  const { answer, operation_id: operationId } = row;
  const method = String(row["method"]);
  return {
    // Rows of before name the method without its service, of which there was one.
    method: method.includes("/") ? method : `staymesh.payment.v1.PaymentService/${method}`,
    property: String(row["property"]),
    receiveTime: instant(row),
    operationId: typeof operationId === "string" ? operationId : undefined,
    answer: toAnswer(isRow(answer) ? answer : null),
  };
}

function instant({ created_at: createdAt }: Row): Date {
  return createdAt instanceof Date ? createdAt : new Date(String(createdAt));
}

/** Whether something was written is not known then: the same request again finds out. */
const unavailable = (cause: unknown): Refusal => {
  const refusal = new Refusal("DEPENDENCY_UNAVAILABLE", "The database cannot be reached.", {}, { retryAfterMs: 500 });
  refusal.cause = cause;
  return refusal;
};

const unreachable = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "57P01", "57P02", "57P03", "53300"]);

function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string") return unreachable.has(error.code);
  // The driver's own words for a connection that broke or did not come about.
  return /^Connection terminated|^timeout exceeded when trying to connect/.test(error.message);
}

const isSerializationFailure = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "40001" || error.code === "40P01");

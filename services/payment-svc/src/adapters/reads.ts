import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import { PrismaClient } from "../../generated/prisma/client.ts";
import type { AccountBalance, CurrencyBalance, Reads, Scope, Transfer } from "../app/ports.ts";
import type { Payment } from "../domain/payment.ts";
import type { PostingCode } from "../domain/postings.ts";
import { turnstile } from "./turnstile.ts";

const visible = "t.partner = $1 and ($2::text[] is null or t.property = '' or t.property = any($2))";

// Each side is summed by itself, through the accounts that exist.
const sides = `
  select a.code, a.currency, t.amount as debit, 0 as credit from transfer t
    join account a on (a.partner, a.code, a.currency) = (t.partner, t.debit_account, t.currency) where ${visible}
  union all
  select a.code, a.currency, 0, t.amount from transfer t
    join account a on (a.partner, a.code, a.currency) = (t.partner, t.credit_account, t.currency) where ${visible}`;

const trialBalance = `select currency, sum(debit)::bigint as debits, sum(credit)::bigint as credits
  from (${sides}) s group by currency order by currency`;

const accounts = `select code, currency, sum(debit)::bigint as debits, sum(credit)::bigint as credits
  from (${sides}) s group by code, currency having (code, currency) > ($3, $4) order by code, currency limit $5`;

/** As long as the calls that sum may take, less what the answer takes. */
const SUMS_MS = 28_000;
/** So that sums leave connections to payments. */
const SUMS_AT_ONCE = 3;

const SUMS_WAITING = 100;

/** Sums read every transfer, so that they have more time than anything on the way of a payment, and less room. */
function openSums(pool: pg.Pool) {
  const sums = turnstile(SUMS_AT_ONCE, SUMS_WAITING, "Too many sums of the ledger are waited for.");
  return <T extends object>(text: string, values: unknown[]): Promise<readonly T[]> =>
    sums.pass(async () => {
      const client = await pool.connect();
      try {
        await client.query(`begin read only; set local statement_timeout = ${SUMS_MS}`);
        // The driver's own patience, which its types leave out.
        const query: pg.QueryConfig & { query_timeout: number } = { text, values, query_timeout: SUMS_MS + 1000 };
        const { rows } = await client.query<T>(query);
        await client.query("commit");
        client.release();
        return rows;
      } catch (error) {
        client.release(true);
        throw error;
      }
    });
}

/** Reads for lists and reports: Prisma where it is a plain query, SQL where it is a sum. */
export function openReads(pool: pg.Pool): Reads {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const sums = openSums(pool);
  return {
    async listPayments(scope, reservation, before, most) {
      const rows = await prisma.payment.findMany({
        where: {
          ...visibleTo(scope),
          ...(reservation === "" ? {} : { reservation }),
          ...(before === "" ? {} : { id: { lt: before } }),
        },
        orderBy: { id: "desc" },
        take: most + 1,
      });
      return pageOf(rows.map(paymentOf), most);
    },
    trialBalance: ({ partner, properties }) => sums<CurrencyBalance>(trialBalance, [partner, properties ?? null]),
    async listAccounts({ partner, properties }, [code, currency], most) {
      const values = [partner, properties ?? null, code, currency, most + 1];
      return pageOf(await sums<AccountBalance>(accounts, values), most);
    },
    async listTransfers(scope, paymentId, before, most) {
      const rows = await prisma.transfer.findMany({
        where: {
          ...visibleTo(scope),
          ...(paymentId === "" ? {} : { paymentId }),
          ...(before === "" ? {} : { id: { lt: before } }),
        },
        orderBy: { id: "desc" },
        take: most + 1,
      });
      return pageOf(rows.map(transferOf), most);
    },
  };
}

const visibleTo = ({ partner, properties }: Scope) => ({
  partner,
  ...(properties === undefined ? {} : { property: { in: ["", ...properties] } }),
});

const pageOf = <T>(rows: readonly T[], most: number) => ({ items: rows.slice(0, most), more: rows.length > most });

type PaymentRow = Awaited<ReturnType<PrismaClient["payment"]["findMany"]>>[number];
type TransferRow = Awaited<ReturnType<PrismaClient["transfer"]["findMany"]>>[number];

const paymentOf = (row: PaymentRow): Payment => ({
  ...row,
  // The table's check holds the words.
  state: row.state as Payment["state"],
  authorizationExpiresAt: row.authorizationExpiresAt ?? undefined,
  version: Number(row.version),
});

const transferOf = (row: TransferRow): Transfer => ({
  id: row.id,
  journalId: row.journalId,
  debit: row.debitAccount,
  credit: row.creditAccount,
  currency: row.currency,
  amount: row.amount,
  // Only this service writes transfers.
  code: row.code as PostingCode,
  paymentId: row.paymentId,
  createdAt: row.createdAt,
});

import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import { PrismaClient } from "../../generated/prisma/client.ts";
import type { Reads, Scope, Transfer } from "../app/ports.ts";
import type { Payment } from "../domain/payment.ts";
import type { PostingCode } from "../domain/postings.ts";

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

/** Reads for lists and reports: Prisma where it is a plain query, SQL where it is a sum. */
export function openReads(pool: pg.Pool): Reads {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
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
    async trialBalance(scope) {
      const { rows } = await pool.query<{ currency: string; debits: bigint; credits: bigint }>(trialBalance, [
        scope.partner,
        scope.properties ?? null,
      ]);
      return rows;
    },
    async listAccounts(scope, [code, currency], most) {
      const { rows } = await pool.query<{ code: string; currency: string; debits: bigint; credits: bigint }>(accounts, [
        scope.partner,
        scope.properties ?? null,
        code,
        currency,
        most + 1,
      ]);
      return pageOf(rows, most);
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

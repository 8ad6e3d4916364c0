import type { ReportStore, RequestKey, StoredAnswer, StoredOutcome } from "../app/ports.ts";
import type { Report, ReportKind } from "../domain/report.ts";
import type { Database } from "./database.ts";
import { refusalFromJson, refusalToJson, reportFromJson, reportToJson } from "./report-json.ts";
import { reportOf } from "./report-row.ts";

const WAITING = ["QUEUED", "RUNNING"];
// The queue is told right after the commit; the sweeper looks after what it missed.
const SWEEP_AFTER_MS = 5000;

/** Reports in PostgreSQL. */
export function reportStore({ pool, prisma }: Database): ReportStore {
  const findAnswer = async (partner: string, requestId: string): Promise<StoredAnswer | undefined> => {
    const row = await prisma.storedAnswer.findUnique({ where: { partner_requestId: { partner, requestId } } });
    if (row === null) return undefined;
    const { fingerprint, createTime: receiveTime } = row;
    const outcome =
      row.report === null ? { refusal: refusalFromJson(row.refusal) } : { report: reportFromJson(row.report) };
    const property = row.propertyId ?? ("report" in outcome ? outcome.report.propertyId : undefined);
    return { fingerprint, method: row.method ?? methodOf(outcome), property, receiveTime, outcome };
  };

  return {
    findAnswer,

    async refuse({ partner, requestId, fingerprint, method, property }, refusal) {
      const { rowCount } = await pool.query(
        `INSERT INTO stored_answer (partner, request_id, fingerprint, refusal, method, property_id)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
        [partner, requestId, fingerprint, refusalToJson(refusal), method, property],
      );
      return rowCount === 1 ? "REFUSED" : "REPEATED";
    },

    async accept(report, key, waitingMax) {
      const { rows } = await pool.query<{ outcome: "ACCEPTED" | "REPEATED" | "FULL" }>({
        name: "accept-report",
        text: "SELECT accept_report($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) AS outcome",
        values: [
          report.id,
          report.partner,
          report.propertyId,
          report.subject.kind,
          subjectName(report.subject),
          report.subject.kind === "monthlyPerformance" ? report.subject.month : null,
          report.format,
          report.language,
          report.createTime,
          SWEEP_AFTER_MS,
          key.requestId,
          key.fingerprint,
          reportToJson(report),
          waitingMax,
          key.method,
        ],
      });
      return rows[0]?.outcome ?? "REPEATED";
    },

    async cancel(id, key, at) {
      try {
        return await prisma.$transaction(async (transaction) => {
          const [row] = await transaction.report.updateManyAndReturn({
            where: { id, partner: key.partner, state: { in: WAITING } },
            data: { state: "CANCELLED", completeTime: at, leaseToken: null, leaseUntil: null },
          });
          if (row === undefined) return "ENDED";
          const report = reportOf(row);
          await transaction.storedAnswer.create({
            data: { ...keyColumns(key), report: JSON.parse(reportToJson(report)) },
          });
          return report;
        });
      } catch (error) {
        // The key was used for another request at this moment; the cancellation is rolled back.
        if (error instanceof Error && "code" in error && error.code === "P2002") return "REPEATED";
        throw error;
      }
    },

    countWaiting: (partner) => prisma.report.count({ where: { partner, state: { in: WAITING } } }),

    async find(partner, id) {
      const row = await prisma.report.findFirst({ where: { id, partner } });
      return row === null ? undefined : reportOf(row);
    },

    async list(partner, properties, after, limit): Promise<readonly Report[]> {
      const rows = await prisma.report.findMany({
        where: {
          partner,
          ...(properties.has("*") ? {} : { propertyId: { in: [...properties] } }),
          ...(after === undefined ? {} : { id: { lt: after } }),
        },
        orderBy: { id: "desc" },
        take: limit,
      });
      return rows.map(reportOf);
    },
  };
}

function keyColumns({ partner, requestId, fingerprint, method, property }: RequestKey) {
  return { partner, requestId, fingerprint: Uint8Array.from(fingerprint), method, propertyId: property };
}

/** Answers of before did not say of which of the two methods they were. */
function methodOf(outcome: StoredOutcome): string {
  const cancels =
    "report" in outcome ? outcome.report.state === "CANCELLED" : outcome.refusal.reason === "OPERATION_DONE";
  return `staymesh.report.v1.ReportService/${cancels ? "CancelOperation" : "CreateReport"}`;
}

function subjectName(subject: ReportKind): string {
  return subject.kind === "bookingConfirmation" ? subject.reservation : subject.property;
}

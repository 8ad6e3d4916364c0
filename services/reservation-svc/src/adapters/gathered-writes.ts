import type { Logger } from "@staymesh/service-kit";
import type pg from "pg";
import type { ChangeWrite, HoldWrite, ReservationStore, WriteResult } from "../app/ports.ts";
import { lanes } from "./lanes.ts";
import { byteaText, reservationColumns, sagaColumns } from "./reservation-rows.ts";
import { isLeased, LEASE_SECONDS } from "./reservation-store.ts";
import { codeOf, reportOf } from "./transaction.ts";
import { CLAIM_COLUMNS, type WriteRow, writeResultOf } from "./write-result.ts";

type Write = Place &
  ({ readonly kind: "HOLD"; readonly hold: HoldWrite } | { readonly kind: "CHANGE"; readonly change: ChangeWrite });

interface Place {
  readonly partner: string;
  readonly property: string;
}

const bounds = { together: 64, waiting: 1000, patienceMs: 1000 } as const;
const WRITE = `SELECT ${CLAIM_COLUMNS} FROM write_gathered($1, $2, $3)`;

/** Writes of one property that wait at the same time share a statement and a commit. Each has the result that it would have alone. */
export function gatheredWrites(pool: pg.Pool, store: ReservationStore, log: Logger): ReservationStore {
  const alone = (write: Write) => (write.kind === "HOLD" ? store.hold(write.hold) : store.change(write.change));

  const together = async (writes: readonly Write[]): Promise<readonly Promise<WriteResult>[]> => {
    const { partner, property } = placeOf(writes);
    try {
      const values = [partner, property, JSON.stringify(writes.map(columnsOf))];
      const { rows } = await pool.query<WriteRow>({ name: "write_gathered", text: WRITE, values });
      if (rows.length !== writes.length) throw new Error(`${writes.length} writes had ${rows.length} results`);
      return rows.map(async (row) => writeResultOf(row));
    } catch (error) {
      const report = reportOf(error);
      if (report !== error) throw report;
      // One of them may have spoilt it for all: nothing of it was written, and each has a try of its own.
      log.warn({ code: codeOf(error), writes: writes.length }, "gathered writes are made one by one");
      return writes.map(alone);
    }
  };

  const make = lanes<Write, WriteResult>({ alone, together }, bounds);
  const enter = (write: Write): Promise<WriteResult> => make(`${write.partner}\n${write.property}`, write);

  return {
    ...store,
    hold: (hold) => {
      const { partner, property } = hold;
      return hold.dryRun ? store.hold(hold) : enter({ kind: "HOLD", partner, property, hold });
    },
    change: (change) => {
      const place = change.change?.next ?? change.saga?.saga;
      if (place === undefined) return store.change(change);
      return enter({ kind: "CHANGE", partner: change.partner, property: place.property, change });
    },
  };
}

function placeOf([first]: readonly Write[]): Place {
  if (first === undefined) throw new Error("nothing was gathered");
  return first;
}

const columnsOf = (write: Write) => (write.kind === "HOLD" ? holdColumns(write.hold) : changeColumns(write.change));

const holdColumns = ({ catalogVersion, claim, refusal, booking }: HoldWrite) => ({
  kind: "HOLD",
  catalog_version: String(catalogVersion),
  request: claim?.requestId,
  method: claim?.method,
  fingerprint: byteaText(claim?.fingerprint),
  answer: byteaText(booking?.answer),
  refusal,
  guest: booking?.reservation.guestId,
  reservation: booking === undefined ? undefined : reservationColumns(booking.reservation),
  hold_seconds: booking?.holdSeconds,
  data_key: byteaText(booking?.guest.dataKey),
  sealed: byteaText(booking?.guest.sealed),
  from_night: booking?.reservation.checkIn,
  event: booking?.eventId,
  event_type: booking?.event,
  saga: booking?.saga === undefined ? undefined : sagaColumns(booking.saga),
  lease_seconds: LEASE_SECONDS,
});

const changeColumns = ({ claim, refusal, answer, guestId, change, eventId, saga, answered }: ChangeWrite) => ({
  kind: "CHANGE",
  request: claim?.requestId,
  method: claim?.method,
  fingerprint: byteaText(claim?.fingerprint),
  answer: byteaText(answer),
  refusal,
  guest: guestId,
  version: change === undefined ? undefined : change.next.version - 1,
  reservation: change === undefined ? undefined : reservationColumns(change.next),
  hold_seconds: change?.holdSeconds,
  from_night: change?.move?.from,
  sold: change?.move?.sold,
  held: change?.move?.held,
  cause: change?.move?.cause,
  event: change?.event === undefined ? undefined : eventId,
  event_type: change?.event,
  saga_version: saga?.expected,
  saga: saga === undefined ? undefined : sagaColumns(saga.saga),
  wait_seconds: saga?.waitSeconds,
  lease_seconds: saga === undefined || !isLeased(saga.saga) ? undefined : LEASE_SECONDS,
  answered,
});

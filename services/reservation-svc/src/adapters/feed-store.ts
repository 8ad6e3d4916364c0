import type pg from "pg";
import type { FeedEvent, FeedPlace, FeedStore, Touched } from "../app/ports.ts";
import type { ReservationState } from "../domain/reservation.ts";
import { again } from "./transaction.ts";

interface EventRow {
  readonly position: bigint;
  readonly event_id: string;
  readonly partner: string;
  readonly property_id: string;
  readonly type: string;
  readonly reservation_id: string | null;
  readonly state: ReservationState | null;
  readonly sequence: number | null;
  readonly event_time: Date;
  readonly external_reference: string | null;
}

interface TouchedRow {
  readonly position: bigint;
  readonly event_id: string;
  readonly partner: string;
  readonly property_id: string;
  readonly first_night: string | null;
  readonly end_night: string | null;
}

/** The events in the order that the relay gave them. */
export function feedStore(pool: pg.Pool): FeedStore {
  return {
    place: async () => {
      const { rows } = await again(() => pool.query<FeedPlace>("SELECT epoch, head, floor FROM feed"));
      if (rows[0] === undefined) throw new Error("the feed has no row");
      return rows[0];
    },
    events: async (partner, property, after, limit) => {
      const { rows } = await again(() =>
        pool.query<EventRow>({
          name: "feed_events",
          text: `SELECT position, event_id, partner, property_id, type, reservation_id, state, sequence, event_time,
              external_reference
            FROM outbox WHERE partner = $1 AND property_id = $2 AND position > $3 AND reservation_id IS NOT NULL
            ORDER BY position LIMIT $4`,
          values: [partner, property, after, limit],
        }),
      );
      return rows.map(eventOf);
    },
    touched: async (after, limit) => {
      const { rows } = await again(() =>
        pool.query<TouchedRow>({
          name: "feed_touched",
          text: `SELECT position, event_id, partner, property_id, first_night, end_night FROM outbox
            WHERE position > $1 ORDER BY position LIMIT $2`,
          values: [after, limit],
        }),
      );
      return rows.map(touchedOf);
    },
    relay: async (limit) => {
      const { rows } = await again(() =>
        pool.query<{ count: bigint }>({
          name: "relay_events",
          text: "SELECT relay_events($1) AS count",
          values: [limit],
        }),
      );
      return Number(rows[0]?.count ?? 0n);
    },
    positionBefore: async (seconds) => {
      const { rows } = await again(() =>
        pool.query<{ position: bigint | null }>(
          `SELECT max(position) AS position FROM outbox
          WHERE position IS NOT NULL AND created_at < clock_timestamp() - make_interval(secs => $1)`,
          [seconds],
        ),
      );
      return rows[0]?.position ?? 0n;
    },
  };
}

const eventOf = (row: EventRow): FeedEvent => ({
  position: row.position,
  eventId: row.event_id,
  partner: row.partner,
  property: row.property_id,
  type: row.type,
  reservationId: row.reservation_id ?? undefined,
  state: row.state ?? undefined,
  sequence: row.sequence ?? 0,
  eventTime: row.event_time,
  externalReference: row.external_reference ?? "",
});

const touchedOf = (row: TouchedRow): Touched => ({
  position: row.position,
  eventId: row.event_id,
  partner: row.partner,
  property: row.property_id,
  nights: row.first_night === null || row.end_night === null ? undefined : { from: row.first_night, to: row.end_night },
});

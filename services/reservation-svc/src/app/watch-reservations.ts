import { type CallContext, Refusal } from "@staymesh/service-kit";
import { propertyName } from "../domain/names.ts";
import { notFound } from "../domain/refusals.ts";
import type { FeedEvent, FeedPlace, Ports } from "./ports.ts";

export interface WatchedEvent {
  readonly resumeToken: string;
  readonly event: FeedEvent;
}

const EVENTS_AT_ONCE = 200;

/** Tells what happens to a property's reservations, from a place on and for as long as the caller listens. */
export async function* watchReservations(
  ports: Ports,
  property: string,
  resumeToken: string,
  call: CallContext,
): AsyncGenerator<WatchedEvent> {
  const { partner } = call.principal;
  if ((await ports.catalog.property(partner, property)) === undefined) throw notFound(propertyName(property));
  const place = await ports.feed.place();
  let after = startOf(resumeToken, place);
  while (!call.signal.aborted) {
    const seen = ports.feedSignal.head();
    const events = await ports.feed.events(partner, property, after, EVENTS_AT_ONCE);
    for (const event of events) {
      after = event.position;
      yield { resumeToken: `${place.epoch}.${event.position}`, event };
    }
    if (events.length === EVENTS_AT_ONCE) continue;
    if (seen > after) after = seen;
    await ports.feedSignal.wait(partner, property, after, call.signal);
  }
}

function startOf(token: string, { epoch, head, floor }: FeedPlace): bigint {
  if (token === "") return head;
  if (token === "0") return floor;
  const [, of, position] = /^([0-9a-f]+)\.(\d{1,18})$/.exec(token) ?? [];
  if (of === epoch && position !== undefined && BigInt(position) <= head && BigInt(position) >= floor) {
    return BigInt(position);
  }
  throw new Refusal("RESUME_TOKEN_INVALID", "The resume token is of another stream, or too old.");
}

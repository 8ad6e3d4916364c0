import { type CallContext, Refusal } from "@staymesh/service-kit";
import { propertyName } from "../domain/names.ts";
import { notFound } from "../domain/refusals.ts";
import type { FeedEvent, FeedPlace, Ports } from "./ports.ts";

/** A place in the feed, and what happened there; nothing where it is only the place at which the stream begins. */
export interface Watched {
  readonly resumeToken: string;
  readonly event: FeedEvent | undefined;
}

const EVENTS_AT_ONCE = 200;

/**
 * Tells what happens to a property's reservations, from a place on and for as long as the caller listens. It begins with the place itself,
 * so that a stream that breaks before its first event is taken up without a gap.
 */
export async function* watchReservations(
  ports: Ports,
  property: string,
  resumeToken: string,
  call: CallContext,
): AsyncGenerator<Watched> {
  const { partner } = call.principal;
  if ((await ports.catalog.property(partner, property)) === undefined) throw notFound(propertyName(property));
  const place = await ports.feed.place();
  const tokenAt = (position: bigint) => `${place.epoch}.${position}`;
  let after = startOf(resumeToken, place);
  let begun = false;
  while (!call.signal.aborted) {
    const seen = ports.feedSignal.head();
    const events = await ports.feed.events(partner, property, after, EVENTS_AT_ONCE);
    if (events.length === 0 && seen > after) after = seen;
    // Only now, so that a quiet property's token does not grow old from stream to stream.
    if (!begun) yield { resumeToken: tokenAt(after), event: undefined };
    begun = true;
    for (const event of events) {
      after = event.position;
      yield { resumeToken: tokenAt(event.position), event };
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

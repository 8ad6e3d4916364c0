import type { Clock, Logger } from "@staymesh/service-kit";
import type { Catalog, Place, Property, RatePlan, RoomType } from "../domain/catalog.ts";
import type { Day } from "../domain/day.ts";
import type { Condition } from "../domain/list-filter.ts";
import type { Night } from "../domain/nights.ts";
import type { PaymentView } from "../domain/payment.ts";
import type { Quote } from "../domain/quote.ts";
import type { Change, Guest, Reservation } from "../domain/reservation.ts";
import type { Saga } from "../domain/saga.ts";

/** A request that is claimed together with its effect. */
export interface Claim {
  readonly partner: string;
  /** The property that it is about, so that only keys with a grant for it learn what became of it. */
  readonly property: string;
  readonly requestId: string;
  readonly method: string;
  readonly fingerprint: Uint8Array;
}

/** A refusal as it is stored. */
export interface StoredRefusal {
  readonly reason: string;
  readonly message?: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly violations?: readonly { readonly field: string; readonly reason: string; readonly description: string }[];
}

/** What became of the twin of a request. Neither answer nor refusal: it is still at work. */
export interface Stored {
  readonly method: string;
  readonly fingerprint: Uint8Array;
  readonly answer: Uint8Array | undefined;
  readonly refusal: StoredRefusal | undefined;
  readonly booker: Guest | undefined;
}

/** A request that was taken in, as it is kept. */
export interface StoredRequest extends Stored {
  /** Absent where the request is of a time when it was not noted. */
  readonly property: string | undefined;
  readonly receiveTime: Date;
}

export type WriteResult =
  | { readonly outcome: "DONE" }
  | { readonly outcome: "REFUSED"; readonly refusal: StoredRefusal }
  | { readonly outcome: "REPLAY"; readonly stored: Stored }
  /** The catalogue has changed since it was read. */
  | { readonly outcome: "STALE" }
  /** The row has changed since it was read. */
  | { readonly outcome: "CONFLICT" };

/** A guest's data, sealed with a key of the guest's own. */
export interface SealedGuest {
  readonly dataKey: Uint8Array;
  readonly sealed: Uint8Array;
}

export interface HoldWrite {
  readonly partner: string;
  readonly property: string;
  readonly catalogVersion: bigint;
  readonly claim: Claim | undefined;
  /** Refused already, by a rule that needs no rows: only the claim and the refusal are written. */
  readonly refusal: StoredRefusal | undefined;
  readonly booking: Booking | undefined;
  /** Everything is done and undone again. */
  readonly dryRun: boolean;
}

/** A new reservation with all that is written beside it. */
export interface Booking {
  readonly reservation: Reservation;
  readonly holdSeconds: number;
  readonly guest: SealedGuest;
  readonly eventId: string;
  readonly event: string;
  /** Absent where the saga answers. */
  readonly answer: Uint8Array | undefined;
  readonly saga: Saga | undefined;
}

export interface SagaWrite {
  /** The version that it was read with; 0 where there was none. */
  readonly expected: number;
  readonly saga: Saga;
  readonly waitSeconds: number;
}

export interface ChangeWrite {
  readonly partner: string;
  readonly claim: Claim | undefined;
  readonly refusal: StoredRefusal | undefined;
  readonly guestId: string | undefined;
  readonly change: Change | undefined;
  readonly eventId: string;
  readonly saga: SagaWrite | undefined;
  readonly answer: Uint8Array | undefined;
  /** An earlier request that is answered with this write. */
  readonly answered: string | undefined;
}

export interface Loaded {
  readonly reservation: Reservation;
  readonly saga: Saga | undefined;
  /** Absent where the guest's data was erased. */
  readonly dataKey: Uint8Array | undefined;
}

export interface ListQuery {
  readonly partner: string;
  readonly property: string;
  readonly conditions: readonly Condition[];
  readonly after: { readonly createTime: Date; readonly id: string } | undefined;
  readonly limit: number;
}

export interface ReservationStore {
  readonly hold: (write: HoldWrite) => Promise<WriteResult>;
  readonly change: (write: ChangeWrite) => Promise<WriteResult>;
  readonly load: (partner: string, property: string, id: string) => Promise<Loaded | undefined>;
  readonly loadById: (id: string) => Promise<Loaded | undefined>;
  readonly stored: (partner: string, requestId: string) => Promise<StoredRequest | undefined>;
  readonly list: (query: ListQuery) => Promise<readonly Reservation[]>;
  /** Ids of holds whose time is over and that no payment keeps. */
  readonly lapsed: (limit: number) => Promise<readonly string[]>;
  /** Takes sagas that are due and that nobody works on. */
  readonly claimSagas: (owner: string, limit: number) => Promise<readonly string[]>;
  readonly renewLeases: (owner: string, ids: readonly string[]) => Promise<void>;
  /** Forgets answers that nobody may ask for any more, and events that no stream may go back to; true where there may be more. */
  readonly forget: () => Promise<boolean>;
}

export interface StayRow {
  readonly id: string;
  readonly state: Reservation["state"];
  readonly checkIn: Day;
  readonly checkOut: Day;
  readonly currencyCode: string;
  readonly rooms: number;
  /** The price of all rooms together, for each night from the first on. */
  readonly revenue: readonly bigint[];
}

export interface ExportStore {
  readonly stays: (
    partner: string,
    property: string,
    from: Day,
    to: Day,
    after: { readonly checkIn: Day; readonly id: string } | undefined,
    limit: number,
  ) => Promise<readonly StayRow[]>;
  readonly nights: (
    partner: string,
    property: string,
    from: Day,
    to: Day,
  ) => Promise<ReadonlyMap<Day, { readonly capacity: number; readonly sold: number }>>;
}

export interface Page {
  readonly after: string | undefined;
  readonly limit: number;
  readonly showArchived: boolean;
}

/** A write of the catalogue: made only if what it replaces is still there as it was read. */
export interface CatalogWrite<T> {
  readonly partner: string;
  readonly property: string;
  readonly claim: Claim | undefined;
  readonly refusal: StoredRefusal | undefined;
  readonly next: T | undefined;
  /** The version that is replaced; 0 creates. */
  readonly expected: number;
  readonly answer: Uint8Array | undefined;
  readonly eventId: string;
}

export interface CatalogStore {
  /** Everything of a property, as it is now. */
  readonly read: (partner: string, property: string) => Promise<Catalog | undefined>;
  readonly property: (partner: string, id: string) => Promise<Property | undefined>;
  readonly roomType: (partner: string, property: string, id: string) => Promise<RoomType | undefined>;
  readonly ratePlan: (partner: string, property: string, id: string) => Promise<RatePlan | undefined>;
  readonly properties: (partner: string, granted: ReadonlySet<string>, page: Page) => Promise<readonly Property[]>;
  readonly roomTypes: (partner: string, property: string, page: Page) => Promise<readonly RoomType[]>;
  readonly ratePlans: (partner: string, property: string, page: Page) => Promise<readonly RatePlan[]>;
  readonly writeProperty: (write: CatalogWrite<Property>) => Promise<WriteResult>;
  readonly writeRoomType: (write: CatalogWrite<RoomType>) => Promise<WriteResult>;
  readonly writeRatePlan: (write: CatalogWrite<RatePlan>) => Promise<WriteResult>;
}

/** What is kept of catalogues in this process; the store tells at a booking whether it is still right. */
export interface CatalogCache {
  readonly get: (partner: string, property: string) => Promise<Catalog | undefined>;
  /** At least as new as the given version. */
  readonly atVersion: (partner: string, property: string, version: bigint) => Promise<Catalog | undefined>;
  /** As it is now, at the cost of asking for its version. */
  readonly fresh: (partner: string, property: string) => Promise<Catalog | undefined>;
  readonly forget: (partner: string, property: string) => void;
}

export interface DateRange {
  readonly startDate: Day;
  readonly endDate: Day;
  /** 1 is Monday; empty means all. */
  readonly daysOfWeek: readonly number[];
}

export interface InventoryUpdate extends DateRange {
  readonly roomType: string;
  readonly capacity: number | undefined;
  readonly overbookingAllowance: number | undefined;
  readonly stopSell: boolean | undefined;
  readonly closedToArrival: boolean | undefined;
  readonly closedToDeparture: boolean | undefined;
  readonly minStayNights: number | undefined;
  readonly maxStayNights: number | undefined;
}

export interface RateUpdate extends DateRange {
  readonly ratePlan: string;
  readonly roomType: string;
  readonly minorUnits: bigint | undefined;
}

export interface BatchWrite<T> {
  readonly partner: string;
  readonly property: string;
  readonly catalogVersion: bigint;
  readonly claim: Claim | undefined;
  readonly refusal: StoredRefusal | undefined;
  readonly updates: readonly T[];
  readonly now: Date;
  readonly eventId: string;
  readonly encode: (nightsUpdated: number) => Uint8Array;
  readonly dryRun: boolean;
}

export type BatchResult =
  | Exclude<WriteResult, { outcome: "DONE" }>
  | { readonly outcome: "DONE"; readonly nights: number };

export interface CalendarRow {
  readonly date: Day;
  readonly roomType: string;
  readonly capacity: number;
  readonly overbookingAllowance: number;
  readonly sold: number;
  readonly held: number;
  readonly stopSell: boolean;
  readonly closedToArrival: boolean;
  readonly closedToDeparture: boolean;
  readonly minStayNights: number;
  readonly maxStayNights: number;
  readonly rates: readonly { readonly ratePlan: string; readonly minorUnits: bigint }[];
}

export interface CalendarQuery {
  readonly partner: string;
  readonly property: string;
  readonly from: Day;
  readonly to: Day;
  readonly roomTypes: readonly string[];
  readonly after: { readonly date: Day; readonly roomType: string } | undefined;
  readonly limit: number;
}

export interface InventoryChange {
  readonly id: bigint;
  readonly changeTime: Date;
  readonly cause: string;
  readonly reservationId: string | undefined;
  readonly soldDelta: number;
  readonly heldDelta: number;
  readonly capacity: number;
  readonly sold: number;
  readonly held: number;
}

export interface InventoryStore {
  readonly updateInventory: (write: BatchWrite<InventoryUpdate>) => Promise<BatchResult>;
  readonly updateRates: (write: BatchWrite<RateUpdate>) => Promise<BatchResult>;
  readonly calendar: (query: CalendarQuery) => Promise<readonly CalendarRow[]>;
  readonly changes: (
    partner: string,
    property: string,
    roomType: string,
    date: Day,
    before: bigint | undefined,
    limit: number,
  ) => Promise<readonly InventoryChange[]>;
}

/** The nights and prices of one property in one month, as a search needs them. */
export interface MonthSheet {
  readonly nights: ReadonlyMap<string, ReadonlyMap<Day, Night>>;
  /** By "roomType/ratePlan". */
  readonly prices: ReadonlyMap<string, ReadonlyMap<Day, bigint>>;
}

export interface SheetKey {
  readonly partner: string;
  readonly property: string;
  readonly month: string;
}

export interface SheetStore {
  /** The sheets as they are now, in the order of the keys. */
  readonly read: (keys: readonly SheetKey[]) => Promise<readonly MonthSheet[]>;
  /** Properties that may be sold, by place or by id, with the version of their catalogue. */
  readonly candidates: (query: CandidateQuery) => Promise<readonly Candidate[]>;
  readonly catalogVersion: (partner: string, property: string) => Promise<bigint | undefined>;
}

export interface CandidateQuery {
  readonly partner: string;
  readonly granted: ReadonlySet<string>;
  readonly latitudes: readonly [number, number] | undefined;
  readonly properties: readonly string[];
}

export interface Candidate {
  readonly property: string;
  readonly place: Place | undefined;
  readonly catalogVersion: bigint;
}

/** The index that searches read. It is never the authority: what it does not have is read from the store. */
export interface SearchIndex {
  readonly read: (keys: readonly SheetKey[]) => Promise<readonly MonthSheet[]>;
  /** After a commit and before its answer: no later search may see what was there before. */
  readonly invalidate: (partner: string, property: string, from: Day, to: Day, eventId: string) => Promise<void>;
}

export interface FeedEvent {
  readonly position: bigint;
  readonly eventId: string;
  readonly partner: string;
  readonly property: string;
  readonly type: string;
  readonly reservationId: string | undefined;
  readonly state: Reservation["state"] | undefined;
  readonly sequence: number;
  readonly eventTime: Date;
  readonly externalReference: string;
}

export interface FeedPlace {
  readonly epoch: string;
  readonly head: bigint;
  readonly floor: bigint;
}

export interface FeedStore {
  readonly place: () => Promise<FeedPlace>;
  readonly events: (partner: string, property: string, after: bigint, limit: number) => Promise<readonly FeedEvent[]>;
  /** What anybody's rows after a position changed: whom to wake, and which nights are no longer as the index has them. */
  readonly touched: (after: bigint, limit: number) => Promise<readonly Touched[]>;
  /** Gives new events their positions; how many it was. */
  readonly relay: (limit: number) => Promise<number>;
  /** The last position that is older than the given time. */
  readonly positionBefore: (seconds: number) => Promise<bigint>;
}

export interface Touched {
  readonly position: bigint;
  readonly eventId: string;
  readonly partner: string;
  readonly property: string;
  readonly nights: { readonly from: Day; readonly to: Day } | undefined;
}

/** Wakes those who wait for events of a property: one poller for all of them. */
export interface FeedSignal {
  /** Up to where the poller has looked. */
  readonly head: () => bigint;
  /** Until the property may have an event after the position, or the signal is aborted. */
  readonly wait: (partner: string, property: string, after: bigint, signal: AbortSignal) => Promise<void>;
}

export interface PaymentCaller {
  readonly partner: string;
  readonly deadlineMs: number;
  readonly statedNow: Date | undefined;
}

/** What the payment service answered. Unknown: whether it did anything is not known, and the same key has to be sent again. */
export type PaymentAnswer =
  | { readonly kind: "payment"; readonly payment: PaymentView }
  | { readonly kind: "refused"; readonly reason: string; readonly facts: Readonly<Record<string, string>> }
  | { readonly kind: "unknown"; readonly reason: string };

export interface PaymentRequest {
  readonly key: string;
  readonly amount: bigint;
  readonly currencyCode: string;
}

export interface Payments {
  readonly authorize: (
    request: PaymentRequest & {
      readonly token: string;
      readonly reservation: string;
      readonly externalReference: string;
    },
    from: PaymentCaller,
  ) => Promise<PaymentAnswer>;
  readonly get: (payment: string, from: PaymentCaller) => Promise<PaymentAnswer>;
  readonly capture: (payment: string, request: PaymentRequest, from: PaymentCaller) => Promise<PaymentAnswer>;
  readonly void: (payment: string, key: string, from: PaymentCaller) => Promise<PaymentAnswer>;
  /** Answers with the payment after it. */
  readonly refund: (payment: string, request: PaymentRequest, from: PaymentCaller) => Promise<PaymentAnswer>;
}

/** Seals personal data and secrets with a guest's key. */
export interface Vault {
  readonly sealGuest: (guest: Guest) => SealedGuest;
  readonly sealSecret: (dataKey: Uint8Array, secret: string) => Uint8Array;
  readonly openSecret: (dataKey: Uint8Array, sealed: Uint8Array) => string;
}

export interface QuoteTokens {
  /** Undefined where the quote is too long for a token. */
  readonly sign: (quote: Quote) => string | undefined;
  /** Undefined where the token is not one of ours. */
  readonly read: (token: string) => Quote | undefined;
}

/** Messages as they are stored for a repeated request; a reservation's is written without its booker. */
export interface Encoders {
  readonly property: (property: Property) => Uint8Array;
  readonly roomType: (roomType: RoomType) => Uint8Array;
  readonly ratePlan: (ratePlan: RatePlan) => Uint8Array;
  readonly reservation: (reservation: Reservation) => Uint8Array;
  readonly inventoryUpdated: (nights: number) => Uint8Array;
  readonly ratesUpdated: (nights: number) => Uint8Array;
}

/** Work that nobody waits for, within a bound. */
export interface Background {
  /** False where there is no room: somebody else will find the work. */
  readonly run: (work: () => Promise<void>) => boolean;
  /** How much could be begun at once. */
  readonly room: () => number;
}

/** The sagas that this process works on; their leases are renewed while it does. */
export interface Leases {
  readonly owner: string;
  readonly hold: (id: string) => void;
  readonly drop: (id: string) => void;
}

export interface Ports {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly pause: (ms: number) => Promise<void>;
  readonly log: Logger;
  readonly reservations: ReservationStore;
  readonly exports: ExportStore;
  readonly catalog: CatalogStore;
  readonly catalogs: CatalogCache;
  readonly inventory: InventoryStore;
  readonly sheets: SheetStore;
  readonly index: SearchIndex;
  readonly feed: FeedStore;
  readonly feedSignal: FeedSignal;
  readonly payments: Payments;
  readonly vault: Vault;
  readonly quotes: QuoteTokens;
  readonly encode: Encoders;
  readonly background: Background;
  readonly leases: Leases;
}

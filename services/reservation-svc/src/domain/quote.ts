import type { Policy } from "./cancellation.ts";
import type { CaptureTiming } from "./catalog.ts";
import type { Day } from "./day.ts";
import type { TaxOrFee } from "./pricing.ts";
import type { ReservedRoom } from "./reservation.ts";

/** A promised price: everything that a booking at it has to know. */
export interface Quote {
  readonly partner: string;
  readonly property: string;
  readonly expireTime: Date;
  readonly checkIn: Day;
  readonly checkOut: Day;
  readonly rooms: readonly ReservedRoom[];
  readonly currencyCode: string;
  readonly roomTotal: bigint;
  readonly taxes: readonly TaxOrFee[];
  readonly total: bigint;
  readonly policy: Policy | undefined;
  readonly captureTiming: CaptureTiming;
}

export const QUOTE_MINUTES = 30;

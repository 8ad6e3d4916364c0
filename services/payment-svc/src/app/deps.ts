import type { Clock, Logger } from "@staymesh/service-kit";
import type { InFlight } from "./in-flight.ts";
import type { OneAtATime } from "./one-at-a-time.ts";
import type { BankPort, Reads, Store, TokenVault } from "./ports.ts";

/** Everything that the flows of this service are made of. */
export interface Deps {
  readonly store: Store;
  readonly reads: Reads;
  readonly bank: BankPort;
  readonly vault: TokenVault;
  readonly newId: () => string;
  readonly wallClock: Clock;
  /** From 0 to below 1, to spread what would come at the same moment. */
  readonly random: () => number;
  readonly log: Logger;
  /** Equal requests that are under way in this process. */
  readonly inFlight: InFlight;
  /** One change after the other for each payment, so that this process does not compete with itself. */
  readonly turns: OneAtATime;
}

import type { Contract } from "@staymesh/contract";
import type { Clock } from "./clock.ts";
import type { Implementation } from "./handlers.ts";
import type { Logger } from "./logger.ts";
import type { Principals } from "./principals.ts";
import type { RunningProcess } from "./run-process.ts";
import type { Telemetry } from "./telemetry.ts";

/** Files in PEM; they are read once, at start. */
export interface ServerTls {
  readonly certFile: string;
  readonly keyFile: string;
  /** Where it is given, callers must show a certificate that it signed. */
  readonly caFile?: string;
}

/** How much a server takes on at once; what is above is refused with OVERLOADED, low priorities first. */
export interface Limits {
  readonly messageBytesMax?: number;
  readonly callsMax?: number;
  readonly streamsMax?: number;
}

export interface ServeOptions {
  readonly name: string;
  readonly host?: string;
  readonly port: number;
  readonly adminPort: number;
  readonly contract: Contract;
  readonly services: readonly Implementation[];
  readonly principals: Principals;
  readonly clock: Clock;
  readonly log: Logger;
  readonly telemetry?: Telemetry;
  readonly drainTimeoutMs?: number;
  readonly limits?: Limits;
  readonly tls?: ServerTls;
  /** Whether the parts that the service needs answer; asked by /readyz and bounded in time. */
  readonly ready?: () => Promise<boolean>;
  /** Called when the drain begins and awaited beside the calls in flight: stop taking up background work here. */
  readonly onDrain?: () => Promise<void> | void;
  /** False in tests, where the process outlives the server. */
  readonly handleSignals?: boolean;
}

export interface RunningServer extends RunningProcess {
  readonly port: number;
  /** host:port for a client. */
  readonly address: string;
}

import type { Contract } from "@staymesh/contract";
import type { BackgroundCall, Caller } from "./call.ts";
import type { RequestOf, ResponseOf, WireMethod } from "./handlers.ts";
import type { Logger } from "./logger.ts";
import type { Telemetry } from "./telemetry.ts";

export interface ClientTls {
  readonly caFile: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

export interface ConnectOptions {
  /** host:port, or any target that grpc-js resolves. */
  readonly address: string;
  readonly contract: Contract;
  /** The calling service's own key. */
  readonly serviceKey: string;
  /** The calling service's name, for its logs and metrics. */
  readonly name: string;
  readonly log?: Logger;
  readonly telemetry?: Telemetry;
  readonly tls?: ClientTls;
  /** How many calls may be under way at once; what is above is refused with DEPENDENCY_UNAVAILABLE. */
  readonly callsMax?: number;
  readonly messageBytesMax?: number;
}

type From = Caller | BackgroundCall;

/** The function that makes one call. A stream of responses is read at the pace of the loop that consumes it. */
export type CallOf<M extends WireMethod> = M extends { readonly requestStream: true }
  ? M extends { readonly responseStream: true }
    ? (requests: AsyncIterable<RequestOf<M>>, from: From) => AsyncIterable<ResponseOf<M>>
    : (requests: AsyncIterable<RequestOf<M>>, from: From) => Promise<ResponseOf<M>>
  : M extends { readonly responseStream: true }
    ? (request: RequestOf<M>, from: From) => AsyncIterable<ResponseOf<M>>
    : (request: RequestOf<M>, from: From) => Promise<ResponseOf<M>>;

/** The methods of a service as functions. Refusals come back as Refusal; anything else that fails is a fault. */
export type Calls<S> = { readonly [K in keyof S]: S[K] extends WireMethod ? CallOf<S[K]> : never };

/** A connected client: its channel closes with it. */
export type Client<S> = Calls<S> & Disposable & { readonly close: () => void };

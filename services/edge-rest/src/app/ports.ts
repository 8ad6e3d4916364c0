/** A request as the edge understands it, whatever server it came through. */
export interface EdgeRequest {
  readonly method: string;
  /** Before any decoding, without the query. */
  readonly rawPath: string;
  /** Without the question mark. */
  readonly rawQuery: string;
  /** Lower-case names; several values of one name are joined as HTTP says. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Reads the whole body, refused beyond the cap. */
  readonly body: () => Promise<Buffer>;
  /** Calls back at once when the client leaves before it has its answer. */
  readonly onLeave: (callback: () => void) => void;
}

export interface EdgeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Content;
}

export type Content =
  | { readonly kind: "none" }
  | { readonly kind: "bytes"; readonly bytes: Buffer; readonly compressible: boolean }
  | {
      readonly kind: "stream";
      /** A chunk that fails cuts the connection: the client must never take half for the whole. */
      readonly chunks: AsyncIterable<Buffer>;
      /** Written where nothing else was for a while, so that proxies keep the connection. */
      readonly heartbeat: Buffer | undefined;
      readonly cancel: () => void;
    };

/** Text metadata of a call, lower-case names. */
export type CallHeaders = Readonly<Record<string, string>>;

export interface CallOptions {
  readonly path: string;
  readonly headers: CallHeaders;
  /** Epoch milliseconds. */
  readonly deadline: number;
}

export interface UnaryAnswer {
  readonly message: Buffer;
  readonly headers: CallHeaders;
}

export interface UnaryCall {
  /** Rejects with an UpstreamError. */
  readonly answer: Promise<UnaryAnswer>;
  readonly cancel: () => void;
}

export interface StreamCall {
  /** Throws an UpstreamError where the stream ends badly. */
  readonly messages: AsyncIterable<Buffer>;
  /** The headers, as far as they have come. */
  readonly headers: () => CallHeaders;
  readonly cancel: () => void;
}

/** One place that serves gRPC. */
export interface Upstream {
  readonly address: string;
  readonly unary: (request: Buffer, options: CallOptions, repeatable: boolean) => UnaryCall;
  readonly stream: (request: Buffer, options: CallOptions) => StreamCall;
  readonly reachable: (withinMs: number) => Promise<boolean>;
  readonly close: () => void;
}

/** What a quota says to one request. */
export interface RateVerdict {
  readonly isAllowed: boolean;
  readonly remaining: number;
  readonly resetMs: number;
  readonly retryAfterMs: number;
}

/** How much somebody may use. */
export interface Quota {
  /** Whose it is. */
  readonly holder: string;
  readonly perMinute: number;
  /** How much of it may come at once. */
  readonly burst: number;
}

/** Counts what each holder of a quota uses. */
export interface RateLimiter {
  /** Undefined where nobody can say, and the request passes. */
  readonly take: (quota: Quota, cost: number) => Promise<RateVerdict | undefined>;
  readonly close: () => void;
}

/** What a google.rpc.Status said. */
export interface StatusDetails {
  readonly reason?: string;
  readonly domain?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly { readonly field: string; readonly reason: string; readonly description: string }[];
  readonly retryAfterMs?: number;
  readonly localized: readonly { readonly locale: string; readonly message: string }[];
  /** Every detail as it came. */
  readonly all: readonly { readonly typeUrl: string; readonly value: Uint8Array }[];
  /** Details of other types, as they came. */
  readonly others: readonly { readonly typeUrl: string; readonly value: Uint8Array }[];
}

/** A call that ended with another status than OK. */
export class UpstreamError extends Error {
  override readonly name = "UpstreamError";
  readonly code: number;
  readonly details: StatusDetails | undefined;
  readonly headers: CallHeaders;

  constructor(code: number, message: string, details: StatusDetails | undefined, headers: CallHeaders = {}) {
    super(message);
    this.code = code;
    this.details = details;
    this.headers = headers;
  }
}

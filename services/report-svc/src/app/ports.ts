import type { BackgroundCall, Caller } from "@staymesh/service-kit";
import type { Refusal } from "@staymesh/service-kit/refusal";
import type { Booking } from "../domain/booking.ts";
import type { Month } from "../domain/month.ts";
import type { ExportItem } from "../domain/month-figures.ts";
import type { Performance } from "../domain/performance.ts";
import type { FailureCause, Language, Report, StoredDocument } from "../domain/report.ts";

/** A write as its caller repeats it: the same key with the same fingerprint is the same request. */
export interface RequestKey {
  readonly partner: string;
  readonly requestId: string;
  readonly fingerprint: Uint8Array;
  /** Its full name. */
  readonly method: string;
  /** What it is about, so that only keys with a grant for it learn what became of it. */
  readonly property: string;
}

/** How a write ended when it was first asked for. */
export type StoredOutcome = { readonly report: Report } | { readonly refusal: Refusal };

export interface StoredAnswer {
  readonly method: string;
  /** Absent where the answer is of a time when it was not noted. */
  readonly property: string | undefined;
  readonly receiveTime: Date;
  readonly fingerprint: Uint8Array;
  readonly outcome: StoredOutcome;
}

/** The reports and the answers that were given about them. */
export interface ReportStore {
  findAnswer(partner: string, requestId: string): Promise<StoredAnswer | undefined>;
  /** Keeps a refusal, unless the key has an answer already. */
  refuse(key: RequestKey, refusal: Refusal): Promise<"REFUSED" | "REPEATED">;
  /** Keeps a new report with the answer that tells of it, unless the key has one or too many of the partner's are waiting. */
  accept(report: Report, key: RequestKey, waitingMax: number): Promise<"ACCEPTED" | "REPEATED" | "FULL">;
  /** Gives up a report that is waiting or being made, and keeps the answer; "ENDED" where there is nothing to give up any more. */
  cancel(id: string, key: RequestKey, at: Date): Promise<Report | "REPEATED" | "ENDED">;
  countWaiting(partner: string): Promise<number>;
  find(partner: string, id: string): Promise<Report | undefined>;
  /** Reports of the given properties ("*" for all), newest first, from behind `after`. */
  list(
    partner: string,
    properties: ReadonlySet<string>,
    after: string | undefined,
    limit: number,
  ): Promise<readonly Report[]>;
}

/** A report that this worker holds for as long as it renews its lease. */
export interface BegunReport {
  readonly report: Report;
  /** How often its making has failed or lost its worker so far. */
  readonly failures: number;
}

/** The same reports as work. A lease is known by its token; who lost it changes nothing any more. All its times are wall time. */
export interface WorkStore {
  /** Takes a report that nobody holds; undefined where there is nothing to take. */
  begin(id: string, token: string, leaseMs: number): Promise<BegunReport | undefined>;
  /** False where the report was given up or taken over. */
  renew(id: string, token: string, leaseMs: number): Promise<boolean>;
  succeed(id: string, token: string, document: StoredDocument, at: Date): Promise<boolean>;
  fail(id: string, token: string, cause: FailureCause, at: Date): Promise<boolean>;
  /** Gives it back, to be taken up again after a while. */
  giveBack(
    id: string,
    token: string,
    options: { readonly afterMs: number; readonly failed: boolean },
  ): Promise<boolean>;
  /** Reports that wait with nobody at work on them; each is told again only after a while. */
  due(limit: number, againAfterMs: number): Promise<readonly string[]>;
  /** Those of the keys that no report has for its document. */
  unclaimed(blobKeys: readonly string[]): Promise<readonly string[]>;
  /** Forgets answers that are older than callers may repeat a request. */
  forgetAnswers(olderThanMs: number, limit: number): Promise<number>;
}

/** Wakes a worker for reports. It may forget; the rows do not. */
export interface JobQueue {
  put(ids: readonly string[]): Promise<void>;
}

/** Keeps documents. */
export interface BlobStore {
  /** Keeps a document whole or not at all. */
  put(key: string, bytes: Buffer): Promise<void>;
  /** The document in pieces; undefined where it is not kept. */
  open(key: string): Promise<AsyncIterable<Buffer> | undefined>;
  remove(key: string): Promise<void>;
  /** The keys of everything that is kept and older than so long; unfinished files of that age go at once. */
  old(olderThanMs: number): AsyncIterable<string>;
}

/** What reservation-svc and payment-svc know. */
export interface Facts {
  /** Refuses where the caller has no such reservation. */
  checkReservation(reservation: string, caller: Caller): Promise<void>;
  /** Refuses where the caller has no such property. */
  checkProperty(property: string, caller: Caller): Promise<void>;
  booking(reservation: string, call: BackgroundCall): Promise<Booking>;
  property(property: string, call: BackgroundCall): Promise<Performance["property"]>;
  stays(property: string, month: Month, call: BackgroundCall): AsyncIterable<ExportItem>;
}

/** A document to be made, with everything that it tells. */
export type DocumentOrder =
  | { readonly document: "bookingConfirmationPdf"; readonly language: Language; readonly booking: Booking }
  | { readonly document: "monthlyPerformancePdf"; readonly language: Language; readonly performance: Performance }
  | { readonly document: "monthlyPerformanceCsv"; readonly performance: Performance };

export interface RenderedDocument {
  readonly contentType: string;
  readonly bytes: Buffer;
  /** The processor time that it took. */
  readonly cpuMs: number;
}

/** Makes documents, each within bounds of time and memory. */
export interface Renderer {
  /** Throws a RenderFailure where it cannot be made, and the signal's reason where it is no longer wanted. */
  render(order: DocumentOrder, signal: AbortSignal): Promise<RenderedDocument>;
}

/** A document could not be made. */
export class RenderFailure extends Error {
  override readonly name = "RenderFailure";
  readonly failure: Extract<FailureCause, "TIMED_OUT" | "OUT_OF_MEMORY" | "FAULT">;

  constructor(failure: RenderFailure["failure"], message: string) {
    super(message);
    this.failure = failure;
  }
}

/** What a rendering process is sent: one order at a time. */
export interface ToRenderProcess {
  readonly order: DocumentOrder;
}

/** What a rendering process answers: ready once, and then an answer for each order. */
export type FromRenderProcess =
  | { readonly type: "ready" }
  | { readonly type: "done"; readonly document: RenderedDocument }
  | { readonly type: "failed"; readonly message: string };

import type { ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import { constants } from "node:http2";
import { DEADLINE_EXCEEDED } from "../../app/codes.ts";
import type { CallOptions } from "../../app/ports.ts";
import type { Clock, Timer } from "./clock.ts";
import { type CallStatus, statusOf } from "./status.ts";

/** Whom a call tells what happens to it. */
export interface CallListener {
  readonly onHeaders: (headers: IncomingHttpHeaders) => void;
  readonly onMessage: (message: Buffer) => void;
  /** Once, and the last of all. */
  readonly onEnd: (status: CallStatus) => void;
}

/** One call, from before it has a connection until its status is known. */
export interface Call {
  readonly options: CallOptions;
  /** The request's frame. */
  readonly frame: Buffer;
  readonly messageMaxBytes: number;
  readonly listener: CallListener;
  /** Removes it from the queue in which it waits. */
  leaveQueue: (() => void) | undefined;
  stream: ClientHttp2Stream | undefined;
  timer: Timer | undefined;
  /** Whether it was sent once more already, since its first server never looked at it. */
  isRepeat: boolean;
  isDone: boolean;
}

export function createCall(
  options: CallOptions,
  frame: Buffer,
  messageMaxBytes: number,
  clock: Clock,
  listener: CallListener,
): Call {
  const call: Call = {
    options,
    frame,
    messageMaxBytes,
    listener,
    leaveQueue: undefined,
    stream: undefined,
    timer: undefined,
    isRepeat: false,
    isDone: false,
  };
  const leftMs = options.deadline - clock.now();
  call.timer = clock.after(Math.max(0, leftMs), () => expire(call));
  return call;
}

/** Ends a call with what is known of it; later findings change nothing. */
export function finish(call: Call, status: CallStatus): void {
  if (call.isDone) return;
  call.isDone = true;
  call.timer?.close();
  call.leaveQueue?.();
  call.listener.onEnd(status);
}

export function expire(call: Call): void {
  abandon(call, statusOf(DEADLINE_EXCEEDED, "the deadline passed before the answer came"));
}

/** Ends a call from this side: its server is told by RST_STREAM with CANCEL. */
export function abandon(call: Call, status: CallStatus): void {
  if (call.isDone) return;
  const { stream } = call;
  finish(call, status);
  if (stream === undefined) return;
  // A stream that the server has ended is held only by what its reader has not taken.
  if (stream.closed) stream.destroy();
  else stream.close(constants.NGHTTP2_CANCEL);
}

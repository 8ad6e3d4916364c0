import type { ClientHttp2Session } from "node:http2";
import type { Clock, Timer } from "./clock.ts";

export interface Keepalive {
  /** A call begins: a connection that was left alone is asked at once whether it still stands. */
  readonly wake: () => void;
  readonly stop: () => void;
}

export interface KeepaliveOptions {
  readonly keepaliveMs: number;
  readonly keepaliveTimeoutMs: number;
}

/** Pings while there are calls, since servers punish pings without; `onDead` where a ping is not answered in time (gRFC A8). */
export function startKeepalive(
  session: ClientHttp2Session,
  { keepaliveMs, keepaliveTimeoutMs }: KeepaliveOptions,
  clock: Clock,
  isInUse: () => boolean,
  onDead: () => void,
): Keepalive {
  let timer: Timer | undefined;
  let isDormant = false;

  const rest = () => {
    timer = clock.after(keepaliveMs, () => {
      isDormant = !isInUse();
      if (!isDormant) ping();
    });
  };
  const ping = () => {
    if (session.closed || session.destroyed) return;
    const patience = clock.after(keepaliveTimeoutMs, onDead);
    timer = patience;
    session.ping(() => {
      patience.close();
      if (timer === patience) rest();
    });
  };
  rest();
  return {
    wake: () => {
      if (!isDormant) return;
      isDormant = false;
      ping();
    },
    stop: () => {
      timer?.close();
      timer = undefined;
    },
  };
}

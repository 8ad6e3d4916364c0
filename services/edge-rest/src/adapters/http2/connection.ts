import { type ClientHttp2Session, connect, constants } from "node:http2";
import { connect as connectSocket, type Socket } from "node:net";
import { INTERNAL } from "../../app/codes.ts";
import { type Call, finish } from "./call.ts";
import type { Clock } from "./clock.ts";
import { exchange } from "./exchange.ts";
import { type Keepalive, startKeepalive } from "./keepalive.ts";
import { statusOf } from "./status.ts";

export interface ConnectionOptions {
  readonly address: string;
  readonly port: number;
  readonly authority: string;
  readonly connectTimeoutMs: number;
  readonly keepaliveMs: number;
  readonly keepaliveTimeoutMs: number;
  /** How much of one stream its server may send before it is read. */
  readonly streamWindowBytes: number;
  readonly connectionWindowBytes: number;
  /** How many streams a connection may have had before it makes way for the next: their numbers are finite. */
  readonly streamsMax: number;
}

export interface ConnectionListener {
  /** It is there, and its server has said how many streams it takes. */
  readonly onReady: () => void;
  /** It may take a further call. */
  readonly onRoom: () => void;
  /** Once: it takes no more calls; those that it has go on where they can. */
  readonly onLeave: (leave: Leave) => void;
  /** Once: nothing of it is left. */
  readonly onClose: () => void;
}

export interface Leave {
  readonly reason: string;
  /** The server says that it was pinged too often. */
  readonly pingedTooOften: boolean;
}

/** One HTTP/2 connection to one address. */
export interface Connection {
  readonly session: ClientHttp2Session;
  readonly authority: string;
  readonly clock: Clock;
  readonly hasRoom: () => boolean;
  /** How many streams are open. */
  readonly active: () => number;
  readonly open: (call: Call, again: (call: Call) => void) => void;
  /** Of a stream that has closed. */
  readonly release: () => void;
  /** Whether a stream may have been acted on, for all that the server has said. */
  readonly mayHaveSeen: (streamId: number | undefined) => boolean;
  readonly isReady: () => boolean;
  /** Whether it ever was. */
  readonly wasReady: () => boolean;
  /** Takes no more calls and closes after the last. */
  readonly retire: () => void;
  readonly destroy: () => void;
}

export function openConnection(options: ConnectionOptions, clock: Clock, listener: ConnectionListener): Connection {
  const { authority, streamsMax, streamWindowBytes } = options;
  let socket: Socket | undefined;
  const session = connect(`http://${authority}`, {
    createConnection: () => {
      socket = connectSocket({ host: options.address, port: options.port });
      return socket;
    },
    settings: { enablePush: false, initialWindowSize: streamWindowBytes },
    // The bound is on calls; node's own would break some of them without a word.
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
  });
  let isReady = false;
  let hasLeft = false;
  let active = 0;
  let opened = 0;
  let limit = 0;
  let lastSeenId = Number.POSITIVE_INFINITY;
  let keepalive: Keepalive | undefined;
  const destroy = () => {
    // A socket whose peer is gone would wait for its last bytes to be taken.
    socket?.destroy();
    session.destroy();
  };
  const patience = clock.after(options.connectTimeoutMs, destroy);

  const leave = (reason: string, pingedTooOften = false) => {
    if (hasLeft) return;
    hasLeft = true;
    listener.onLeave({ reason, pingedTooOften });
  };
  session.on("remoteSettings", ({ maxConcurrentStreams }) => {
    limit = maxConcurrentStreams ?? Number.POSITIVE_INFINITY;
    if (isReady) return listener.onRoom();
    isReady = true;
    patience.close();
    session.setLocalWindowSize(options.connectionWindowBytes);
    keepalive = startKeepalive(session, options, clock, () => active > 0, destroy);
    listener.onReady();
  });
  session.on("goaway", (code, lastStreamId, data) => {
    lastSeenId = lastStreamId;
    const isCalmed = code === constants.NGHTTP2_ENHANCE_YOUR_CALM;
    leave("the server is going away", isCalmed && data?.toString("latin1") === "too_many_pings");
  });
  // The socket's end says why it closed; without a listener an error would end the process.
  let reason = "the connection was closed";
  session.on("error", (error: Error) => {
    reason = error.message;
  });
  session.on("close", () => {
    patience.close();
    keepalive?.stop();
    leave(reason);
    listener.onClose();
  });

  const retire = () => {
    leave("the connection is retired");
    session.close();
  };
  const connection: Connection = {
    session,
    authority,
    clock,
    hasRoom: () => isReady && !hasLeft && active < limit && !session.closed && !session.destroyed,
    active: () => active,
    open: (call, again) => {
      active += 1;
      opened += 1;
      keepalive?.wake();
      try {
        exchange(connection, call, again);
      } catch (error) {
        active -= 1;
        finish(call, statusOf(INTERNAL, `the call cannot be sent: ${error instanceof Error ? error.message : error}`));
      }
      if (opened >= streamsMax) retire();
    },
    release: () => {
      active -= 1;
      if (!hasLeft) listener.onRoom();
    },
    mayHaveSeen: (streamId) => streamId !== undefined && streamId <= lastSeenId,
    isReady: () => isReady && !hasLeft,
    wasReady: () => isReady,
    retire,
    destroy,
  };
  return connection;
}

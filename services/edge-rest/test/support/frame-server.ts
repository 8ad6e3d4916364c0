import { once } from "node:events";
import { createServer, type Socket } from "node:net";

/** A server that speaks HTTP/2 frame by frame, and so can do what no sound server would. */
export interface FrameServer {
  readonly port: number;
  readonly address: string;
  /** Every connection so far, also those that are gone. */
  readonly peers: readonly Peer[];
  readonly close: () => Promise<void>;
}

/** The server's end of one connection. */
export interface Peer {
  readonly headers: (id: number, fields: Fields, flags?: number) => void;
  readonly data: (id: number, bytes: Buffer, flags?: number) => void;
  readonly reset: (id: number, code: number) => void;
  readonly goaway: (lastId: number, code?: number, text?: string) => void;
  readonly settings: (values: Readonly<Record<number, number>>) => void;
  /** Lets the client send so many bytes more; id 0 is the whole connection. */
  readonly grant: (id: number, bytes: number) => void;
  readonly drop: () => void;
  /** Reads nothing more, as a peer that hangs. */
  readonly hang: () => void;
  /** Waits for a frame that comes, or has come, and takes it. */
  readonly heard: (type: number) => Promise<Frame>;
  /** How many frames of a type have come and were not taken. */
  readonly count: (type: number) => number;
  /** Resolves when the client has read everything that was sent so far. */
  readonly settle: () => Promise<void>;
}

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly payload: Buffer;
}

export type Fields = Readonly<Record<string, string>>;

/** Called for each request when it is whole; `number` counts the requests of all connections. */
export type OnRequest = (peer: Peer, id: number, number: number) => void;

export interface FrameServerOptions {
  readonly host?: string;
  readonly port?: number;
  readonly settings?: Readonly<Record<number, number>>;
  /** Without it, pings of the client go unanswered. */
  readonly answersPings?: boolean;
  /** Called as soon as the headers are there. */
  readonly onHeaders?: OnRequest;
}

export const DATA = 0;
export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const END = 1;
export const MAX_CONCURRENT_STREAMS = 3;
export const INITIAL_WINDOW_SIZE = 4;
const END_HEADERS = 4;
const ACK = 1;
const PREFACE = 24;
const FRAME_HEAD = 9;

export async function openFrameServer(onRequest: OnRequest, options: FrameServerOptions = {}): Promise<FrameServer> {
  const peers: Peer[] = [];
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    const peer = servePeer(socket, options, (id) => onRequest(peer, id, requests++));
    peers.push(peer);
  });
  server.listen(options.port ?? 0, options.host ?? "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    port,
    address: `${options.host ?? "127.0.0.1"}:${port}`,
    peers,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function servePeer(socket: Socket, options: FrameServerOptions, onRequest: (id: number) => void): Peer {
  const { settings = {}, answersPings = true } = options;
  const frames: Frame[] = [];
  const waiting: { readonly type: number; readonly resolve: (frame: Frame) => void }[] = [];
  const settled: (() => void)[] = [];
  let bytes = Buffer.alloc(0);
  let isPrefaceRead = false;

  const send = (type: number, flags: number, id: number, payload: Buffer) => {
    const head = Buffer.alloc(FRAME_HEAD);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = type;
    head[4] = flags;
    head.writeUInt32BE(id, 5);
    if (!socket.destroyed) socket.write(Buffer.concat([head, payload]));
  };

  const hear = (frame: Frame) => {
    const { type, flags, id, payload } = frame;
    if (type === SETTINGS && (flags & ACK) === 0) send(SETTINGS, ACK, 0, Buffer.alloc(0));
    if (type === PING && (flags & ACK) !== 0) return settled.shift()?.();
    if (type === PING && answersPings) send(PING, ACK, 0, payload);
    const at = waiting.findIndex((wait) => wait.type === type);
    if (at < 0) frames.push(frame);
    else waiting.splice(at, 1)[0]?.resolve(frame);
    if (type === HEADERS) options.onHeaders?.(peer, id, 0);
    if ((type === DATA || type === HEADERS) && (flags & END) !== 0) onRequest(id);
    return undefined;
  };

  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (!isPrefaceRead) {
      if (bytes.length < PREFACE) return;
      isPrefaceRead = true;
      bytes = bytes.subarray(PREFACE);
    }
    while (bytes.length >= FRAME_HEAD && bytes.length >= FRAME_HEAD + bytes.readUIntBE(0, 3)) {
      const end = FRAME_HEAD + bytes.readUIntBE(0, 3);
      const [type = 0, flags = 0] = bytes.subarray(3, 5);
      hear({ type, flags, id: bytes.readUInt32BE(5), payload: bytes.subarray(FRAME_HEAD, end) });
      bytes = bytes.subarray(end);
    }
  });

  const peer: Peer = {
    headers: (id, fields, flags = 0) => send(HEADERS, END_HEADERS | flags, id, headerBlock(fields)),
    data: (id, payload, flags = 0) => send(DATA, flags, id, payload),
    reset: (id, code) => send(RST_STREAM, 0, id, uint32(code)),
    goaway: (lastId, code = 0, text = "") =>
      send(GOAWAY, 0, 0, Buffer.concat([uint32(lastId), uint32(code), Buffer.from(text)])),
    settings: (values) => send(SETTINGS, 0, 0, settingsPayload(values)),
    grant: (id, count) => send(WINDOW_UPDATE, 0, id, uint32(count)),
    drop: () => socket.destroy(),
    hang: () => socket.pause(),
    heard: async (type) => {
      const at = frames.findIndex((frame) => frame.type === type);
      const [frame] = at < 0 ? [] : frames.splice(at, 1);
      return frame ?? new Promise((resolve) => waiting.push({ type, resolve }));
    },
    count: (type) => frames.filter((frame) => frame.type === type).length,
    settle: () =>
      new Promise((resolve) => {
        settled.push(resolve);
        send(PING, 0, 0, Buffer.alloc(8));
      }),
  };
  peer.settings(settings);
  return peer;
}

function settingsPayload(values: Readonly<Record<number, number>>): Buffer {
  return Buffer.concat(
    Object.entries(values).map(([name, value]) => {
      const entry = Buffer.alloc(6);
      entry.writeUInt16BE(Number(name), 0);
      entry.writeUInt32BE(value, 2);
      return entry;
    }),
  );
}

/** HPACK at its plainest: literals that are neither indexed nor compressed. */
function headerBlock(fields: Fields): Buffer {
  return Buffer.concat(
    Object.entries(fields).flatMap(([name, value]) => [Buffer.from([0x10]), hpackText(name), hpackText(value)]),
  );
}

function hpackText(text: string): Buffer {
  const bytes = Buffer.from(text, "latin1");
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const rest: number[] = [];
  let left = bytes.length - 127;
  for (; left >= 128; left = Math.floor(left / 128)) rest.push((left % 128) + 128);
  return Buffer.concat([Buffer.from([127, ...rest, left]), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

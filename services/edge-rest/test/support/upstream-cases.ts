import { ErrorInfo } from "@staymesh/proto/google/rpc/error_details";
import { Status } from "@staymesh/proto/google/rpc/status";
import { frameMessage } from "../../src/adapters/http2/frame.ts";
import { END, type Fields, type OnRequest } from "./frame-server.ts";

/** What a server does with a call, and what its caller has to make of it. */
export interface UpstreamCase {
  readonly name: string;
  readonly kind: "unary" | "stream";
  readonly serve: OnRequest;
  readonly expected: Expected;
  /** What grpc-js makes of it, where it departs from the specification. */
  readonly reference?: Expected;
  readonly deadlineMs?: number;
}

export interface Expected {
  readonly messages?: readonly string[];
  /** 0 where the call ends well. */
  readonly code: number;
  readonly text?: string;
  readonly reason?: string;
}

export const GRPC: Fields = { ":status": "200", "content-type": "application/grpc" };
export const OK: Fields = { "grpc-status": "0" };
export const framed = (text: string): Buffer => frameMessage(Buffer.from(text));

/** Answers as a sound server would. */
export const answered =
  (text: string): OnRequest =>
  (peer, id) => {
    peer.headers(id, GRPC);
    peer.data(id, framed(text));
    peer.headers(id, OK, END);
  };

const HTML = Buffer.from(`<html>${"an error page ".repeat(100)}</html>`);
const reasonGiven = Status.encode(
  Status.fromPartial({
    code: 5,
    details: [
      {
        typeUrl: "type.googleapis.com/google.rpc.ErrorInfo",
        value: Buffer.from(ErrorInfo.encode(ErrorInfo.fromPartial({ reason: "ROOM_GONE" })).finish()),
      },
    ],
  }),
).finish();
const details = Buffer.from(reasonGiven).toString("base64");

const unary = (name: string, serve: OnRequest, expected: Expected, reference?: Expected): UpstreamCase => ({
  name,
  kind: "unary",
  serve,
  expected,
  ...(reference === undefined ? {} : { reference }),
});
const stream = (name: string, serve: OnRequest, expected: Expected, reference?: Expected): UpstreamCase => ({
  ...unary(name, serve, expected, reference),
  kind: "stream",
});
const sent =
  (pieces: readonly Buffer[], trailers: Fields = OK): OnRequest =>
  (peer, id) => {
    peer.headers(id, GRPC);
    for (const piece of pieces) peer.data(id, piece);
    peer.headers(id, trailers, END);
  };
const only =
  (fields: Fields): OnRequest =>
  (peer, id) =>
    peer.headers(id, fields, END);
const bytesOf = (bytes: Buffer): readonly Buffer[] => [...bytes].map((byte) => Buffer.from([byte]));
const hello: Expected = { code: 0, messages: ["hello"] };

const messages: readonly UpstreamCase[] = [
  unary("an answer", answered("hello"), hello),
  unary("an answer that drips in byte by byte", sent(bytesOf(framed("hello"))), hello),
  unary("a prefix cut in two", sent([framed("hello").subarray(0, 3), framed("hello").subarray(3)]), hello),
  unary("a message cut in two", sent([framed("hello").subarray(0, 7), framed("hello").subarray(7)]), hello),
  unary("an empty message", sent([framed("")]), { code: 0, messages: [""] }),
  unary("empty DATA frames around a message", sent([Buffer.alloc(0), framed("hello"), Buffer.alloc(0)]), hello),
  unary("no message and OK", sent([]), { code: 12 }),
  {
    ...unary("two messages for one", sent([framed("one"), framed("two")]), { code: 12 }),
    // grpc-js waits for more.
    reference: { code: 4 },
    deadlineMs: 2000,
  },
  unary("a message and then a refusal", sent([framed("hello")], { "grpc-status": "9" }), { code: 9 }),
  stream("several messages in one DATA frame", sent([Buffer.concat([framed("a"), framed(""), framed("c")])]), {
    code: 0,
    messages: ["a", "", "c"],
  }),
  stream("messages that are cut anywhere", sent(bytesOf(Buffer.concat([framed("ab"), framed("cd")]))), {
    code: 0,
    messages: ["ab", "cd"],
  }),
  stream("no message", sent([]), { code: 0, messages: [] }),
  stream("messages and then a refusal", sent([framed("a"), framed("b")], { "grpc-status": "8" }), {
    code: 8,
    messages: ["a", "b"],
  }),
  unary(
    "half a message and then OK",
    sent([framed("hello").subarray(0, 8)]),
    { code: 13 },
    // grpc-js forgets the half, and then misses the message.
    { code: 12 },
  ),
  stream(
    "half a message at the end of a stream",
    sent([framed("a"), framed("b").subarray(0, 4)]),
    {
      code: 13,
      messages: ["a"],
    },
    // grpc-js takes the stream for whole.
    { code: 0, messages: ["a"] },
  ),
  unary("a message beyond the bound", sent([Buffer.from([0, 1, 0, 0, 1])]), { code: 8 }),
  unary("a message that is compressed though nothing was accepted", sent([Buffer.from([1, 0, 0, 0, 1, 65])]), {
    code: 13,
  }),
  unary(
    "a prefix that is not gRPC's",
    sent([Buffer.from([7, 0, 0, 0, 1, 65])]),
    { code: 13 },
    // grpc-js reads any flag as "compressed" or not.
    { code: 0, messages: ["A"] },
  ),
];

const statuses: readonly UpstreamCase[] = [
  unary("trailers only", only({ ...GRPC, "grpc-status": "5", "grpc-message": "no%20room" }), {
    code: 5,
    text: "no room",
  }),
  stream("trailers only for a stream", only({ ...GRPC, "grpc-status": "5", "grpc-message": "gone" }), {
    code: 5,
    text: "gone",
    messages: [],
  }),
  unary(
    "a message in UTF-8",
    only({ ...GRPC, "grpc-status": "9", "grpc-message": "caf%C3%A9 100%25 %2F" }),
    { code: 9, text: "café 100% /" },
    // grpc-js leaves what would mean something in an address.
    { code: 9, text: "café 100% %2F" },
  ),
  unary("a message that is wrongly encoded", only({ ...GRPC, "grpc-status": "9", "grpc-message": "50%zz" }), {
    code: 9,
    text: "50%zz",
  }),
  unary("details in base64", only({ ...GRPC, "grpc-status": "5", "grpc-status-details-bin": details }), {
    code: 5,
    reason: "ROOM_GONE",
  }),
  unary(
    "details in base64 without padding",
    only({ ...GRPC, "grpc-status": "5", "grpc-status-details-bin": details.replaceAll("=", "") }),
    { code: 5, reason: "ROOM_GONE" },
  ),
  unary("details that are none", only({ ...GRPC, "grpc-status": "5", "grpc-status-details-bin": "////" }), { code: 5 }),
  unary("a status that is no number", only({ ...GRPC, "grpc-status": "good" }), { code: 2 }, { code: Number.NaN }),
  unary("a status that is not known", only({ ...GRPC, "grpc-status": "42" }), { code: 2 }, { code: 42 }),
  unary("trailers without a status", sent([framed("hello")], { "x-other": "1" }), { code: 2 }),
  unary("headers that end the stream without a status", only(GRPC), { code: 2 }),
  unary(
    "no trailers",
    (peer, id) => {
      peer.headers(id, GRPC);
      peer.data(id, framed("hello"), END);
    },
    { code: 2 },
    // gRPC's table says UNKNOWN for HTTP 200 without a status.
    { code: 13 },
  ),
  unary(
    "half a message and the end",
    (peer, id) => {
      peer.headers(id, GRPC);
      peer.data(id, framed("hello").subarray(0, 6), END);
    },
    { code: 2 },
    { code: 13 },
  ),
  unary(
    "a page instead of gRPC",
    (peer, id) => {
      peer.headers(id, { ":status": "200", "content-type": "text/html" });
      peer.data(id, HTML, END);
    },
    { code: 2 },
    // grpc-js reads the page as a message, and finds it too large.
    { code: 8 },
  ),
  unary(
    "informational headers before the answer",
    (peer, id, number) => {
      peer.headers(id, { ":status": "103", link: "</x>" });
      answered("hello")(peer, id, number);
    },
    hello,
  ),
  unary(
    "DATA after the trailers",
    (peer, id, number) => {
      answered("hello")(peer, id, number);
      peer.data(id, framed("more"));
    },
    hello,
  ),
];

const HTTP_CODES = [
  [302, 2],
  [400, 13],
  [401, 16],
  [403, 7],
  [404, 12],
  [418, 2],
  [429, 14],
  [500, 2],
  [502, 14],
  [503, 14],
  [504, 14],
] as const;

const httpStatuses = HTTP_CODES.map(([status, code]) =>
  unary(
    `HTTP ${status} with a page`,
    (peer, id) => {
      peer.headers(id, { ":status": String(status), "content-type": "text/html" });
      peer.data(id, HTML, END);
    },
    { code },
  ),
);

const RESET_CODES = [
  ["NO_ERROR", 0, 13],
  ["PROTOCOL_ERROR", 1, 13],
  ["INTERNAL_ERROR", 2, 13],
  ["FLOW_CONTROL_ERROR", 3, 13],
  ["SETTINGS_TIMEOUT", 4, 13],
  ["STREAM_CLOSED", 5, 13],
  ["FRAME_SIZE_ERROR", 6, 13],
  ["REFUSED_STREAM", 7, 14],
  ["CANCEL", 8, 1],
  ["COMPRESSION_ERROR", 9, 13],
  ["CONNECT_ERROR", 10, 13],
  ["ENHANCE_YOUR_CALM", 11, 8],
  ["INADEQUATE_SECURITY", 12, 7],
] as const;

const resets = RESET_CODES.flatMap(([name, reset, code]) => [
  unary(`RST_STREAM with ${name} instead of an answer`, (peer, id) => peer.reset(id, reset), { code }),
  stream(
    `RST_STREAM with ${name} in the middle of a stream`,
    (peer, id) => {
      peer.headers(id, GRPC);
      peer.data(id, framed("a"));
      peer.reset(id, reset);
    },
    // node:http2 tells no difference between a reset without error and an end without trailers.
    reset === 0 ? { code: 2 } : { code },
    { code },
  ),
]);

const losses: readonly UpstreamCase[] = [
  unary("a connection that is lost instead of an answer", (peer) => peer.drop(), { code: 14 }),
  unary(
    "a connection that is lost within a message",
    (peer, id) => {
      peer.headers(id, GRPC);
      peer.data(id, framed("hello").subarray(0, 7));
      void peer.settle().then(peer.drop);
    },
    { code: 14 },
  ),
  stream(
    "a connection that is lost in the middle of a stream",
    (peer, id) => {
      peer.headers(id, GRPC);
      peer.data(id, framed("a"));
      void peer.settle().then(peer.drop);
    },
    { code: 14 },
  ),
  unary(
    "GOAWAY for other calls than this",
    (peer, id, number) => {
      peer.goaway(id);
      answered("hello")(peer, id, number);
    },
    hello,
  ),
  unary(
    "GOAWAY that leaves this call out, once",
    (peer, id, number) => (number === 0 ? peer.goaway(0) : answered("hello")(peer, id, number)),
    hello,
    // Its retries are off, as they cost a tenth of every call, and so are these.
    { code: 14 },
  ),
  unary("GOAWAY that leaves this call out, always", (peer) => peer.goaway(0), { code: 14 }),
  unary("GOAWAY for an error after this call was seen", (peer, id) => peer.goaway(id, 2), { code: 14 }, { code: 13 }),
  unary(
    "GOAWAY for an error before this call was seen",
    (peer, id, number) => (number === 0 ? peer.goaway(0, 2) : answered("hello")(peer, id, number)),
    hello,
    { code: 13 },
  ),
  unary(
    "REFUSED_STREAM once",
    (peer, id, number) => (number === 0 ? peer.reset(id, 7) : answered("hello")(peer, id, number)),
    hello,
    { code: 14 },
  ),
];

export const upstreamCases: readonly UpstreamCase[] = [...messages, ...statuses, ...httpStatuses, ...resets, ...losses];

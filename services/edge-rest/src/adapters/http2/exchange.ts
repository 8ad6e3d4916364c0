import { constants, type IncomingHttpHeaders, type IncomingHttpStatusHeader } from "node:http2";
import { CANCELLED, DEADLINE_EXCEEDED, INTERNAL, RESOURCE_EXHAUSTED, UNAVAILABLE, UNKNOWN } from "../../app/codes.ts";
import { abandon, type Call, finish } from "./call.ts";
import type { Connection } from "./connection.ts";
import { createFrameReader, type FrameFault } from "./frame.ts";
import { requestHeaders } from "./request-headers.ts";
import { type CallStatus, readStatus, statusOf, statusOfHttp, statusOfReset } from "./status.ts";

type Headers = IncomingHttpHeaders & IncomingHttpStatusHeader;

const OPTIONS = { endStream: false };

/** Sends a call over a connection and hears its answer. `again` is called, once at most, where no server has looked at it. */
export function exchange(connection: Connection, call: Call, again: (call: Call) => void): void {
  const { session, clock } = connection;
  const stream = session.request(requestHeaders(connection.authority, call.options, clock.now()), OPTIONS);
  call.stream = stream;
  let headers: Headers | undefined;
  let trailers: IncomingHttpHeaders | undefined;
  let fault: FrameFault | undefined;
  const reader = createFrameReader(call.messageMaxBytes, (message) => {
    if (!call.isDone) call.listener.onMessage(message);
  });

  stream.on("response", (received, flags) => {
    headers = received;
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0) {
      // Headers and trailers in one.
      trailers = received;
      return;
    }
    if (!isGrpc(received)) return abandon(call, statusWithoutGrpc(received));
    if (fault !== undefined) return abandon(call, statusOfFault(fault, call.messageMaxBytes));
    if (!call.isDone) call.listener.onHeaders(received);
  });
  stream.on("trailers", (received) => {
    trailers = received;
  });
  stream.on("data", (chunk: Buffer) => {
    if (call.isDone || fault !== undefined) return;
    fault = reader.push(chunk);
    // Bytes may be heard of before the headers that came with them, and those may say that this is not gRPC at all.
    if (fault !== undefined && headers !== undefined) abandon(call, statusOfFault(fault, call.messageMaxBytes));
  });
  stream.on("end", () => {
    if (trailers !== undefined) finish(call, statusOfTrailers(trailers, headers, reader.isPartial()));
    // A stream that was reset ends as well, and then has more to say as it closes.
    else if (!stream.closed) abandon(call, statusOfHttp(headers?.[":status"]));
  });
  // Without a listener it would end the process; what it says is known when the stream closes.
  stream.on("error", () => {});
  stream.on("close", () => {
    connection.release();
    if (call.isDone) return;
    call.stream = undefined;
    const isUnseen = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM || !connection.mayHaveSeen(stream.id);
    if (isUnseen && headers === undefined && !call.isRepeat) {
      call.isRepeat = true;
      return again(call);
    }
    finish(call, statusOfClose());
  });
  stream.end(call.frame);

  function statusOfClose(): CallStatus {
    const told = trailers === undefined ? undefined : readStatus(trailers);
    if (told !== undefined && told.code !== 0) return told;
    if (session.destroyed) return statusOf(UNAVAILABLE, "the connection was lost");
    const { rstCode } = stream;
    if (rstCode === constants.NGHTTP2_NO_ERROR && headers !== undefined) return statusOfHttp(headers[":status"]);
    const status = statusOfReset(rstCode);
    // A server that keeps the deadline itself may do so by cancelling.
    const isLate = status.code === CANCELLED && clock.now() >= call.options.deadline;
    return isLate ? statusOf(DEADLINE_EXCEEDED, "the deadline passed at the server") : status;
  }
}

function isGrpc(headers: IncomingHttpHeaders): boolean {
  return headers["content-type"]?.startsWith("application/grpc") === true;
}

function statusWithoutGrpc(headers: Headers): CallStatus {
  const told = readStatus(headers);
  if (told !== undefined) return told.code === 0 ? statusOf(UNKNOWN, "an answer that is not gRPC") : told;
  if (headers[":status"] !== 200) return statusOfHttp(headers[":status"]);
  return statusOf(UNKNOWN, `content-type ${headers["content-type"] ?? "is missing, which"} is not gRPC`);
}

function statusOfTrailers(trailers: IncomingHttpHeaders, headers: Headers | undefined, isPartial: boolean): CallStatus {
  const told = readStatus(trailers);
  if (told === undefined) return statusOfHttp(headers?.[":status"]);
  return told.code === 0 && isPartial ? statusOf(INTERNAL, "the answer ended within a message") : told;
}

function statusOfFault(fault: FrameFault, maxBytes: number): CallStatus {
  switch (fault) {
    case "too large":
      return statusOf(RESOURCE_EXHAUSTED, `a message of the answer has more than ${maxBytes} bytes`);
    case "compressed":
      // Only identity was accepted, so that whatever it is, the server must not have sent it.
      return statusOf(INTERNAL, "a message is compressed, which was not accepted");
    case "bad flag":
      return statusOf(INTERNAL, "a message has a prefix that is not gRPC's");
  }
}

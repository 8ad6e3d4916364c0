// What somebody writes who needs these two calls and no gateway: node:http above, grpc-js and the generated types below.
// It leaves out what the edge does for every call: validation, JSON that says what is wrong, quotas, request ids, traces,
// metrics, compression, conditional requests, repeats while a service restarts, cancelling when the client leaves.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { GetCalendarRequest, InventoryServiceClient } from "@staymesh/proto/staymesh/reservation/v1/inventory";
import {
  CreateReservationRequest,
  ReservationServiceClient,
} from "@staymesh/proto/staymesh/reservation/v1/reservation";
import { calendarJson, reservationJson } from "./by-hand-json.ts";

const CALENDAR = /^\/v1\/(properties\/[^/]+)\/calendar$/;
const RESERVATIONS = /^\/v1\/(properties\/[^/]+)\/reservations$/;
const BODY_MAX = 1024 * 1024;
const HTTP_STATUSES: Readonly<Partial<Record<status, number>>> = {
  [status.INVALID_ARGUMENT]: 400,
  [status.UNAUTHENTICATED]: 401,
  [status.PERMISSION_DENIED]: 403,
  [status.NOT_FOUND]: 404,
  [status.ABORTED]: 409,
  [status.UNAVAILABLE]: 503,
  [status.DEADLINE_EXCEEDED]: 504,
};

const address = process.env["BACKEND"] ?? "";
// As lean as grpc-js goes: its own repeats cost a good part of a call.
const options = { "grpc.enable_retries": 0, "grpc.enable_channelz": 0 };
const inventory = new InventoryServiceClient(address, credentials.createInsecure(), options);
const reservations = new ReservationServiceClient(address, credentials.createInsecure(), options);

const server = createServer((incoming, outgoing) => {
  const { authorization } = incoming.headers;
  if (authorization?.startsWith("Bearer ") !== true) return refuse(outgoing, 401, "The request brings no key.");
  const metadata = new Metadata();
  metadata.set("authorization", authorization);
  const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://edge");
  if (incoming.method === "GET") {
    const [, parent] = CALENDAR.exec(pathname) ?? [];
    if (parent !== undefined) return getCalendar(parent, searchParams, metadata, outgoing);
  }
  if (incoming.method === "POST") {
    const [, parent] = RESERVATIONS.exec(pathname) ?? [];
    if (parent !== undefined) return createReservation(parent, incoming, metadata, outgoing);
  }
  refuse(outgoing, 404, "There is nothing on this path.");
});

function getCalendar(parent: string, query: URLSearchParams, metadata: Metadata, outgoing: ServerResponse): void {
  const request = GetCalendarRequest.fromPartial({
    parent: decodeURIComponent(parent),
    startDate: query.get("startDate") ?? "",
    endDate: query.get("endDate") ?? "",
    roomTypes: query.getAll("roomTypes"),
    pageSize: Number(query.get("pageSize") ?? 0),
    pageToken: query.get("pageToken") ?? "",
  });
  inventory.getCalendar(request, metadata, { deadline: Date.now() + 5000 }, (error, calendar) => {
    if (error !== null) return refuseAs(outgoing, error);
    answer(outgoing, 200, calendarJson(calendar));
  });
}

function createReservation(
  parent: string,
  incoming: IncomingMessage,
  metadata: Metadata,
  outgoing: ServerResponse,
): void {
  readJson(incoming, (body) => {
    if (body === undefined) return refuse(outgoing, 400, "The body is no JSON.");
    const { holdDuration, ...rest } = body;
    const request = CreateReservationRequest.fromPartial({
      ...rest,
      parent: decodeURIComponent(parent),
      holdDuration: holdDuration === undefined ? undefined : { seconds: BigInt(holdDuration.slice(0, -1)), nanos: 0 },
    });
    reservations.createReservation(request, metadata, { deadline: Date.now() + 9000 }, (error, reservation) => {
      if (error !== null) return refuseAs(outgoing, error);
      answer(outgoing, 201, reservationJson(reservation));
    });
  });
}

/** The message in JSON, trusted to have the right types; what the backend does not take it refuses. */
type ReservationBody = Omit<CreateReservationRequest, "holdDuration"> & { readonly holdDuration?: string };

function readJson(incoming: IncomingMessage, take: (body: ReservationBody | undefined) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  incoming.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > BODY_MAX) incoming.destroy();
    else chunks.push(chunk);
  });
  incoming.on("end", () => {
    let body: ReservationBody | undefined;
    try {
      body = JSON.parse(Buffer.concat(chunks, length).toString("utf8"));
    } catch {
      body = undefined;
    }
    take(body);
  });
}

function answer(outgoing: ServerResponse, httpStatus: number, json: string, type = "application/json"): void {
  outgoing.writeHead(httpStatus, { "content-type": type, "content-length": Buffer.byteLength(json) });
  outgoing.end(json);
}

function refuse(outgoing: ServerResponse, httpStatus: number, detail: string): void {
  answer(outgoing, httpStatus, JSON.stringify({ status: httpStatus, detail }), "application/problem+json");
}

function refuseAs(outgoing: ServerResponse, error: ServiceError): void {
  refuse(outgoing, HTTP_STATUSES[error.code] ?? 500, error.details);
}

server.listen(Number(process.env["PORT"]), "127.0.0.1", () => process.send?.({ type: "listening" }));

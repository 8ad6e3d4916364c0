// A process of its own that books: `node bench/load/bookings.ts <file with options>` prints what it measured as JSON.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { field, firstText, openGrpcCaller } from "./grpc-caller.ts";
import { openRestCaller } from "./rest-caller.ts";
import { quantiles, type Sample } from "./sample.ts";

/** A request to hold, with the placeholder where the request id goes: bytes in base64, or JSON. */
export interface HoldTemplate {
  readonly property: string;
  readonly request: string;
}

export interface BookingOptions {
  readonly through: "grpc" | "rest";
  readonly address: string;
  readonly key: string;
  readonly holds: readonly HoldTemplate[];
  readonly placeholder: string;
  readonly callers: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

export interface BookingSamples {
  readonly bookings: Sample;
  readonly holds: Sample;
  readonly confirms: Sample;
  readonly failures: readonly string[];
}

interface Booker {
  /** Answers with the reservation's name. */
  readonly hold: (template: HoldTemplate) => Promise<string>;
  readonly confirm: (name: string) => Promise<void>;
  readonly close: () => void;
}

const service = "/staymesh.reservation.v1.ReservationService";

const grpcBooker = async ({ address, key, placeholder }: BookingOptions): Promise<Booker> => {
  const caller = await openGrpcCaller(address, key);
  const payment = field(2, field(1, "tok_visa"));
  return {
    hold: async ({ request }) => {
      const message = Buffer.from(request, "base64");
      message.write(randomUUID(), message.indexOf(placeholder), "latin1");
      const answer = await caller.call(`${service}/CreateReservation`, message);
      if (answer.status !== 0) throw new Error(`hold: gRPC status ${answer.status}`);
      return firstText(answer.message);
    },
    confirm: async (name) => {
      const message = Buffer.concat([field(1, name), payment, field(4, randomUUID())]);
      const answer = await caller.call(`${service}/ConfirmReservation`, message);
      if (answer.status !== 0) throw new Error(`confirm: gRPC status ${answer.status}`);
      // State CONFIRMED, the second field behind the name.
      const state = answer.message.subarray(2 + name.length, 4 + name.length);
      if (state[0] !== 0x10 || state[1] !== 2) throw new Error("confirm: not confirmed");
    },
    close: caller.close,
  };
};

const restBooker = async ({ address, key, placeholder }: BookingOptions): Promise<Booker> => {
  const [host = "", port = ""] = address.split(":");
  const caller = await openRestCaller(host, Number(port), key);
  return {
    hold: async ({ property, request }) => {
      const answer = await caller.post(`/v1/${property}/reservations`, request.replace(placeholder, randomUUID()));
      const name = /"name": ?"(properties\/[^"]*\/reservations\/[^"]*)"/.exec(answer.body)?.[1];
      if (answer.status !== 201 || name === undefined) throw new Error(`hold: HTTP status ${answer.status}`);
      return name;
    },
    confirm: async (name) => {
      const body = `{"payment":{"paymentMethodToken":"tok_visa"},"requestId":"${randomUUID()}"}`;
      const answer = await caller.post(`/v1/${name}:confirm`, body);
      if (answer.status !== 200) throw new Error(`confirm: HTTP status ${answer.status}`);
      if (!/"state": ?"CONFIRMED"/.test(answer.body)) throw new Error("confirm: not confirmed");
    },
    close: caller.close,
  };
};

// The caller's own options, which main.ts has written.
const options: BookingOptions = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
// One connection carries all gRPC calls; a REST connection carries one at a time.
const shared = options.through === "grpc" ? await grpcBooker(options) : undefined;
const begin = performance.now() + options.warmUpSeconds * 1000;
const end = begin + options.seconds * 1000;
const [bookings, holds, confirms]: [number[], number[], number[]] = [[], [], []];
const failures = new Map<string, number>();

const caller = async (number: number): Promise<void> => {
  const booker = shared ?? (await restBooker(options));
  for (let turn = number; performance.now() < end; turn += options.callers) {
    const start = performance.now();
    try {
      const template = options.holds[turn % options.holds.length];
      if (template === undefined) throw new Error("there is nothing to hold");
      const name = await booker.hold(template);
      const held = performance.now();
      await booker.confirm(name);
      const done = performance.now();
      if (start >= begin && done <= end) {
        bookings.push(done - start);
        holds.push(held - start);
        confirms.push(done - held);
      }
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      failures.set(words, (failures.get(words) ?? 0) + 1);
    }
  }
  if (booker !== shared) booker.close();
};

await Promise.all(Array.from({ length: options.callers }, (_, number) => caller(number)));
shared?.close();
const sample = (times: number[]): Sample => quantiles(times, options.seconds);
const result: BookingSamples = {
  bookings: sample(bookings),
  holds: sample(holds),
  confirms: sample(confirms),
  failures: [...failures].map(([words, count]) => `${count} x ${words}`),
};
console.log(JSON.stringify(result));

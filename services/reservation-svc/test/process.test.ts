import { type ChildProcess, fork } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Payment_State, PaymentServiceService } from "@staymesh/proto/staymesh/payment/v1/payment";
import { CatalogServiceService } from "@staymesh/proto/staymesh/reservation/v1/catalog";
import { InventoryServiceService } from "@staymesh/proto/staymesh/reservation/v1/inventory";
import { type Reservation, ReservationServiceService } from "@staymesh/proto/staymesh/reservation/v1/reservation";
import {
  connect,
  implement,
  openPrincipals,
  principalOf,
  Refusal,
  serve,
  silentLog,
  systemClock,
} from "@staymesh/service-kit";
import { testContract } from "@staymesh/service-kit/testing";
import { expect } from "chai";
import { database, redisUrl } from "../../../test/support/parts.ts";
import { readConfig } from "../src/config.ts";
import { paymentStateOf, stateOf } from "./support/booking.ts";
import { eventually } from "./support/eventually.ts";
import { fakePayments } from "./support/fake-payments.ts";
import { openHotel, stay, write } from "./support/hotel.ts";

const KEY = "the-key-of-one-service-for-tests";
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

describe("the process", () => {
  it("says everything that is wrong with its settings at once", () => {
    expect(() => readConfig({ PORT: "x", PAYMENT_ADDRESS: "nowhere", QUOTE_SIGNING_KEY: "short" })).to.throw(
      /PORT[\s\S]*SERVICE_KEY[\s\S]*DATABASE_URL[\s\S]*REDIS_INDEX_URL[\s\S]*PAYMENT_ADDRESS[\s\S]*QUOTE_SIGNING_KEY/,
    );
  });

  it("leaves each booking paid once or not at all when it is killed in the middle of many", async () => {
    await using stack = new AsyncDisposableStack();
    const store = stack.use(await database("reservation-svc"));
    const folder = mkdtempSync(join(tmpdir(), "reservation-svc-"));
    stack.defer(() => rmSync(folder, { recursive: true }));
    const partnersFile = join(folder, "partners.json");
    const sha256 = createHash("sha256").update(KEY).digest("hex");
    writeFileSync(partnersFile, JSON.stringify({ partners: [], services: [{ service: "test", sha256 }] }));
    const contract = await testContract();
    const bank = fakePayments();
    const bankServer = stack.use(
      await serve({
        name: "payment-svc",
        port: 0,
        adminPort: 0,
        contract,
        services: [implement(PaymentServiceService, bank.handlers)],
        principals: await openPrincipals(partnersFile, silentLog, systemClock),
        clock: systemClock,
        log: silentLog,
        handleSignals: false,
      }),
    );
    const env = {
      ...process.env,
      DATABASE_URL: store.url,
      REDIS_INDEX_URL: await redisUrl("index"),
      PAYMENT_ADDRESS: bankServer.address,
      QUOTE_SIGNING_KEY: "a signing key that is long enough for tests",
      SERVICE_KEY: KEY,
      PARTNERS_FILE: partnersFile,
      PORT: "0",
      LOG_LEVEL: "error",
    };
    let child: ChildProcess | undefined;
    stack.defer(() => {
      child?.kill("SIGKILL");
    });
    const begin = async (port: string) => {
      const started = fork(main, { env: { ...env, PORT: port }, execArgv: ["--disable-warning=ExperimentalWarning"] });
      child = started;
      return new Promise<number>((resolve, reject) => {
        started.once("message", (message: { readonly port: number }) => resolve(message.port));
        started.once("exit", (code) => reject(new Error(`it ended with ${code}`)));
      });
    };

    const port = await begin("0");
    const to = { address: `127.0.0.1:${port}`, contract, serviceKey: KEY, name: "test" };
    const world = {
      catalog: stack.use(connect(CatalogServiceService, to)),
      inventory: stack.use(connect(InventoryServiceService, to)),
      reservations: stack.use(connect(ReservationServiceService, to)),
      as: () => ({ principal: principalOf({ partner: "north" }) }),
    };
    const hotel = await openHotel(world);
    const bookings = Array.from({ length: 120 }, (_, index) => {
      const request = stay(hotel, "2027-03-05", "2027-03-07", { reference: `r-${index}` });
      return index % 2 === 0 ? { ...request, payment: { paymentMethodToken: "tok_visa" } } : request;
    });

    let done = 0;
    const book = async (request: (typeof bookings)[number], confirmId: string): Promise<Reservation> => {
      const made = await world.reservations.createReservation(request, world.as());
      if (request.payment !== undefined) return made;
      return world.reservations.confirmReservation(
        { ...write(), requestId: confirmId, name: made.name, etag: "", payment: { paymentMethodToken: "tok_visa" } },
        world.as(),
      );
    };
    const confirmIds = bookings.map(() => randomUUID());
    const queue = [...bookings.entries()];
    const seen = new Map<number, Reservation>();
    const runner = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [index, request] = next;
        try {
          seen.set(index, await book(request, confirmIds[index] ?? ""));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
        }
        done++;
        if (done === 30) child?.kill("SIGKILL");
      }
    };
    await Promise.all(Array.from({ length: 16 }, runner));
    await begin(String(port));

    // Each caller sends again what had no answer, and again what had one.
    for (const [index, request] of bookings.entries()) {
      const again = await eventually(
        () => book(request, confirmIds[index] ?? "").catch((error: unknown) => error),
        (answer) => !(answer instanceof Error),
        30_000,
      );
      const before = seen.get(index);
      if (before !== undefined) expect(again).to.deep.equal(before);
    }
    const list = () =>
      world.reservations.listReservations({ parent: hotel.name, pageSize: 500, pageToken: "", filter: "" }, world.as());
    const { reservations } = await eventually(
      list,
      (page) => page.reservations.every((each) => paymentStateOf(each) === "CAPTURED"),
      30_000,
    );
    expect(reservations).to.have.length(120);
    expect(new Set(reservations.map(stateOf))).to.deep.equal(new Set(["CONFIRMED"]));
    for (const { name, payment } of reservations) {
      const own = bank.all().filter(({ reservation }) => reservation === name);
      expect(own.map((each) => [each.name, each.state])).to.deep.equal([[payment, Payment_State.CAPTURED]]);
    }
    const ended = new Promise((resolve) => child?.once("exit", resolve));
    child?.kill("SIGTERM");
    expect(await ended).to.equal(0);
  }).timeout(120_000);
});

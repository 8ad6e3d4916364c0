// What the flow of an old client makes of contracts that were changed well, and of some that were not.
import { expect } from "chai";
import { hold } from "./compat/flow.ts";
import { changed, serveFuture, type Words } from "./compat/future.ts";
import { checkOut, releasedContract, releases } from "./compat/releases.ts";
import type { Json } from "./contract/requests.ts";
import { guest } from "./mesh/people.ts";
import { rpcOf } from "./mesh/rpc.ts";

const newest = releases.at(-1);
if (newest === undefined) throw new Error("Nothing was released yet.");
const old = releasedContract(newest);
const property = "properties/lisbon-city";
const hotel = { property, roomType: `${property}/roomTypes/a`, ratePlan: `${property}/ratePlans/flex` };
const reservation = {
  ...{ name: `${property}/reservations/1`, state: "HELD", etag: '"1"', booker: { ...guest } },
  ...{ total: { currencyCode: "EUR", minorUnits: "25800" }, externalReference: "compat-1" },
  ...{ checkInDate: "2027-03-05", checkOutDate: "2027-03-07", holdExpireTime: "2100-01-01T00:00:00Z" },
};

/** Why the old client's hold fails with a server that has the changed contract; undefined where it does not. */
async function failure(change: (words: Words) => void, more: Readonly<Record<string, Json | undefined>> = {}) {
  const future = changed(old, change);
  const told: Json = JSON.parse(JSON.stringify({ ...reservation, ...more }));
  await using server = await serveFuture(future, ({ name }) =>
    name === "ListReservations" ? { reservations: [told] } : told,
  );
  using rpc = rpcOf({ grpc: { reservation: server.address, payment: server.address, report: server.address } }, old);
  try {
    await hold(rpc, hotel, "quote");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("the released contracts", () => {
  it("are told apart from what cannot be run here, with the reason", async () => {
    const absent = await checkOut({ version: "0.0.0" });
    expect("missing" in absent ? absent.missing : "").to.include("does not tell from what 0.0.0 was released");
  });
});

describe("a client of the newest release", () => {
  it("goes on with a contract that is the same", async () => {
    expect(await failure(() => {})).to.equal(undefined);
  });

  it("goes on where a field was added, and passes over what it says", async () => {
    const added = ({ add }: Words) => add("Reservation", { name: "mood", number: 999 });
    expect(await failure(added, { mood: "sunny" })).to.equal(undefined);
  });

  it("goes on where an enum value was added, also one that it gets", async () => {
    const added = ({ enumType }: Words) => {
      const { value } = enumType("Reservation", "PaymentState");
      const [first] = value;
      if (first !== undefined) value.push({ ...first, name: "DREAMT", number: 99 });
    };
    expect(await failure(added, { paymentState: 99 })).to.equal(undefined);
  });

  it("goes on where a rule was loosened", async () => {
    const loosened = ({ field, rule }: Words) => rule(field("Reservation", "external_reference"), {});
    expect(await failure(loosened)).to.equal(undefined);
  });

  it("notices a field that got another number", async () => {
    const renumbered = ({ field }: Words) => {
      field("Reservation", "external_reference").number = 999;
    };
    expect(await failure(renumbered)).to.include("'externalReference'");
  });

  it("notices a field that was removed", async () => {
    const removed = ({ message }: Words) => {
      const { field } = message("Reservation");
      field.splice(
        field.findIndex(({ name }) => name === "external_reference"),
        1,
      );
    };
    expect(await failure(removed, { externalReference: undefined })).to.include("'externalReference'");
  });

  it("notices an enum value whose number was given to another", async () => {
    const taken = ({ enumType }: Words) => {
      const held = enumType("Reservation", "State").value.find(({ name }) => name === "HELD");
      if (held !== undefined) held.number = 99;
    };
    expect(await failure(taken)).to.include("'state'");
  });

  it("notices a rule that was tightened", async () => {
    const tightened = ({ field, rule }: Words) =>
      rule(field("Reservation", "external_reference"), { string: { minLen: "20" } });
    expect(await failure(tightened)).to.match(/INVALID_ARGUMENT.*external_reference/);
  });

  it("notices a field that became required", async () => {
    const required = ({ field, rule }: Words) => rule(field("CreateReservationRequest", "payment"), { required: true });
    expect(await failure(required)).to.match(/INVALID_ARGUMENT/);
  });
});

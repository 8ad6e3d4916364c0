import { expect } from "chai";
import { type Contract, defaultImage, loadContract } from "../src/index.ts";
import { followsFromShape, readMethodReasons } from "../src/method-reasons.ts";
import { fixtureContract } from "./fixture.ts";

describe("the reasons of a method", function () {
  this.timeout(30_000);
  let contract: Contract;
  let own: Contract;
  const library = (name: string) => contract.method(`fixture.v1.LibraryService/${name}`);
  const reservations = (name: string) => own.method(`staymesh.reservation.v1.ReservationService/${name}`);
  const catalog = (name: string) => own.method(`staymesh.reservation.v1.CatalogService/${name}`);

  before(async () => {
    contract = await fixtureContract();
    own = loadContract(await defaultImage());
  });

  it("are those that it names, where the catalogue has nothing else", () => {
    expect([...library("LendBook").reasons]).to.deep.equal(["BOOK_LENT"]);
    expect([...library("GetBook").reasons]).to.deep.equal([]);
  });

  it("are those of every method too, and not another method's", () => {
    const { reasons } = reservations("GetReservation");
    for (const reason of ["INVALID_REQUEST", "SCOPE_MISSING", "OVERLOADED", "INTERNAL", "RATE_LIMITED", "NOT_FOUND"]) {
      expect(reasons.has(reason), reason).to.equal(true);
    }
    expect(reasons.has("ROOM_SOLD_OUT")).to.equal(false);
    expect(reservations("CreateReservation").reasons.has("ROOM_SOLD_OUT")).to.equal(true);
  });

  it("follow from a request id in a write, an etag, a page token and the field of the property", () => {
    const shaped: readonly (readonly [string, ReadonlySet<string>, boolean])[] = [
      ["IDEMPOTENCY_KEY_REUSED", reservations("CreateReservation").reasons, true],
      ["IDEMPOTENCY_IN_PROGRESS", reservations("CreateReservation").reasons, true],
      ["IDEMPOTENCY_KEY_REUSED", reservations("GetReservation").reasons, false],
      // It asks for an id, and is no write.
      ["IDEMPOTENCY_KEY_REUSED", own.method("staymesh.request.v1.RequestService/GetRequestOutcome").reasons, false],
      ["ETAG_MISMATCH", reservations("CancelReservation").reasons, true],
      ["ETAG_MISMATCH", catalog("UpdateProperty").reasons, true],
      ["ETAG_MISMATCH", catalog("CreateProperty").reasons, false],
      ["PAGE_TOKEN_INVALID", catalog("ListProperties").reasons, true],
      ["PAGE_TOKEN_INVALID", catalog("GetProperty").reasons, false],
      ["PROPERTY_NOT_GRANTED", catalog("GetProperty").reasons, true],
      ["PROPERTY_NOT_GRANTED", catalog("ListProperties").reasons, false],
    ];
    for (const [reason, reasons, given] of shaped) expect(reasons.has(reason), reason).to.equal(given);
  });

  it("do not follow from a shape that says nothing of them", () => {
    expect(followsFromShape("ROOM_SOLD_OUT", reservations("CreateReservation"))).to.equal(undefined);
    expect(followsFromShape("PROPERTY_NOT_GRANTED", catalog("ListProperties"))).to.equal(undefined);
  });

  it("do not load where the catalogue does not know one", () => {
    expect(() =>
      readMethodReasons("rpc L.Lend", ["BOOK_LENT", "BOOK_LOST"], library("LendBook"), contract.reasons),
    ).to.throw("rpc L.Lend: its reasons name BOOK_LOST, which no error catalogue of the contract has");
  });
});

import { fromBinary } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import { type Contract, defaultImage, loadContract } from "@staymesh/contract";
import { anyMessage, buildImage } from "@staymesh/contract/testing";
import { CreateReservationRequest } from "@staymesh/proto/staymesh/reservation/v1/reservation";
import { expect } from "chai";
import { seeded } from "../../../test/mesh/random.ts";
import { surelyValid } from "../src/surely-valid.ts";

describe("what is surely valid", function () {
  this.timeout(60_000);
  let contracts: readonly Contract[];

  before(async () => {
    const lab = await buildImage(new URL("../../../services/edge-rest/test/fixtures/contract", import.meta.url));
    const rules = await buildImage(new URL("fixtures/rules", import.meta.url));
    contracts = [await defaultImage(), lab, rules].map(loadContract);
  });

  it("is valid to the validator as well, for every type of three contracts", () => {
    const random = seeded(20_270_301);
    let sure = 0;
    for (const { registry } of contracts) {
      const validator = createValidator({ registry });
      const checkOf = surelyValid(registry);
      for (const desc of registry) {
        if (desc.kind !== "message" || !/^(staymesh|lab|rules)\./.test(desc.typeName)) continue;
        for (let turn = 0; turn < 60; turn++) {
          const message = anyMessage(desc, random, 2, turn / 60);
          if (!checkOf(desc)(message)) continue;
          sure += 1;
          const { kind } = validator.validate(desc, message);
          expect(kind, `${desc.typeName} ${inspect(message)}`).to.equal("valid");
        }
      }
    }
    expect(sure).to.be.above(1000);
  });

  it("holds for a hold with a quote, and no longer with a bound that is passed", () => {
    const [contract] = contracts;
    const desc = contract?.registry.getMessage("staymesh.reservation.v1.CreateReservationRequest");
    if (contract === undefined || desc === undefined) throw new Error("there is no CreateReservationRequest");
    const checkOf = surelyValid(contract.registry)(desc);
    const isSure = (seconds: bigint, email = "ana@example.com") => {
      const request = CreateReservationRequest.fromPartial({
        parent: "properties/lisbon-city",
        reservation: { quoteToken: "quote", booker: { givenName: "Ana", familyName: "Silva", email } },
        holdDuration: { seconds, nanos: 0 },
        requestId: "3f0c8f4e-8c0e-4c9b-9c3e-0b6a2f8f5f10",
      });
      return checkOf(fromBinary(desc, CreateReservationRequest.encode(request).finish()));
    };
    expect([isSure(900n), isSure(1n), isSure(86_400n)]).to.deep.equal([true, true, true]);
    expect([isSure(0n), isSure(86_401n), isSure(900n, "ana")]).to.deep.equal([false, false, false]);
  });
});

const inspect = (message: object): string =>
  JSON.stringify(message, (_name, value: unknown) => (typeof value === "bigint" ? `${value}` : value));

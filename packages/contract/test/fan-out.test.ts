import { expect } from "chai";
import { type Contract, loadContract } from "../src/index.ts";
import { buildImage } from "../testing/index.ts";

const NORTH = "fixture.v1.NorthService/Find";
const SOUTH = "fixture.v1.SouthService/Find";

describe("a method that several services answer together", () => {
  let image: Buffer;

  before(async function () {
    this.timeout(30_000);
    image = Buffer.from(await buildImage(new URL("./fixtures/contract", import.meta.url)));
  });

  /** The fixture contract with one text of the option in another's place; of the same length, so that the bytes stay a message. */
  const withOption = (text: string, other: string): Contract => {
    expect(other).to.have.length(text.length);
    const changed = image.toString("latin1").replace(text, other);
    expect(changed).not.to.equal(image.toString("latin1"));
    return loadContract(Buffer.from(changed, "latin1"));
  };

  it("tells whom it asks, in their order, and by which field the best answer is known", () => {
    const { fanOut } = loadContract(image).method("fixture.v1.BranchesService/Find");
    expect(fanOut?.asked).to.deep.equal([
      { service: "fixture.v1.NorthService", path: `/${NORTH}` },
      { service: "fixture.v1.SouthService", path: `/${SOUTH}` },
    ]);
    expect(fanOut?.bestBy.name).to.equal("state");
    expect(fanOut?.best).to.equal(3);
    expect(loadContract(image).method(NORTH).fanOut).to.equal(undefined);
  });

  const wrong: readonly (readonly [string, string, string, string])[] = [
    ["a method that is not there", SOUTH, "fixture.v1.SouthService/Fine", "which the contract does not have"],
    ["a service that is not there", SOUTH, "fixture.v1.SouthBranchs/Find", "which the contract does not have"],
    ["the same method twice", SOUTH, NORTH, "names a method twice"],
    ["a method with other messages", NORTH, "fixture.v1.NorthService/Swap", "takes or gives other messages"],
    ["a method that writes", NORTH, "fixture.v1.NorthService/Burn", "no single question without side effects"],
    ["a stream", NORTH, "fixture.v1.NorthService/Tell", "no single question without side effects"],
    [
      "a field that is no enum",
      "\x12\x05state",
      "\x12\x05shelf",
      'goes by "shelf", which is no enum of fixture.v1.Found',
    ],
    [
      "a field that is not there",
      "\x12\x05state",
      "\x12\x05stale",
      'goes by "stale", which is no enum of fixture.v1.Found',
    ],
  ];
  for (const [what, text, other, complaint] of wrong) {
    it(`does not load where its contract names ${what}`, () => {
      expect(() => withOption(text, other))
        .to.throw()
        .with.property("message")
        .that.includes("fixture.v1.BranchesService.Find: its fan_out")
        .and.includes(complaint);
    });
  }
});

import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type DescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { expect } from "chai";
import { diffContracts } from "../../src/diff/index.ts";
import { type Contract, defaultImage, loadContract } from "../../src/index.ts";
import { told } from "./cases.ts";
import { edited } from "./edit.ts";
import { manyChanges } from "./many-changes.ts";
import { methodMutations } from "./method-mutations.ts";
import { typeMutations } from "./type-mutations.ts";

const today = "2027-01-01";

describe("the diff of our own contract", () => {
  let image: Uint8Array;
  let contract: Contract;

  before(async () => {
    image = withoutComments(await defaultImage());
    contract = loadContract(image);
  });

  it("finds nothing between a contract and itself", () => {
    expect(diffContracts(contract, loadContract(image), { today })).to.deep.equal([]);
    expect(diffContracts(loadContract(new Uint8Array()), loadContract(new Uint8Array()), { today })).to.deep.equal([]);
  });

  it("finds nothing where only the order of what is written has changed", () => {
    const files = fromBinary(FileDescriptorSetSchema, image);
    const turn = (message: DescriptorProto): void => {
      message.field.reverse();
      message.nestedType.reverse();
      message.nestedType.forEach(turn);
    };
    for (const file of files.file.filter(({ package: name }) => name.startsWith("staymesh."))) {
      file.messageType.reverse();
      file.messageType.forEach(turn);
      for (const service of file.service) {
        service.method.reverse();
      }
    }
    const turned = loadContract(toBinary(FileDescriptorSetSchema, files));
    expect(diffContracts(contract, turned, { today })).to.deep.equal([]);
  });

  it("tells everything of a first contract, and nothing of it breaks anybody", () => {
    const changes = diffContracts(loadContract(new Uint8Array()), contract, { today });
    expect(changes.filter(({ kind }) => kind === "method-added").length).to.be.greaterThan(40);
    expect(changes.filter(({ breaking }) => breaking)).to.deep.equal([]);
  });

  for (const [name, mutation] of Object.entries({ ...methodMutations, ...typeMutations })) {
    it(`sees ${name}`, () => {
      const changes = diffContracts(contract, edited(image, contract, mutation.change), { today });
      expect(changes.map(told).sort()).to.deep.equal([...mutation.told].sort());
      for (const { why } of changes) {
        expect(why).to.match(/^[A-Z].*[.?]$/);
      }
    });
  }

  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`tells each of many changes at once, no more and no less (seed ${seed})`, () => {
      const { change, expected } = manyChanges(contract, seed);
      expect(expected.length).to.be.greaterThan(50);
      const changes = diffContracts(contract, edited(image, contract, change), { today });
      expect(changes.map(told).sort()).to.deep.equal([...expected].sort());
    });
  }

  it("takes the opposite of an addition for a removal", () => {
    const added = diffContracts(loadContract(new Uint8Array()), contract, { today });
    const removed = diffContracts(contract, loadContract(new Uint8Array()), { today });
    const subjects = (changes: typeof added, kind: string) =>
      changes.filter((change) => change.kind === kind).map(({ subject }) => subject);
    expect(subjects(removed, "method-removed")).to.deep.equal(subjects(added, "method-added"));
    expect(subjects(removed, "reason-removed")).to.deep.equal(subjects(added, "reason-added"));
  });
});

// Comments are three quarters of an image, and no change of them is told.
const withoutComments = (image: Uint8Array): Uint8Array => {
  const files = fromBinary(FileDescriptorSetSchema, image);
  for (const file of files.file) {
    delete file.sourceCodeInfo;
  }
  return toBinary(FileDescriptorSetSchema, files);
};

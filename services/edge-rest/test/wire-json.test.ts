import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { type Contract, defaultImage, loadContract } from "@staymesh/contract";
import { anyMessage, buildImage } from "@staymesh/contract/testing";
import { expect } from "chai";
import { calls } from "../../../bench/edge/calls.ts";
import { seeded } from "../../../test/mesh/random.ts";
import { jsonWriter } from "../src/app/answer-json.ts";
import { readText } from "../src/app/wire.ts";
import { wireTranslator } from "../src/app/wire-json.ts";

describe("JSON straight from the bytes of a message", () => {
  let contracts: readonly Contract[];

  before(async () => {
    const lab = await buildImage(new URL("./fixtures/contract", import.meta.url));
    contracts = [await defaultImage(), lab].map(loadContract);
  });

  /** The two ways side by side: the short one may leave bytes to the long one, and never says anything else. */
  const compare = ({ registry }: Contract, desc: DescMessage, bytes: Buffer): boolean => {
    const short = wireTranslator(desc)(bytes);
    let long: string | undefined;
    try {
      long = jsonWriter(desc, registry)(fromBinary(desc, bytes));
    } catch {
      long = undefined;
    }
    if (short !== undefined) expect(short.toString("utf8"), `${desc.typeName} ${bytes.toString("hex")}`).to.equal(long);
    return short !== undefined;
  };

  const each = (visit: (contract: Contract, desc: DescMessage, random: () => number) => void): void => {
    const random = seeded(20_270_301);
    for (const contract of contracts) {
      for (const desc of contract.registry) if (desc.kind === "message") visit(contract, desc, random);
    }
  };

  it("is the same as that of the message, for every type of two contracts", () => {
    let translated = 0;
    each((contract, desc, random) => {
      for (let turn = 0; turn < 12; turn++) {
        const message = anyMessage(desc, random, turn === 0 ? 0 : 3);
        if (compare(contract, desc, bytesOf(desc, message))) translated += 1;
      }
    });
    expect(translated).to.be.above(1000);
  });

  it("is the same for a message of which nothing was sent", () => {
    each((contract, desc) => {
      compare(contract, desc, Buffer.alloc(0));
    });
  });

  it("is not made of a sound value that stands behind an unsound one, nor of a tag that is none", () => {
    const [contract] = contracts;
    const desc = contract?.registry.getMessage("staymesh.type.v1.Money");
    if (contract === undefined || desc === undefined) throw new Error("there is no Money");
    expect(compare(contract, desc, Buffer.from("0a03455552", "hex")), "EUR").to.equal(true);
    expect(compare(contract, desc, Buffer.from("0a01ff0a03455552", "hex")), "0xff, then EUR").to.equal(false);
    expect(compare(contract, desc, Buffer.from("8a808080100345555210", "hex")), "an endless tag").to.equal(false);
  });

  it("leaves alone the text of a message that holds groups", () => {
    const group = "c33ec33ec43e0801c43e";
    expect(readText(Buffer.from(`${group}0a03455552${group}`, "hex"), 1)).to.equal("EUR");
  });

  it("is never made of bytes that are no message, and of strange ones as the library makes it", () => {
    each((contract, desc, random) => {
      for (let turn = 0; turn < 12; turn++) {
        const bytes = bytesOf(desc, anyMessage(desc, random, 3));
        compare(contract, desc, spoilt(bytes, random));
      }
    });
  });

  it("takes the short way for what our services answer", () => {
    const [contract] = contracts;
    if (contract === undefined) throw new Error("there is no contract");
    for (const [name, { answer }] of [
      ["Calendar", calls.GET],
      ["Reservation", calls.POST],
    ] as const) {
      const desc = contract.registry.getMessage(`staymesh.reservation.v1.${name}`);
      if (desc === undefined) throw new Error(`there is no ${name}`);
      expect(compare(contract, desc, answer), name).to.equal(true);
    }
  });
});

function bytesOf(desc: DescMessage, message: Message): Buffer {
  return Buffer.from(toBinary(desc, message));
}

/** Cut off, flipped, said twice, or with a field that nobody knows. */
function spoilt(bytes: Buffer, random: () => number): Buffer {
  const at = Math.floor(random() * bytes.length);
  const choice = Math.floor(random() * 4);
  if (choice === 0) return bytes.subarray(0, at);
  if (choice === 1) return Buffer.concat([bytes, bytes]);
  if (choice === 2) return Buffer.concat([bytes, Buffer.from([0xf8, 0x7f, 0x01, 0xf2, 0x7f, 0x02, 0xff, 0xff])]);
  const flipped = Buffer.from(bytes);
  if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  return flipped;
}

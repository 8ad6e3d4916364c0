import {
  create,
  type DescField,
  type DescMessage,
  fromBinary,
  type Message,
  ScalarType,
  toBinary,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { type Contract, defaultImage, loadContract } from "@staymesh/contract";
import { buildImage } from "@staymesh/contract/testing";
import { expect } from "chai";
import { calls } from "../../../bench/edge/calls.ts";
import { seeded } from "../../../test/mesh/random.ts";
import { jsonWriter } from "../src/app/answer-json.ts";
import { wireTranslator } from "../src/app/wire-json.ts";

const LEGACY_REQUIRED = 3;
const TEXTS = ["", "a", 'a "quoted" \\ text', "Grüße ☃ 𝄞", "\u0000\n\t\u007f\u2028", "\ufeffmark", "x".repeat(3000)];
const INTEGERS = [0, 1, -1, 9, 10, 99, 100, 2 ** 31 - 1, -(2 ** 31)];
const LONGS = [0n, 1n, -1n, 2n ** 31n, -(2n ** 31n), -(2n ** 31n) - 1n, 2n ** 32n - 1n, 2n ** 32n, -(2n ** 32n)];
const LARGEST = [2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)];
const FLOATS = [0, -0, 1.5, -1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

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

/** A message with values at the edges of their types; nested as deep as it is told. */
function anyMessage(desc: DescMessage, random: () => number, depth: number): Message {
  const view = reflect(desc, create(desc));
  for (const field of desc.fields) {
    const isRequired = field.presence === LEGACY_REQUIRED;
    if (!isRequired && (random() < 0.3 || (depth === 0 && field.message !== undefined))) continue;
    setAny(view, field, random, depth);
  }
  return view.message;
}

function setAny(view: ReflectMessage, field: DescField, random: () => number, depth: number): void {
  const one = (): unknown =>
    field.message === undefined
      ? anyValue(field, random)
      : reflect(field.message, instant(field.message, random) ?? anyMessage(field.message, random, depth - 1));
  switch (field.fieldKind) {
    case "list":
      for (let count = Math.floor(random() * 4); count > 0; count--) view.get(field).add(one());
      break;
    case "map":
      if (field.mapKey === ScalarType.STRING) view.get(field).set(pick(TEXTS, random), one());
      break;
    default:
      view.set(field, one());
  }
}

/** The types that have bounds of their own are mostly kept within them. */
function instant(desc: DescMessage, random: () => number): Message | undefined {
  if (!/^google\.protobuf\.(Timestamp|Duration)$/.test(desc.typeName) || random() < 0.1) return undefined;
  const view = reflect(desc, create(desc));
  const [seconds, nanos] = desc.fields;
  if (seconds !== undefined) view.set(seconds, BigInt(Math.floor(random() * 4e9) - 2e9));
  if (nanos !== undefined) view.set(nanos, pick([0, 0, 0, 1, 120_000_000, 123_456_000, 999_999_999], random));
  return view.message;
}

function anyValue(field: DescField, random: () => number): unknown {
  if (field.enum !== undefined)
    return pick([...field.enum.values.map(({ number }) => number), ...(field.enum.open ? [77] : [])], random);
  switch (field.scalar) {
    case ScalarType.STRING:
      return pick(TEXTS, random);
    case ScalarType.BYTES:
      return Buffer.from(pick(TEXTS, random));
    case ScalarType.BOOL:
      return random() < 0.5;
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return pick(FLOATS, random);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return pick(INTEGERS, random) >>> 0;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return BigInt.asUintN(64, pick([...LONGS, ...LARGEST], random));
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return pick([...LONGS, ...LARGEST], random);
    default:
      return pick(INTEGERS, random);
  }
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

function pick<Value>(values: readonly Value[], random: () => number): Value {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error("there is nothing to pick from");
  return value;
}

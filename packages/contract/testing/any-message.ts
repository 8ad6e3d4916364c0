import { create, type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";

const LEGACY_REQUIRED = 3;
const STRANGE = [
  "",
  " ",
  "0",
  "a",
  'a "quoted" \\ text',
  "Grüße ☃ 𝄞",
  "\u0000\n\t\u007f\u2028",
  "\ufeffmark",
  "x".repeat(3000),
];
const FORMS = [
  "3f0c8f4e-8c0e-4c9b-9c3e-0b6a2f8f5f10",
  "ana@example.com",
  "properties/lisbon",
  "2027-03-05",
  "EUR",
  "15:00",
];
const TEXTS = [...STRANGE, ...FORMS];
const INTEGERS = [0, 1, -1, 9, 10, 99, 100, 101, 2 ** 31 - 1, -(2 ** 31)];
const LONGS = [0n, 1n, -1n, 2n ** 31n, -(2n ** 31n), -(2n ** 31n) - 1n, 2n ** 32n - 1n, 2n ** 32n, -(2n ** 32n)];
const LARGEST = [2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)];
const FLOATS = [0, -0, 1.5, -1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** A message with values at the edges of their types, nested as deep as it is told; `fill` is the share of fields that are set. */
export function anyMessage(desc: DescMessage, random: () => number, depth: number, fill = 0.7): Message {
  const view = reflect(desc, create(desc));
  for (const field of desc.fields) {
    const isRequired = field.presence === LEGACY_REQUIRED;
    if (!isRequired && (random() > fill || (depth === 0 && field.message !== undefined))) continue;
    setAny(view, field, random, depth, fill);
  }
  return view.message;
}

function setAny(view: ReflectMessage, field: DescField, random: () => number, depth: number, fill: number): void {
  const one = (): unknown =>
    field.message === undefined
      ? anyValue(field, random)
      : reflect(field.message, instant(field.message, random) ?? anyMessage(field.message, random, depth - 1, fill));
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

function pick<Value>(values: readonly Value[], random: () => number): Value {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error("there is nothing to pick from");
  return value;
}

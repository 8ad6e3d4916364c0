import { type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { isReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import type { FieldViolation } from "./facts.ts";

/** The character that no database keeps in a text and no person types: a text that holds it is refused, wherever it stands. */
const NUL = "\u0000";

/** Texts of a message that hold U+0000. A text without it has no zero byte on the wire, so that a look at the bytes comes first. */
export const nulViolations = (desc: DescMessage, message: Message, bytes: Uint8Array): readonly FieldViolation[] =>
  bytes.includes(0) ? [...placesOf(desc, message, "")].map(violation) : [];

const violation = (field: string): FieldViolation => ({
  field,
  rule: "string.no_nul",
  description: "must not hold the character U+0000",
});

function* placesOf(desc: DescMessage, message: Message, prefix: string): Generator<string> {
  const view = reflect(desc, message);
  for (const field of desc.fields) {
    if (!view.isSet(field)) {
      continue;
    }
    const value: unknown = view.get(field);
    const path = `${prefix}${field.name}`;
    if (field.fieldKind === "list") {
      for (const [index, item] of [...view.get(field)].entries()) {
        yield* placesIn(item, field.scalar, `${path}[${index}]`);
      }
    } else {
      yield* placesIn(value, field.scalar, path);
    }
  }
}

function* placesIn(value: unknown, scalar: ScalarType | undefined, path: string): Generator<string> {
  if (isReflectMessage(value)) {
    yield* placesOf(value.desc, value.message, `${path}.`);
  } else if (scalar === ScalarType.STRING && typeof value === "string" && value.includes(NUL)) {
    yield path;
  }
}

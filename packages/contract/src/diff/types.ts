import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import type { Contract } from "../facts.ts";
import { breaks, type Change, change, holds } from "./change.ts";
import { findRenamed, pairUp } from "./pairs.ts";
import { cardinality, type Renames } from "./type-words.ts";
import { comparedTypes } from "./use.ts";

type Type = DescMessage | DescEnum;

export interface TypeMatch {
  readonly changes: readonly Change[];
  /** Old names that the new contract has under another one. */
  readonly renames: Renames;
  readonly messages: readonly (readonly [DescMessage, DescMessage])[];
  readonly enums: readonly (readonly [DescEnum, DescEnum])[];
}

/** Finds each message and enum of the old contract in the new one. */
export const matchTypes = (old: Contract, next: Contract): TypeMatch => {
  const compared = new Set([...comparedTypes(old), ...comparedTypes(next)]);
  const messages = match(typesOf(old, "message", compared), typesOf(next, "message", compared), messageShape);
  const enums = match(typesOf(old, "enum", compared), typesOf(next, "enum", compared), enumShape);
  return {
    changes: [...messages.changes, ...enums.changes],
    renames: new Map([...messages.renames, ...enums.renames]),
    messages: messages.pairs,
    enums: enums.pairs,
  };
};

const typesOf = <Kind extends "message" | "enum">(
  contract: Contract,
  kind: Kind,
  compared: ReadonlySet<string>,
): readonly Extract<Type, { readonly kind: Kind }>[] =>
  [...contract.registry].filter(
    (type): type is Extract<Type, { readonly kind: Kind }> => type.kind === kind && compared.has(type.typeName),
  );

const match = <Item extends Type>(old: readonly Item[], next: readonly Item[], shape: (type: Item) => string) => {
  const found = findRenamed(
    pairUp(old, next, ({ typeName }) => typeName),
    shape,
  );
  const outermost = (types: readonly Item[]) =>
    types.filter(({ parent }) => !types.some(({ typeName }) => typeName === parent?.typeName));
  return {
    pairs: [...found.both, ...found.renamed],
    renames: new Map(found.renamed.map(([one, other]) => [one.typeName, other.typeName])),
    changes: [
      ...outermost(found.gone).map((type) =>
        change(
          `${type.kind}-removed`,
          type.typeName,
          [undefined, undefined],
          breaks("Programs that name it no longer compile, and whoever reads or writes it finds nothing in its place."),
        ),
      ),
      ...outermost(found.fresh).map((type) =>
        change(
          `${type.kind}-added`,
          type.typeName,
          [undefined, undefined],
          holds("Nothing that was there before holds it."),
        ),
      ),
      ...found.renamed.map(([one, other]) =>
        change(
          `${one.kind}-renamed`,
          one.typeName,
          [one.typeName, other.typeName],
          breaks(
            one.kind === "message"
              ? "Bytes and JSON stay as they are; typed programs, and an Any that names its type, do not know the new name."
              : "Bytes and JSON stay as they are; typed programs do not know the new name.",
          ),
        ),
      ),
    ],
  };
};

/** What makes a message recognisable under another name; types of fields may have other names too. */
const messageShape = ({ fields }: DescMessage): string =>
  fields
    .map((field) => `${field.number} ${field.name} ${cardinality(field)} ${field.scalar ?? field.fieldKind}`)
    .sort()
    .join();

const enumShape = ({ values }: DescEnum): string =>
  values
    .map(({ name, number }) => `${number} ${name}`)
    .sort()
    .join();

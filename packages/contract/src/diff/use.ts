import type { DescEnum, DescField, DescMessage } from "@bufbuild/protobuf";
import type { Contract, ServiceFacts } from "../facts.ts";

/** Where a caller meets a type or a field. */
export interface Use {
  readonly request: boolean;
  readonly answer: boolean;
}

export type Uses = (type: DescMessage | DescEnum) => Use;

const OUTPUT_ONLY = 3;
const INPUT_ONLY = 4;
const BOTH: Use = { request: true, answer: true };

/** Packages of others: what of them no method carries is nobody's contract. */
export const isForeign = (typeName: string): boolean => /^(google|buf)\./.test(typeName);

export const ownServices = (contract: Contract): readonly ServiceFacts[] =>
  contract.services.filter(({ name }) => !isForeign(name));

/** Everything that requests and answers of the contract's methods are made of. A type that none names may travel in an Any: both. */
export const usesOf = (contract: Contract): Uses => {
  const methods = ownServices(contract).flatMap((service) => service.methods);
  const follow = (skips: number) => (field: DescField) => !contract.options.fieldBehavior(field).includes(skips);
  const requests = reached(
    methods.map(({ input }) => input),
    follow(OUTPUT_ONLY),
  );
  const answers = reached(
    methods.map(({ output }) => output),
    follow(INPUT_ONLY),
  );
  return ({ typeName }) => {
    const use = { request: requests.has(typeName), answer: answers.has(typeName) };
    return use.request || use.answer ? use : BOTH;
  };
};

/** The names of the types that a contract's methods carry, and of all of its own. */
export const comparedTypes = (contract: Contract): ReadonlySet<string> => {
  const methods = ownServices(contract).flatMap((service) => service.methods);
  const carried = reached(
    methods.flatMap(({ input, output }) => [input, output]),
    () => true,
  );
  const own = [...contract.registry].filter(
    (type) => (type.kind === "message" || type.kind === "enum") && !isForeign(type.typeName),
  );
  return new Set([...carried, ...own.map(({ typeName }) => typeName)]);
};

/** A field that is for answers alone is no part of a request, whatever its message is used for. */
export const fieldUse = (contract: Contract, uses: Uses, field: DescField): Use => {
  const { request, answer } = uses(field.parent);
  const behavior = contract.options.fieldBehavior(field);
  const use = { request: request && !behavior.includes(OUTPUT_ONLY), answer: answer && !behavior.includes(INPUT_ONLY) };
  return use.request || use.answer ? use : { request, answer };
};

export const useWords = ({ request, answer }: Use): string =>
  request && answer ? "requests and answers" : request ? "requests" : "answers";

const reached = (from: readonly DescMessage[], follows: (field: DescField) => boolean): ReadonlySet<string> => {
  const names = new Set<string>();
  const visit = (desc: DescMessage): void => {
    if (names.has(desc.typeName)) {
      return;
    }
    names.add(desc.typeName);
    for (const field of desc.fields.filter(follows)) {
      if (field.message !== undefined) {
        visit(field.message);
      }
      if (field.enum !== undefined) {
        names.add(field.enum.typeName);
      }
    }
  };
  for (const desc of from) {
    visit(desc);
  }
  return names;
};

import type { DescMethod, Registry } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import type { EnumField, FanOut } from "./facts.ts";
import type { MethodOption } from "./options.ts";

/**
 * Reads how the answers of several methods become the one of this method. Throws where that cannot work, so that a contract which
 * promises it stops the start.
 */
export const readFanOut = (
  desc: DescMethod,
  option: MethodOption | undefined,
  registry: Registry,
  optionOf: (method: DescMethod) => MethodOption | undefined,
): { readonly fanOut?: FanOut } => {
  const declared = option?.fanOut;
  if (declared === undefined) {
    return {};
  }
  const complain = (words: string) => new Error(`${desc}: its fan_out ${words}`);
  if (declared.methods.length === 0) {
    throw complain("names no method");
  }
  if (new Set(declared.methods).size < declared.methods.length) {
    throw complain("names a method twice");
  }
  if (!isRead(desc)) {
    throw complain(
      "is of a method that may write, and nobody could take back what one service did and another refused",
    );
  }
  const asked = declared.methods.map((fullName) => {
    const [service = "", name = ""] = fullName.split("/");
    const method = registry.getService(service)?.methods.find((candidate) => candidate.name === name);
    if (method === undefined) {
      throw complain(`names ${fullName}, which the contract does not have`);
    }
    if (method.input.typeName !== desc.input.typeName || method.output.typeName !== desc.output.typeName) {
      throw complain(`names ${fullName}, which takes or gives other messages`);
    }
    if (!isRead(method)) {
      throw complain(`names ${fullName}, which is no single question without side effects`);
    }
    if (optionOf(method)?.fanOut !== undefined) {
      throw complain(`names ${fullName}, which is answered by others itself`);
    }
    return { service, path: `/${fullName}` };
  });
  const bestBy = desc.output.fields.find(({ name }) => name === declared.bestBy);
  if (bestBy?.fieldKind !== "enum") {
    throw complain(`goes by "${declared.bestBy}", which is no enum of ${desc.output.typeName}`);
  }
  return { fanOut: { asked, bestBy, best: highestOf(bestBy) } };
};

const isRead = ({ methodKind, idempotency }: DescMethod): boolean =>
  methodKind === "unary" && idempotency === Level.NO_SIDE_EFFECTS;

const highestOf = (field: EnumField): number => Math.max(...field.enum.values.map(({ number }) => number));

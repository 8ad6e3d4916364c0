import { invalid } from "../domain/refusals.ts";

/** A resource that a request has to bring, with a name of the right form where it already has one. */
export function needResource<M>(message: M | undefined, field: string): M;
export function needResource<M extends { readonly name: string }>(
  message: M | undefined,
  field: string,
  name: RegExp,
): M;
export function needResource<M>(message: M | undefined, field: string, name?: RegExp): M {
  if (message === undefined) throw invalid(field, "It is missing.", "required");
  if (name !== undefined && (!hasName(message) || !name.test(message.name))) {
    throw invalid(`${field}.name`, "It has to name what is changed.", "required");
  }
  return message;
}

const hasName = (message: unknown): message is { readonly name: string } =>
  typeof message === "object" && message !== null && "name" in message && typeof message.name === "string";

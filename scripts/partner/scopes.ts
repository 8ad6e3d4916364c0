import { defaultImage, loadContract } from "@staymesh/contract";
import { Explained } from "../parts/explained.ts";

// What no method asks for as such: each lets its holder leave a rule, and is given by name alone.
export const specialScopes: readonly string[] = [
  "reservations.agreedPrice",
  "reservations.payAtProperty",
  "sandbox.clock",
];

// The scopes of every method.
export async function commonScopes(): Promise<readonly string[]> {
  const { services } = loadContract(await defaultImage());
  const scopes = services.flatMap(({ methods }) => methods.flatMap((method) => method.scopes));
  return [...new Set(scopes)].sort();
}

// A scope that nothing asks for would be kept and open no door. Where none are named, a key may call every method and leave no rule.
export async function scopesOf(value: string | undefined): Promise<readonly string[]> {
  const common = await commonScopes();
  if (value === undefined) return common;
  const known = ["*", ...common, ...specialScopes];
  const scopes = value.split(",");
  const wrong = scopes.find((scope) => !known.includes(scope));
  if (wrong === undefined) return scopes;
  throw new Explained(`There is no scope "${wrong}". --scopes takes, with commas between: ${known.join(", ")}.`);
}

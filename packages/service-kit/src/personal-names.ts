import type { Contract } from "@staymesh/contract";

/** The names of all fields that a contract marks as personal or secret, for openLog's `redact`. */
export function personalNames(contract: Contract): ReadonlySet<string> {
  const names = new Set<string>();
  for (const type of contract.registry) {
    if (type.kind !== "message") continue;
    for (const field of type.fields) {
      const option = contract.options.field(field);
      if (option?.personal === true || option?.secret === true) names.add(field.name);
    }
  }
  return names;
}

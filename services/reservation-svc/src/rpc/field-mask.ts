import { invalid } from "../domain/refusals.ts";

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Fields that a resource has and that no mask can change; naming them does nothing. */
const READ_ONLY: ReadonlySet<string> = new Set(["name", "state", "create_time", "update_time", "etag"]);

/** The fields that an update names: those of the mask, all for "*", and without a mask those that have a value. */
export function masked<F extends object>(fields: F, mask: readonly string[] | undefined): Partial<F> {
  const entries = Object.entries(fields);
  const paths = mask ?? [];
  if (paths.includes("*")) return fields;
  if (paths.length === 0) {
    // Each entry is one of F's own.
    return Object.fromEntries(entries.filter(([, value]) => hasValue(value))) as Partial<F>;
  }
  const wanted = new Set<string>();
  for (const path of paths) {
    const root = snake(path.split(".")[0] ?? "");
    if (READ_ONLY.has(root)) continue;
    if (!entries.some(([name]) => snake(name) === root)) throw invalid("update_mask", `There is no field ${path}.`);
    wanted.add(root);
  }
  return Object.fromEntries(entries.filter(([name]) => wanted.has(snake(name)))) as Partial<F>;
}

const hasValue = (value: unknown): boolean =>
  value !== undefined && value !== "" && value !== 0 && !(Array.isArray(value) && value.length === 0);

/** A small edit of an object: where, and what to put there. An absent value takes away what is there. */
export interface Edit {
  /** Steps between slashes: a field, an index, or name=… for the element of that name. */
  readonly at: string;
  readonly to?: unknown;
}

/** A copy of an object with the edits made; throws where an edit finds nothing to change, so that no mistake is seeded in vain. */
export function edited<T>(object: T, edits: readonly Edit[]): T {
  const copy = structuredClone(object);
  for (const { at, to } of edits) {
    const steps = at.split("/");
    const last = steps.pop() ?? "";
    const holder = steps.reduce<unknown>((value, step) => into(value, step, at), copy);
    if (Array.isArray(holder)) {
      const index = indexOf(holder, last);
      if (index < 0) throw new Error(`there is no ${at}`);
      if (to === undefined) holder.splice(index, 1);
      else holder.splice(index, last === "end" ? 0 : 1, to);
    } else if (typeof holder === "object" && holder !== null) {
      if (to === undefined && !Reflect.deleteProperty(holder, last)) throw new Error(`there is no ${at}`);
      if (to !== undefined) Reflect.set(holder, last, to);
    } else throw new Error(`there is no ${at}`);
  }
  return copy;
}

function into(value: unknown, step: string, at: string): unknown {
  const inner: unknown = Array.isArray(value) ? value[indexOf(value, step)] : Reflect.get(Object(value), step);
  if (inner === undefined) throw new Error(`there is no ${step} on the way to ${at}`);
  return inner;
}

function indexOf(list: readonly unknown[], step: string): number {
  if (step === "end") return list.length;
  const name = /^name=(.+)$/.exec(step)?.[1];
  return name === undefined ? Number(step) : list.findIndex((item) => Reflect.get(Object(item), "name") === name);
}

// Readers of option values, of which nothing is known beforehand.

/** Fields that are not set stand on the prototype with their defaults. */
export const own = (holder: object, name: string): unknown =>
  Object.hasOwn(holder, name) ? Reflect.get(holder, name) : undefined;

export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

export const text = (value: unknown): string => (typeof value === "string" ? value : "");

export const count = (rules: object, name: string): number | undefined => {
  const value = own(rules, name);
  return typeof value === "bigint" || typeof value === "number" ? Number(value) : undefined;
};

export const some = (value: unknown): unknown => (Array.isArray(value) && value.length > 0 ? value : undefined);

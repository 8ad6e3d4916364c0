interface Versioned {
  readonly version: number;
  readonly updateTime: Date;
}

/** The value with its new fields and the next version; a field that is given as undefined is taken away. */
export function patched<T extends Versioned>(
  current: T,
  patch: { readonly [K in keyof T]?: T[K] | undefined },
  now: Date,
): T {
  const whole = { ...current, ...patch, version: current.version + 1, updateTime: now };
  const entries = Object.entries(whole).filter(([, value]) => value !== undefined);
  // Only optional fields may be given as undefined, since the patch's values are those of T.
  return Object.fromEntries(entries) as unknown as T;
}

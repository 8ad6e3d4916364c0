/** The environment that a process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads one setting or adds to the problems. */
export type Setting<T> = (env: Environment, problems: string[]) => T;

type Settings<Spec> = { readonly [K in keyof Spec]: Spec[K] extends Setting<infer T> ? T : never };

/** Every bad setting of a process at once, one a line. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`${problems.length === 1 ? "A setting is" : "Some settings are"} wrong:\n  ${problems.join("\n  ")}`);
    this.problems = problems;
  }
}

/** Reads all settings, or throws one SettingsError that lists everything that is wrong with them. */
export function readSettings<Spec extends Readonly<Record<string, Setting<unknown>>>>(
  env: Environment,
  spec: Spec,
): Settings<Spec> {
  const problems: string[] = [];
  const read = Object.fromEntries(Object.entries(spec).map(([name, setting]) => [name, setting(env, problems)]));
  if (problems.length > 0) throw new SettingsError(problems);
  // Each value came from the setting of the same name.
  return read as Settings<Spec>;
}

interface Choice<T> {
  readonly default?: T;
}

/** A text that must be there, unless it has a default. */
export function text(name: string, options: Choice<string> & { readonly pattern?: RegExp } = {}): Setting<string> {
  return parsed(name, options, "", (value) => {
    if (options.pattern !== undefined && !options.pattern.test(value)) {
      return { problem: `must match ${options.pattern}` };
    }
    return { value };
  });
}

/** A secret text: as text(), and its value is never part of a problem. */
export function secret(name: string, options: { readonly minLength?: number } = {}): Setting<string> {
  return parsed(name, {}, "", (value) => {
    const least = options.minLength ?? 1;
    return value.length < least ? { problem: `must have at least ${least} characters` } : { value };
  });
}

/** A whole number within bounds. */
export function integer(
  name: string,
  options: Choice<number> & { readonly min?: number; readonly max?: number } = {},
): Setting<number> {
  const min = options.min ?? 0;
  const max = options.max ?? Number.MAX_SAFE_INTEGER;
  return parsed(name, options, 0, (value) => {
    const number = Number(value);
    const fits = /^-?\d+$/.test(value) && number >= min && number <= max;
    return fits ? { value: number } : { problem: `must be a whole number from ${min} to ${max}` };
  });
}

/** A URL of one of the given protocols ("postgres:"). The value may hold a password, so a problem never repeats it. */
export function url(
  name: string,
  options: Choice<string> & { readonly protocols: readonly string[] },
): Setting<string> {
  return parsed(name, options, "", (value) => {
    const protocol = URL.canParse(value) ? new URL(value).protocol : undefined;
    const known = protocol !== undefined && options.protocols.includes(protocol);
    return known ? { value } : { problem: `must be a URL that begins with ${options.protocols.join(" or ")}//` };
  });
}

/** A host and a port, as in 127.0.0.1:50052. */
export function address(name: string, options: Choice<string> = {}): Setting<string> {
  return parsed(name, options, "", (value) => {
    const port = Number(/^[^\s:]+:(\d{1,5})$|^\[[0-9a-fA-F:]+\]:(\d{1,5})$/.exec(value)?.slice(1).find(Boolean));
    return port >= 1 && port <= 65535 ? { value } : { problem: "must be host:port" };
  });
}

/** One of a few words. */
export function oneOf<const T extends string>(
  name: string,
  values: readonly [T, ...T[]],
  options: Choice<NoInfer<T>> = {},
): Setting<T> {
  return parsed<T>(name, options, values[0], (given) => {
    const value = values.find((known) => known === given);
    return value === undefined ? { problem: `must be one of ${values.join(", ")}` } : { value };
  });
}

/** The setting where it is given, else undefined. */
export function optional<T>(name: string, setting: Setting<T>): Setting<T | undefined> {
  return (env, problems) => ((env[name] ?? "") === "" ? undefined : setting(env, problems));
}

type Parsed<T> = { readonly value: T } | { readonly problem: string };

function parsed<T>(name: string, options: Choice<T>, blank: T, parse: (value: string) => Parsed<T>): Setting<T> {
  return (env, problems) => {
    const given = env[name] ?? "";
    if (given === "") {
      if (options.default === undefined) problems.push(`${name} is missing`);
      return options.default ?? blank;
    }
    const result = parse(given);
    if ("value" in result) return result.value;
    problems.push(`${name} ${result.problem}`);
    return blank;
  };
}

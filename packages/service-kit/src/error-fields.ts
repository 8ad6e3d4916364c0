/** What is written of an error. */
export interface ErrorFields {
  readonly type: string;
  readonly message?: string;
  readonly code?: string;
  readonly stack?: string;
  readonly [name: string]: unknown;
}

const CAUSES_MAX = 3;
const MESSAGE_MAX = 500;
const STACK_MAX = 4000;

/** Which fields of a database error name parts of the schema and never data. */
const schemaFields = ["constraint", "table", "column", "schema", "routine"] as const;

/** Describes an error without the data that made it: a database's message, detail and parameters may quote a guest's row. */
export function describeError(value: unknown): ErrorFields {
  return describe(value, 0);
}

function describe(value: unknown, depth: number): ErrorFields {
  if (!(value instanceof Error)) return { type: typeof value };
  const fields = new Map(Object.entries(value));
  const frames = framesOf(value);
  const code = fields.get("code");
  const quotesData = typeof fields.get("severity") === "string" || value.name.startsWith("PrismaClient");
  return {
    type: value.name,
    ...(quotesData ? {} : { message: withoutAddresses(value.message).slice(0, MESSAGE_MAX) }),
    ...(typeof code === "string" || typeof code === "number" ? { code: String(code) } : {}),
    ...Object.fromEntries(
      schemaFields.flatMap((name) => (typeof fields.get(name) === "string" ? [[name, fields.get(name)]] : [])),
    ),
    ...(frames === "" ? {} : { stack: frames }),
    ...(value.cause === undefined || depth >= CAUSES_MAX ? {} : { cause: describe(value.cause, depth + 1) }),
    ...(value instanceof AggregateError && depth < CAUSES_MAX
      ? { errors: value.errors.slice(0, 5).map((error) => describe(error, depth + 1)) }
      : {}),
  };
}

/** Only the frames: the head of a stack repeats the message. */
function framesOf(error: Error): string {
  const lines = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return lines
    .map((line) => line.trim())
    .join("\n")
    .slice(0, STACK_MAX);
}

function withoutAddresses(message: string): string {
  return message
    .replaceAll(/[^\s"'<>(),;:]+@[^\s"'<>(),;:]+/g, "[address]")
    .replaceAll(/\bBearer\s+\S+/gi, "Bearer […]");
}

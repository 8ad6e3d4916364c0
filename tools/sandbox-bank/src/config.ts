import {
  type Environment,
  integer,
  oneOf,
  optional,
  readSettings,
  secret,
  text,
  url,
} from "@staymesh/service-kit/settings";

export type Config = ReturnType<typeof readConfig>;

/** Reads the settings, or throws one error that lists every bad one. */
export const readConfig = (env: Environment) =>
  readSettings(env, {
    host: text("HOST", { default: "127.0.0.1" }),
    port: integer("PORT", { default: 50_060, max: 65_535 }),
    bookDir: text("BOOK_DIR"),
    bankKey: secret("BANK_KEY", { minLength: 8 }),
    publicUrl: optional("PUBLIC_URL", url("PUBLIC_URL", { protocols: ["http:", "https:"] })),
    pendingMs: integer("PENDING_MS", { default: 2000, min: 1, max: 3_600_000 }),
    logLevel: oneOf("LOG_LEVEL", ["debug", "info", "warn", "error", "silent"], { default: "info" }),
  });

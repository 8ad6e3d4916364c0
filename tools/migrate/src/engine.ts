import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type { SchemaEngine } from "@prisma/schema-engine-wasm";
import * as glue from "@prisma/schema-engine-wasm/schema_engine_bg";
import type pg from "pg";

type Glue = Pick<typeof import("@prisma/schema-engine-wasm"), "SchemaEngine"> & {
  __wbg_set_wasm(exports: object): void;
};

// The part of the global that is used here; its types stand among the browser's, which this project leaves out.
declare const WebAssembly: {
  instantiate(code: Uint8Array, imports: object): Promise<{ instance: { exports: Readonly<Record<string, unknown>> } }>;
};

type OnSqlError = (error: unknown, script: string) => void;

let loaded: Promise<Glue> | undefined;

// Prisma's migration engine on the given pool. `onSqlError` learns what PostgreSQL itself said, which the engine shortens.
export async function openEngine(pool: pg.Pool, onSqlError: OnSqlError): Promise<SchemaEngine> {
  loaded ??= load();
  const { SchemaEngine } = await loaded;
  const adapter = bindMigrationAwareSqlAdapterFactory(new WholeScripts(pool, onSqlError));
  return SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
}

// Importing a .wasm file as a module is still an experiment of Node's and warns; instantiating it by hand is not.
async function load(): Promise<Glue> {
  const file = fileURLToPath(import.meta.resolve("@prisma/schema-engine-wasm/schema_engine_bg"));
  const wasm = await readFile(file.replace(/\.js$/, ".wasm"));
  // The package's types leave out the functions that its own loader calls.
  const bindings = glue as unknown as Glue;
  const { instance } = await WebAssembly.instantiate(wasm, { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  const start = instance.exports["__wbindgen_start"];
  if (typeof start === "function") start();
  return bindings;
}

// The adapter of Prisma cuts a script at every semicolon, also inside function bodies and strings. PostgreSQL takes the whole
// script at once, and in one transaction, so that a migration is applied wholly or not at all.
class WholeScripts extends PrismaPg {
  readonly #onSqlError: OnSqlError;

  constructor(pool: pg.Pool, onSqlError: OnSqlError) {
    super(pool);
    this.#onSqlError = onSqlError;
  }

  override async connect(): ReturnType<PrismaPg["connect"]> {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      try {
        await adapter.underlyingDriver().query(script);
      } catch (error) {
        this.#onSqlError(error, script);
        throw error;
      }
    };
    return adapter;
  }
}

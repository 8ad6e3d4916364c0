import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import pg from "pg";
import { fromRunner } from "../../../test/support/parts.ts";
import { migrate } from "../src/migrate.ts";

const first = `-- A comment; with a semicolon and a quote's tail.
CREATE TABLE night (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sold int NOT NULL, note text DEFAULT 'a;b');
CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF NEW.sold > 5 THEN RAISE EXCEPTION 'sold; out'; END IF;
  RETURN NEW;
END;
$body$;
CREATE TRIGGER guarded BEFORE INSERT ON night FOR EACH ROW EXECUTE FUNCTION guard();
DO $$ BEGIN PERFORM 1; END $$;`;

describe("migrate", () => {
  let folder: string;
  let url: string;
  let count = 0;

  beforeEach(() => {
    folder = mkdtempSync(join(fromRunner("STAYMESH_TEST_FOLDER"), "migrations-"));
    const database = new URL(fromRunner("STAYMESH_TEST_POSTGRES_URL"));
    count += 1;
    database.pathname = `/migrate_${process.pid}_${count}`;
    url = database.href;
  });

  it("creates the database and applies functions, triggers and blocks as they are written", async () => {
    write("20260101000000_first", first);
    expect(await migrate(folder, url)).to.deep.equal({ created: true, applied: ["20260101000000_first"] });
    expect(await failure(query("INSERT INTO night (sold) VALUES (6)"))).to.equal("sold; out");
    const [row] = await query("INSERT INTO night (sold) VALUES (5) RETURNING note");
    expect(row).to.deep.equal({ note: "a;b" });
  });

  it("records what it applied and applies it once", async () => {
    write("20260101000000_first", first);
    await migrate(folder, url);
    expect(await migrate(folder, url)).to.deep.equal({ created: false, applied: [] });
    write("20260102000000_second", "CREATE UNIQUE INDEX one ON night (sold) WHERE sold > 1;");
    expect((await migrate(folder, url)).applied).to.deep.equal(["20260102000000_second"]);
    const rows = await query(
      "SELECT migration_name, finished_at IS NOT NULL AS finished FROM _prisma_migrations ORDER BY 1",
    );
    expect(rows).to.deep.equal([
      { migration_name: "20260101000000_first", finished: true },
      { migration_name: "20260102000000_second", finished: true },
    ]);
  });

  it("leaves nothing of a migration that PostgreSQL refuses, says why, and applies it once it is mended", async () => {
    write("20260101000000_first", "CREATE TABLE half (a int);\nSELECT nowhere();");
    expect(await failure(migrate(folder, url))).to.equal(
      `${folder}: 20260101000000_first, line 2: function nowhere() does not exist`,
    );
    expect(await query("SELECT to_regclass('half') AS half")).to.deep.equal([{ half: null }]);
    write("20260101000000_first", "CREATE TABLE half (a int);");
    expect((await migrate(folder, url)).applied).to.deep.equal(["20260101000000_first"]);
  });

  it("lets two migrators at once apply everything once", async () => {
    write("20260101000000_first", first);
    const applied = (await Promise.all([migrate(folder, url), migrate(folder, url)])).flatMap((it) => it.applied);
    expect(applied).to.deep.equal(["20260101000000_first"]);
  });

  function write(name: string, sql: string): void {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "migration.sql"), sql);
  }

  async function query(sql: string): Promise<readonly unknown[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }
});

async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("It was expected to fail.");
}

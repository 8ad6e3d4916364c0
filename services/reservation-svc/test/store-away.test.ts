import { PrismaPg } from "@prisma/adapter-pg";
import { Refusal } from "@staymesh/service-kit";
import { expect } from "chai";
import pg from "pg";
import { PrismaClient } from "../generated/prisma/client.ts";
import { catalogStore } from "../src/adapters/catalog-store.ts";
import { readingAgain } from "../src/adapters/transaction.ts";

describe("a store that cannot be reached", () => {
  it("is told as such by a read through Prisma, not as a fault", async () => {
    // Nothing listens on the first port.
    const pool = new pg.Pool({ connectionString: "postgres://nobody:nothing@127.0.0.1:1/none" });
    try {
      const store = catalogStore(pool, readingAgain(new PrismaClient({ adapter: new PrismaPg(pool) })));
      const error: unknown = await store.property("sandbox", "lisbon-city").catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(Refusal);
      expect(error instanceof Refusal && error.reason).to.equal("DEPENDENCY_UNAVAILABLE");
    } finally {
      await pool.end();
    }
  });
});

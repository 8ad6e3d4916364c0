import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { expect } from "chai";
import { PrismaClient } from "../generated/prisma/client.ts";
import { authorization, capture, startService } from "./support/service.ts";

describe("the Prisma schema", () => {
  it("reads every table that the migrations make", async () => {
    await using service = await startService();
    const { payments } = service;
    await payments.resolvePayment({
      name: (await payments.authorizePayment(authorization("tok_3ds"))).name,
      requestId: randomUUID(),
      validateOnly: false,
    });
    await payments.capturePayment(capture(await payments.authorizePayment(authorization("tok_visa"))));
    const prisma = new PrismaClient({ adapter: new PrismaPg(service.pool) });
    const rows = await Promise.all([
      prisma.payment.findFirst(),
      prisma.operation.findFirst(),
      prisma.operationEvidence.findFirst(),
      prisma.allowedTransition.findFirst(),
      prisma.account.findFirst(),
      prisma.transfer.findFirst(),
      prisma.idempotency.findFirst(),
      prisma.openRequest.findFirst(),
      prisma.outbox.findFirst(),
    ]);
    for (const row of rows) expect(row).not.to.equal(null);
    const tables = await service.pool.query(
      "select 1 from pg_tables where schemaname = 'public' and tablename not like '\\_prisma%'",
    );
    expect(tables.rowCount).to.equal(rows.length);
  });
});

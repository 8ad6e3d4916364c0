import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReportServiceService } from "@staymesh/proto/staymesh/report/v1/report";
import { RequestServiceService } from "@staymesh/proto/staymesh/report/v1/request";
import { type Logger, type PrincipalFacts, silentLog, systemClock } from "@staymesh/service-kit";
import { callAs, type TestClient, testContract } from "@staymesh/service-kit/testing";
import { database } from "../../../../test/support/parts.ts";
import { type Database, openDatabase } from "../../src/adapters/database.ts";
import { openFacts } from "../../src/adapters/facts.ts";
import { folderBlobs } from "../../src/adapters/folder-blobs.ts";
import { uuidV7 } from "../../src/adapters/ids.ts";
import { reportStore } from "../../src/adapters/report-store.ts";
import { workStore } from "../../src/adapters/work-store.ts";
import type { BlobStore, Facts, JobQueue, Renderer, WorkStore } from "../../src/app/ports.ts";
import { runReport } from "../../src/app/run-report.ts";
import { createRender } from "../../src/documents/render.ts";
import { reportHandlers } from "../../src/rpc/report-service.ts";
import { requestHandlers } from "../../src/rpc/request-service.ts";
import { type FakeFacts, fakeFacts, PARTNER, SERVICE_KEY } from "./fake-facts.ts";

export type Client = TestClient<typeof ReportServiceService>;

/** The service on real PostgreSQL, with the other services' contracts behind real calls and a queue that only takes notes. */
export interface TestService extends AsyncDisposable {
  readonly client: Client;
  readonly requests: TestClient<typeof RequestServiceService>;
  readonly facts: FakeFacts;
  readonly asked: Facts;
  readonly databaseUrl: string;
  readonly database: Database;
  readonly work: WorkStore;
  readonly blobs: BlobStore;
  readonly folder: string;
  /** The reports that a worker was woken for. */
  readonly woken: string[];
  /** Makes a report in this very process. */
  readonly run: (
    id: string,
    changes?: { readonly renderer?: Renderer; readonly stop?: AbortSignal; readonly log?: Logger },
  ) => Promise<void>;
  readonly as: (principal: PrincipalFacts) => PrincipalFacts;
}

export interface TestServiceOptions {
  readonly waitingMax?: number;
  readonly queue?: JobQueue;
  readonly log?: Logger;
  readonly principal?: PrincipalFacts;
}

export const principal: PrincipalFacts = { partner: PARTNER, keyId: "k", scopes: ["*"], properties: ["*"] };

let render: ReturnType<typeof createRender> | undefined;
/** Renders in this process: good for tests that look at something else. */
export const renderHere: Renderer = {
  render: async (order) => {
    render ??= createRender();
    return { ...render(order), cpuMs: 0 };
  },
};

export async function testService(options: TestServiceOptions = {}): Promise<TestService> {
  const folder = mkdtempSync(join(tmpdir(), "reports-"));
  const stored = await database("report-svc");
  const opened = openDatabase(stored.url, () => {});
  const facts = await fakeFacts();
  const contract = await testContract();
  const asked = openFacts({
    reservationAddress: facts.address,
    paymentAddress: facts.address,
    client: { contract, serviceKey: SERVICE_KEY, name: "report-svc" },
  });
  const woken: string[] = [];
  const queue = options.queue ?? { put: async (ids) => void woken.push(...ids) };
  const blobs = folderBlobs(folder);
  const work = workStore(opened);
  const newId = uuidV7(Date.now);
  const reports = reportStore(opened);
  const handlers = reportHandlers({
    reports,
    blobs,
    queue,
    facts: asked,
    newId,
    waitingMax: options.waitingMax ?? 500,
  });
  const client = await callAs(options.principal ?? principal, ReportServiceService, handlers, {
    contract,
    log: options.log ?? silentLog,
  });
  const requests = await callAs(options.principal ?? principal, RequestServiceService, requestHandlers({ reports }), {
    contract,
    log: options.log ?? silentLog,
  });
  return {
    client,
    requests,
    facts,
    asked,
    databaseUrl: stored.url,
    database: opened,
    work,
    blobs,
    folder,
    woken,
    run: (id, { renderer = renderHere, stop = new AbortController().signal, log = silentLog } = {}) =>
      runReport({ work, facts: asked, renderer, blobs, clock: systemClock, newId, log })(id, stop),
    as: (changes) => ({ ...principal, ...changes }),
    [Symbol.asyncDispose]: async () => {
      await requests[Symbol.asyncDispose]();
      await client[Symbol.asyncDispose]();
      asked[Symbol.dispose]();
      await facts[Symbol.asyncDispose]();
      await opened.close();
      await stored.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

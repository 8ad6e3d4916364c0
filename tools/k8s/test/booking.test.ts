import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { startSystem } from "../../../test/support/system.ts";
import { readCalls } from "../src/calls/calls.ts";
import { textOf } from "./support/repository.ts";

const run = promisify(execFile);
const isThere = (program: string) => spawnSync(program, ["--version"]).error === undefined;

describe("docs/kubernetes.md, in a shell", function () {
  this.timeout(90_000);

  it("makes a booking with the lines that it gives", async function () {
    if (!["bash", "curl", "jq"].every(isThere)) return this.skip();
    await using system = await startSystem({ services: ["bank", "payment-svc", "reservation-svc", "edge-rest"] });
    const lines = /```sh\n(call\(\)[\s\S]*?)```/.exec(textOf("docs/kubernetes.md"))?.[1] ?? "";
    expect(lines).to.include("api=http://localhost:8080/v1");
    const script = lines.replace("http://localhost:8080", system.baseUrl);
    const { stdout } = await run("bash", ["-euo", "pipefail", "-c", script], { timeout: 60_000 });
    const answers = stdout.trim().split(/(?<=\})\s*(?=\{)/);
    const last: { state?: string; payment?: string } = JSON.parse(answers.at(-1) ?? "{}");
    expect(last.state, stdout).to.equal("CONFIRMED");
    expect(last.payment).to.match(/^payments\//);
  });
});

describe("a mistake in calls.yaml is one clear sentence:", () => {
  const text = textOf("k8s/calls.yaml");
  const said = (from: string, to: string) => {
    const wrong = text.replace(from, to);
    expect(wrong).to.not.equal(text);
    const read = readCalls(wrong);
    return read.status === "unsound" ? read.problems[0] : "nothing";
  };

  it("a call leads to nobody", () => {
    expect(said("reservation-svc: [payment-svc:grpc", "reservation-svc: [payments:grpc")).to.equal(
      'k8s/calls.yaml: calls.reservation-svc has "payments:grpc", which is no part with a port of that name.',
    );
  });

  it("a caller is nobody", () => {
    expect(said("  report-worker: [", "  worker: [")).to.equal(
      "k8s/calls.yaml: calls.worker: there is no part worker.",
    );
  });

  it("a port is none", () => {
    expect(said("{ grpc: 50051", "{ grpc: fifty")).to.equal(
      'k8s/calls.yaml: parts.reservation-svc.ports.grpc is "fifty"; it must be a whole number from 1 up.',
    );
  });
});

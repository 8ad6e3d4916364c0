import type { Telemetry } from "@staymesh/service-kit";
import type { ReportEnd } from "../app/run-report.ts";

/** Counts what a worker does, and what it costs: the numbers by which its node pool is sized. */
export function workMetrics({ meter }: Telemetry): (end: ReportEnd) => void {
  const ended = meter.createCounter("staymesh.report.ended", {
    description: "Reports that a worker has begun, by how it ended",
  });
  const cpu = meter.createHistogram("staymesh.report.render.cpu", {
    description: "Processor time of a rendered document",
    unit: "s",
    advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
  });
  return ({ report, outcome, cause, cpuMs }) => {
    const document = { kind: report.subject.kind, format: report.format };
    ended.add(1, { ...document, outcome, ...(cause === undefined ? {} : { cause }) });
    if (outcome === "SUCCEEDED") cpu.record(cpuMs / 1000, document);
  };
}

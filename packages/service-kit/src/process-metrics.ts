import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Meter } from "@opentelemetry/api";

/** Observes processor time, memory and how late the event loop runs, at the moment of each scrape; units stand in the names, as Prometheus has them. */
export function observeProcess(meter: Meter): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();

  const cpu = meter.createObservableCounter("process.cpu.seconds", { description: "Processor time used" });
  cpu.addCallback((result) => {
    const { user, system } = process.cpuUsage();
    result.observe(user / 1e6, { mode: "user" });
    result.observe(system / 1e6, { mode: "system" });
  });

  const memory = meter.createObservableGauge("process.memory.bytes", { description: "Memory in use" });
  memory.addCallback((result) => {
    const { rss, heapUsed, external } = process.memoryUsage();
    result.observe(rss, { kind: "rss" });
    result.observe(heapUsed, { kind: "heap" });
    result.observe(external, { kind: "external" });
  });

  const lag = meter.createObservableGauge("nodejs.eventloop.delay.seconds", {
    description: "How late the event loop ran since the last scrape",
  });
  lag.addCallback((result) => {
    result.observe(delay.percentile(50) / 1e9, { quantile: "0.5" });
    result.observe(delay.percentile(99) / 1e9, { quantile: "0.99" });
    delay.reset();
  });

  const uptime = meter.createObservableGauge("process.uptime.seconds", { description: "Since the process started" });
  uptime.addCallback((result) => result.observe(process.uptime()));

  return () => delay.disable();
}

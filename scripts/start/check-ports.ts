import { Explained } from "../parts/explained.ts";
import { isFree } from "../parts/ports.ts";
import type { PortName, StartSettings } from "./settings.ts";
import { portNames } from "./settings.ts";

// Before anything is started, so that a taken port costs nobody half a start.
export async function checkPorts(settings: StartSettings): Promise<void> {
  const names = Object.keys(portNames) as PortName[];
  const taken: string[] = [];
  for (const name of names) {
    const port = settings.ports[name];
    if (!(await isFree(port, settings.host))) taken.push(`${port} (set ${portNames[name].variable} to move it)`);
  }
  if (taken.length === 0) return;
  const what = taken.length === 1 ? `Port ${taken[0]} is` : `Ports ${taken.join(", ")} are`;
  throw new Explained(`${what} in use by another program: end it, or choose another port.`);
}

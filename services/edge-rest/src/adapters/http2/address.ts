import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

/** Where a service is served: a name that may stand for many addresses, or one address. */
export interface Target {
  /** Without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
  /** As it was written: what servers are told in `:authority`. */
  readonly authority: string;
}

/** Gives the IP addresses behind a name; rejects or gives none where there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Reads "host:port" or "[IPv6]:port"; throws on anything else. */
export function readTarget(authority: string): Target {
  const [, bracketed, name, port] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(authority) ?? [];
  const host = bracketed ?? name;
  if (host === undefined || Number(port) > 65535) throw new Error(`"${authority}" is not host:port`);
  return { host, port: Number(port), authority };
}

/** As the system resolves names; an IP address stands for itself. */
export const systemResolve: Resolve = async (host) => {
  if (isIP(host) !== 0) return [host];
  const found = await lookup(host, { all: true });
  return [...new Set(found.map(({ address }) => address))];
};

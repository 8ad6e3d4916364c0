export interface LaneBounds {
  /** The most that are made at once. */
  readonly together: number;
  /** The most that wait in one lane; what comes beyond them goes alone. */
  readonly waiting: number;
  /** For how long one that does not end keeps the others waiting. */
  readonly patienceMs: number;
}

export interface Makers<W, R> {
  readonly alone: (write: W) => Promise<R>;
  /** One result for each, in the same order; each may still be under way when the lane is free again. */
  readonly together: (writes: readonly W[]) => Promise<readonly Promise<R>[]>;
}

interface Waiting<W, R> {
  readonly write: W;
  readonly resolve: (result: Promise<R>) => void;
}

/**
 * One thing at a time in each lane: the first call goes at once, and those that come meanwhile go together after it. Nothing waits
 * for company.
 */
export function lanes<W, R>({ alone, together }: Makers<W, R>, bounds: LaneBounds) {
  const busy = new Map<string, Waiting<W, R>[]>();

  const go = (lane: string, waiting: Waiting<W, R>[]): void => {
    const next = waiting.splice(0, bounds.together);
    const [first] = next;
    if (first === undefined) {
      busy.delete(lane);
      return;
    }
    if (next.length === 1) {
      first.resolve(occupy(lane, waiting, alone(first.write)));
      return;
    }
    const results = occupy(lane, waiting, together(next.map(({ write }) => write)));
    for (const [place, { resolve }] of next.entries()) resolve(results.then((all) => resultAt(all, place)));
  };

  /** Keeps the lane until the work is over, or until the patience is. */
  const occupy = <T>(lane: string, waiting: Waiting<W, R>[], work: Promise<T>): Promise<T> => {
    let isFree = false;
    const leave = () => {
      clearTimeout(timer);
      if (isFree) return;
      isFree = true;
      go(lane, waiting);
    };
    const timer = setTimeout(leave, bounds.patienceMs);
    work.then(leave, leave);
    return work;
  };

  return (lane: string, write: W): Promise<R> => {
    const waiting = busy.get(lane);
    if (waiting === undefined) {
      const behind: Waiting<W, R>[] = [];
      busy.set(lane, behind);
      return occupy(lane, behind, alone(write));
    }
    if (waiting.length >= bounds.waiting) return alone(write);
    return new Promise((resolve) => waiting.push({ write, resolve }));
  };
}

function resultAt<R>(results: readonly Promise<R>[], place: number): Promise<R> {
  const result = results[place];
  if (result === undefined) throw new Error("a gathered write has no result");
  return result;
}

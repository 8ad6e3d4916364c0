/** Runs the work of each key one after the other, and of different keys at once. */
export interface OneAtATime {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export function oneAtATime(): OneAtATime {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async run(key, work) {
      const before = tails.get(key);
      const turn = before === undefined ? work() : before.then(work, work);
      tails.set(key, turn);
      try {
        return await turn;
      } finally {
        if (tails.get(key) === turn) tails.delete(key);
      }
    },
  };
}

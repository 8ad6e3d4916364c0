/** Where lines go: the terminal, or a file or pipe that keeps them all. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** What is shown of a replay that is under way. */
export interface Standing {
  readonly done: number;
  readonly total: number;
  readonly seconds: number;
  /** The day that is played. */
  readonly day: string;
  readonly unexpected: number;
}

export interface Progress extends Disposable {
  /** Shows the last standing and ends the line. */
  end(): void;
}

const BAR_WIDTH = 24;
const TTY_MS = 200;
const PLAIN_MS = 5_000;

/** Shows how far a replay is: as a bar that is drawn over on a terminal, as a line every few seconds elsewhere. */
export function showProgress(screen: Screen, look: () => Standing): Progress {
  const live = screen.isTTY === true;
  const draw = () => {
    const text = live ? barOf(look()) : lineOf(look());
    screen.write(live ? `\r\u001b[K${text.slice(0, (screen.columns ?? 80) - 1)}` : `${text}\n`);
  };
  const timer = setInterval(draw, live ? TTY_MS : PLAIN_MS);
  const stop = () => clearInterval(timer);
  return {
    end: () => {
      stop();
      draw();
      if (live) screen.write("\n");
    },
    [Symbol.dispose]: stop,
  };
}

export function barOf(standing: Standing): string {
  const share = standing.total === 0 ? 1 : standing.done / standing.total;
  const full = Math.floor(share * BAR_WIDTH);
  return `[${"#".repeat(full)}${"-".repeat(BAR_WIDTH - full)}] ${lineOf(standing)}`;
}

export function lineOf({ done, total, seconds, day, unexpected }: Standing): string {
  const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
  const rate = seconds === 0 ? 0 : done / seconds;
  const left = rate === 0 ? "…" : clockOf((total - done) / rate);
  const errors = unexpected === 0 ? "" : `  errors ${unexpected}`;
  return `${percent}%  ${done}/${total} calls  ${Math.round(rate)}/s  ${left} left  ${day}${errors}`;
}

/** 1:05, or 1:00:05. */
export function clockOf(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(rest).padStart(2, "0");
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${String(minutes).padStart(2, "0")}:${tail}`;
}

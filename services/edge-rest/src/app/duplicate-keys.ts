/** The first object member that stands twice, as a JSON pointer. The text has to be JSON that parses: JSON.parse keeps the last one silently. */
export function duplicateKey(json: string): string | undefined {
  const open: Level[] = [];
  let expectKey = false;
  for (let index = 0; index < json.length; index++) {
    const level = open.at(-1);
    switch (json.charCodeAt(index)) {
      case OPEN_OBJECT:
        open.push({ keys: new Set(), key: "" });
        expectKey = true;
        break;
      case OPEN_LIST:
        open.push({ keys: undefined, key: 0 });
        expectKey = false;
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        open.pop();
        expectKey = false;
        break;
      case COMMA:
        if (level?.keys === undefined) {
          if (typeof level?.key === "number") level.key += 1;
        } else {
          expectKey = true;
        }
        break;
      case QUOTE: {
        const end = endOfString(json, index);
        if (expectKey && level?.keys !== undefined) {
          const key = textOf(json, index, end);
          level.key = key;
          if (level.keys.has(key)) return pointerOf(open);
          level.keys.add(key);
          expectKey = false;
        }
        index = end;
        break;
      }
    }
  }
  return undefined;
}

interface Level {
  /** Of an object; a list has none. */
  readonly keys: Set<string> | undefined;
  key: string | number;
}

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end;
}

/** Whether an odd number of backslashes stands in front. */
function isEscaped(json: string, index: number): boolean {
  let before = index;
  while (json.charCodeAt(before - 1) === BACKSLASH) before -= 1;
  return (index - before) % 2 === 1;
}

function textOf(json: string, start: number, end: number): string {
  const raw = json.slice(start + 1, end);
  return raw.includes("\\") ? String(JSON.parse(json.slice(start, end + 1))) : raw;
}

function pointerOf(levels: readonly Level[]): string {
  return levels.map(({ key }) => `/${escapePointer(String(key))}`).join("");
}

export function escapePointer(key: string): string {
  return key.includes("~") || key.includes("/") ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key;
}

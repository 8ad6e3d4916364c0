/** The code points that an OpenType font has a glyph for, read from its character map (table cmap, formats 4 and 12). */
export function coverageOf(font: Buffer): ReadonlySet<number> {
  const cmap = tableAt(font, "cmap");
  const covered = new Set<number>();
  const count = font.readUInt16BE(cmap + 2);
  for (let index = 0; index < count; index += 1) {
    const subtable = cmap + font.readUInt32BE(cmap + 4 + index * 8 + 4);
    const format = font.readUInt16BE(subtable);
    if (format === 4) addSegments(font, subtable, covered);
    if (format === 12) addGroups(font, subtable, covered);
  }
  return covered;
}

function tableAt(font: Buffer, tag: string): number {
  const count = font.readUInt16BE(4);
  for (let index = 0; index < count; index += 1) {
    const record = 12 + index * 16;
    if (font.toString("latin1", record, record + 4) === tag) return font.readUInt32BE(record + 8);
  }
  throw new Error(`the font has no table ${tag}`);
}

function addSegments(font: Buffer, at: number, covered: Set<number>): void {
  const segments = font.readUInt16BE(at + 6) / 2;
  const ends = at + 14;
  const starts = ends + segments * 2 + 2;
  const deltas = starts + segments * 2;
  const offsets = deltas + segments * 2;
  for (let segment = 0; segment < segments; segment += 1) {
    const start = font.readUInt16BE(starts + segment * 2);
    const end = font.readUInt16BE(ends + segment * 2);
    const delta = font.readUInt16BE(deltas + segment * 2);
    const offset = font.readUInt16BE(offsets + segment * 2);
    for (let code = start; code <= end && code < 0xffff; code += 1) {
      const indirect = offset === 0 ? code : font.readUInt16BE(offsets + segment * 2 + offset + (code - start) * 2);
      if (indirect !== 0 && (indirect + delta) % 0x10000 !== 0) covered.add(code);
    }
  }
}

function addGroups(font: Buffer, at: number, covered: Set<number>): void {
  const groups = font.readUInt32BE(at + 12);
  for (let group = 0; group < groups; group += 1) {
    const record = at + 16 + group * 12;
    const [start, end, glyph] = [0, 4, 8].map((offset) => font.readUInt32BE(record + offset));
    if (start === undefined || end === undefined || glyph === undefined) continue;
    for (let code = start; code <= end; code += 1) if (glyph + (code - start) !== 0) covered.add(code);
  }
}

/** The square of a QR code: what is the same in every code of a version, and where the rest goes (clauses 6 and 7.7). */

export type Bit = 0 | 1;

/** Where alignment patterns have their centres, by version (annex E). */
const CENTRES: readonly (readonly number[])[] = [
  [],
  [6, 18],
  [6, 22],
  [6, 26],
  [6, 30],
  [6, 34],
  [6, 22, 38],
  [6, 24, 42],
  [6, 26, 46],
  [6, 28, 50],
];
/** Which squares a mask turns over (table 10). */
const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];
/** Level M is written 00, so the five bits of the format are the mask alone. */
const [FORMAT_DIVISOR, FORMAT_MASK, VERSION_DIVISOR] = [0x537, 0x5412, 0x1f25];
const VERSION_SHOWN_FROM = 7;

/** Returns a value with the rest of its division behind it. */
function coded(value: number, divisor: number, restBits: number): number {
  let rest = value;
  for (let turn = 0; turn < restBits; turn += 1) {
    rest = (rest << 1) ^ ((rest >> (restBits - 1)) * divisor);
  }
  return (value << restBits) | rest;
}

export class Grid {
  readonly size: number;
  private readonly dark: boolean[];
  private readonly fixed: boolean[];

  constructor(readonly version: number) {
    this.size = 17 + 4 * version;
    this.dark = Array<boolean>(this.size * this.size).fill(false);
    this.fixed = Array<boolean>(this.size * this.size).fill(false);
    this.drawTimings();
    this.drawAlignments();
    for (const [x, y] of [
      [3, 3],
      [this.size - 4, 3],
      [3, this.size - 4],
    ] as const) {
      this.drawFinder(x, y);
    }
    this.drawFormat(0);
    this.drawVersion();
  }

  isDark(x: number, y: number): boolean {
    return this.dark[y * this.size + x] ?? false;
  }

  isFixed(x: number, y: number): boolean {
    return this.fixed[y * this.size + x] ?? true;
  }

  set(x: number, y: number, isDark: boolean): void {
    this.dark[y * this.size + x] = isDark;
  }

  rows(): readonly (readonly boolean[])[] {
    return Array.from({ length: this.size }, (_, y) =>
      this.dark.slice(y * this.size, (y + 1) * this.size),
    );
  }

  private fix(x: number, y: number, isDark: boolean): void {
    if (x < 0 || y < 0 || this.size <= x || this.size <= y) return;
    this.set(x, y, isDark);
    this.fixed[y * this.size + x] = true;
  }

  private drawTimings(): void {
    for (let at = 0; at < this.size; at += 1) {
      this.fix(6, at, at % 2 === 0);
      this.fix(at, 6, at % 2 === 0);
    }
  }

  /** Rings around a centre, with the light one around it. */
  private drawFinder(centreX: number, centreY: number): void {
    for (let down = -4; down <= 4; down += 1) {
      for (let right = -4; right <= 4; right += 1) {
        const ring = Math.max(Math.abs(down), Math.abs(right));
        this.fix(centreX + right, centreY + down, ring !== 2 && ring !== 4);
      }
    }
  }

  private drawAlignments(): void {
    const centres = CENTRES[this.version - 1] ?? [];
    const last = centres.at(-1) ?? 0;
    for (const x of centres) {
      for (const y of centres) {
        // Three corners belong to the finders.
        if ((x === 6 && (y === 6 || y === last)) || (x === last && y === 6)) continue;
        for (let down = -2; down <= 2; down += 1) {
          for (let right = -2; right <= 2; right += 1) {
            this.fix(x + right, y + down, Math.max(Math.abs(down), Math.abs(right)) !== 1);
          }
        }
      }
    }
  }

  /** Writes which mask is worn, twice, and the one square that is always dark. */
  drawFormat(mask: number): void {
    const bits = coded(mask, FORMAT_DIVISOR, 10) ^ FORMAT_MASK;
    const bit = (index: number): boolean => ((bits >> index) & 1) === 1;
    const { size } = this;
    for (let index = 0; index < 15; index += 1) {
      const isDark = bit(index);
      // Beside the first finder, around its corner and past the timing.
      if (index < 6) this.fix(8, index, isDark);
      else if (index < 8) this.fix(8, index + 1, isDark);
      else if (index === 8) this.fix(7, 8, isDark);
      else this.fix(14 - index, 8, isDark);
      // Beside the other two.
      if (index < 8) this.fix(size - 1 - index, 8, isDark);
      else this.fix(8, size - 15 + index, isDark);
    }
    this.fix(8, size - 8, true);
  }

  private drawVersion(): void {
    if (this.version < VERSION_SHOWN_FROM) return;
    const bits = coded(this.version, VERSION_DIVISOR, 12);
    for (let index = 0; index < 18; index += 1) {
      const [far, near] = [this.size - 11 + (index % 3), Math.floor(index / 3)];
      const isDark = ((bits >> index) & 1) === 1;
      this.fix(far, near, isDark);
      this.fix(near, far, isDark);
    }
  }

  turnOver(mask: number): void {
    const isTurned = MASKS[mask];
    for (let y = 0; y < this.size; y += 1) {
      for (let x = 0; x < this.size; x += 1) {
        if (!this.isFixed(x, y) && isTurned?.(x, y) === true) this.set(x, y, !this.isDark(x, y));
      }
    }
  }
}

/** Draws the bits in columns of two, up and down from the right, under the mask that is read best. */
export function place(grid: Grid, bits: readonly Bit[]): Grid {
  let next = 0;
  for (let right = grid.size - 1; 1 <= right; right -= 2) {
    // The column of the timing is passed over.
    const column = right <= 6 ? right - 1 : right;
    const isUp = ((column + 1) & 2) === 0;
    for (let turn = 0; turn < grid.size; turn += 1) {
      const y = isUp ? grid.size - 1 - turn : turn;
      for (const x of [column, column - 1]) {
        if (grid.isFixed(x, y)) continue;
        grid.set(x, y, bits[next] === 1);
        next += 1;
      }
    }
  }
  const costs = MASKS.map((_, mask) => {
    wear(grid, mask);
    const cost = costOf(grid);
    grid.turnOver(mask);
    return cost;
  });
  wear(grid, costs.indexOf(Math.min(...costs)));
  return grid;
}

function wear(grid: Grid, mask: number): void {
  grid.turnOver(mask);
  grid.drawFormat(mask);
}

/** Looks like a finder, with four light squares on a side of it. */
const FINDERS = ["10111010000", "00001011101"] as const;

/** What makes a code hard to read: long runs, blocks, what looks like a finder, and too much of one colour (table 11). */
function costOf(grid: Grid): number {
  const { size } = grid;
  let cost = 0;
  let darks = 0;
  for (let one = 0; one < size; one += 1) {
    let [row, column] = ["", ""];
    for (let other = 0; other < size; other += 1) {
      row += grid.isDark(other, one) ? "1" : "0";
      column += grid.isDark(one, other) ? "1" : "0";
      if (grid.isDark(other, one)) darks += 1;
      if (isBlock(grid, one, other)) cost += 3;
    }
    cost += lineCost(row) + lineCost(column);
  }
  return cost + 10 * Math.floor(Math.abs((darks * 20) / (size * size) - 10));
}

function lineCost(line: string): number {
  const runs = line.match(/0{5,}|1{5,}/g) ?? [];
  const finders = FINDERS.reduce((count, finder) => count + line.split(finder).length - 1, 0);
  return runs.reduce((cost, run) => cost + run.length - 2, 0) + 40 * finders;
}

function isBlock(grid: Grid, x: number, y: number): boolean {
  if (grid.size <= x + 1 || grid.size <= y + 1) return false;
  const colour = grid.isDark(x, y);
  return (
    grid.isDark(x + 1, y) === colour &&
    grid.isDark(x, y + 1) === colour &&
    grid.isDark(x + 1, y + 1) === colour
  );
}

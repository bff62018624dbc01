// What was measured beside its budgets: printed, and written as a table for later.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Rows of one run. */
export class Measured {
  rows = [];

  /**
   * Notes a figure; `most` (or `least`) is what it is held to, `crowding` how much more a wait may be on a busy machine, and
   * `isHeld` says whether a run fails by it.
   */
  note(budget, what, value, { unit = "", target, most, least, crowding = 1, isHeld = false }) {
    // What is no number is over, too.
    const isWithin =
      (most === undefined || value <= most * crowding) &&
      (least === undefined || least / crowding <= value);
    const gate = most === undefined ? `≥ ${least}` : `≤ ${most}`;
    const allowed = crowding === 1 ? "" : ` ${most === undefined ? "÷" : "×"} ${rounded(crowding)}`;
    const verdict = isWithin ? "within" : isHeld ? "OVER" : "over, reported only";
    const shown = `${value} ${unit}`.trim();
    this.rows.push({ budget, what, value: shown, target, gate: gate + allowed, verdict });
    return this;
  }

  /** Notes a figure that has no budget. */
  tell(what, value) {
    this.rows.push({ budget: "–", what, value: `${value}`, target: "–", gate: "–", verdict: "–" });
    return this;
  }

  table() {
    const heads = ["budget", "what", "measured", "target", "gate", "verdict"];
    const cells = this.rows.map((row) => [
      row.budget,
      row.what,
      row.value,
      row.target ?? "–",
      row.gate,
      row.verdict,
    ]);
    const line = (row) => `| ${row.join(" | ")} |`;
    return [line(heads), line(heads.map(() => "---")), ...cells.map(line)].join("\n");
  }

  /** Prints the table and writes it; fails when a figure that is held to is over. */
  write(path, title) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `# ${title}\n\n${this.table()}\n`);
    console.log(`${title}\n${this.table()}`);
    const over = this.rows.filter(({ verdict }) => verdict === "OVER");
    if (0 < over.length) {
      throw new Error(`over budget: ${over.map(({ what }) => what).join(", ")}`);
    }
  }
}

/** Returns the value that a share of all lies at or below; 0 of none. */
export function quantile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Returns a number with so many decimals. */
export const rounded = (value, digits = 1) => Number(value.toFixed(digits));

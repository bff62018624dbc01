import { describe, expect, it } from "vitest";
import { STANDARD_COLOURS } from "../src/standard-colours.ts";
import tokens from "../src/tokens.css?raw";

describe("colours that an operator may replace", () => {
  it.each(Object.entries(STANDARD_COLOURS))("are those of the %s theme", (theme, colours) => {
    const [, rules = ""] = tokens.split(`[data-theme="${theme}"] {`);
    const [own = ""] = rules.split("}");
    for (const [name, colour] of Object.entries(colours)) {
      expect(own).toContain(`--${name}: ${colour};`);
    }
  });
});

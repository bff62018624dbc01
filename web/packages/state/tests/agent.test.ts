import { expect, it } from "vitest";
import { browserOf } from "../src/agent.ts";

const KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)";

it("names a browser and its system, and leaves programs as they call themselves", () => {
  for (const [agent, name] of [
    [
      `Mozilla/5.0 (X11; Linux x86_64) ${KHTML} Chrome/140.0.0.0 Safari/537.36`,
      "Chrome 140 · Linux",
    ],
    [
      `Mozilla/5.0 (X11; Linux x86_64) ${KHTML} HeadlessChrome/140.0.0.0 Safari/537.36`,
      "Chrome 140 · Linux",
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${KHTML} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
      "Edge 140 · Windows",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
      "Safari 18 · iOS",
    ],
    [
      "Mozilla/5.0 (Android 15; Mobile; rv:142.0) Gecko/142.0 Firefox/142.0",
      "Firefox 142 · Android",
    ],
    ["python-requests/2.32.5", "python-requests/2.32.5"],
    ["Chrome", "Chrome"],
  ] as const) {
    expect(browserOf(agent)).toBe(name);
  }
});

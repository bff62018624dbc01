import { describe, expect, it } from "vitest";
import { agentOf } from "../src/agent.ts";

const CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0";

describe("what a browser calls itself", () => {
  it.each([
    [`Mozilla/5.0 (X11; Linux x86_64) ${CHROME} Safari/537.36`, "Chrome", "Linux"],
    [`Mozilla/5.0 (Linux; Android 10; K) ${CHROME} Mobile Safari/537.36`, "Chrome", "Android"],
    [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROME} Safari/537.36`, "Chrome", "ChromeOS"],
    [`Mozilla/5.0 (Windows NT 10.0; Win64) ${CHROME} Safari/537.36 Edg/149.0`, "Edge", "Windows"],
    ["Mozilla/5.0 (Windows NT 10.0; rv:147.0) Gecko/20100101 Firefox/147.0", "Firefox", "Windows"],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
      "Safari",
      "macOS",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/149.0 Mobile/15E148 Safari/604.1",
      "Chrome",
      "iOS",
    ],
  ])("is told in words: %s", (text, browser, system) => {
    expect(agentOf(text)).toEqual({ browser, system });
  });

  it.each(["", "curl/8.5.0", "Mozilla/5.0", "python-requests/2.32 Linux"])(
    "is told as it is where it is no browser: %s",
    (text) => expect(agentOf(text)).toBeNull(),
  );
});

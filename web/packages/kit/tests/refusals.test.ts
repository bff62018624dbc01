import { describe, expect, it } from "vitest";
import catalogue from "../../../../crates/wire/src/binance/error.rs?raw";
import { SAID, zhRefusal } from "../src/strings/zh-refusals.ts";

/** Every sentence of the catalogue, as the exchange fills it in. */
const sentences = [
  ...catalogue.matchAll(/^ {4}(?:\w+ = (-\d+) \d+|pub const \w+: &str =)\s*"(.*)"[,;]$/gm),
].map(([, code, text]) => ({
  code: Number(code ?? -2010),
  message: (text ?? "").replaceAll("%s", "7"),
}));

describe("what the exchange refuses, in Chinese", () => {
  it("is told without a sentence of its English, whatever it is", () => {
    expect(sentences.length).toBeGreaterThan(120);
    for (const { code, message } of sentences) {
      const said = zhRefusal(code, message);
      expect(said, message).toMatch(/[\u4e00-\u9fff]/);
      expect(said, message).not.toMatch(/[A-Za-z]{3,} [A-Za-z]{2,}/);
    }
  });

  it("is looked for by nothing that is never said, or that another one takes first", () => {
    const first = sentences.map(({ message }) => SAID.find(([pattern]) => pattern.test(message)));
    const idle = SAID.filter((row) => !first.includes(row)).map(([pattern]) => pattern.source);
    expect(idle).toEqual([]);
  });

  it("is that of a market only where it is about which one", () => {
    const unknown = zhRefusal(-1121, "Invalid symbol.");
    expect(unknown).toContain("没有这个市场");
    for (const message of [
      "Market orders are not supported for this symbol.",
      "Order amend is not supported for this symbol.",
    ]) {
      expect(zhRefusal(-2010, message)).not.toBe(unknown);
    }
  });

  it("names what to change where that is known, and else the code", () => {
    expect(zhRefusal(-1130, "Data sent for parameter 'addresses' is not valid.")).toBe(
      "IP 地址无效，请检查后重试。",
    );
    expect(
      zhRefusal(-1130, "The account has 30 API keys, and may have no more; delete one first."),
    ).toBe("已有 30 个 API 密钥，请先删除一个。");
    expect(zhRefusal(-1155, "SBE is not enabled.")).toBe("交易所没有接受请求（代码 -1155）。");
  });
});

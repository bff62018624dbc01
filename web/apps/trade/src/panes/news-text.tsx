import type { Notification } from "@bourse/api/schema";
import { type PageWords, usePageWords } from "@bourse/kit/words";
import { parseUnits } from "@bourse/num/decimal";
import { formatExact, type Marks } from "@bourse/num/format";
import { pairOf } from "../live/pair.ts";
import { useMarks } from "../live/use.ts";

/** What a notification says. */
export function NewsText({ told }: { readonly told: Notification }) {
  return newsText(told, usePageWords(), useMarks());
}

/** Returns what a notification says. */
function newsText(told: Notification, words: PageWords, marks: Marks): string {
  const plain = (text: string | undefined): string =>
    formatExact(parseUnits(text ?? "0") ?? 0n, marks);
  switch (told.kind) {
    case "FILLS": {
      const side = told.side === "SELL" ? words.sell : words.buy;
      return words.toldFills(
        side,
        plain(told.quantity),
        pairOf(told.symbol ?? ""),
        plain(told.price),
      );
    }
    case "DEPOSIT":
      return words.toldDeposit(`${plain(told.amount)} ${told.coin ?? ""}`);
    case "WITHDRAWAL":
      return words.toldWithdrawal(
        `${plain(told.amount)} ${told.coin ?? ""}`,
        words[`withdrawal${told.status ?? "HELD"}`],
      );
    case "SECURITY":
      return words.toldSecurity(words[`subject${told.subject ?? "NEWS"}`]);
    case "PRICE_ALERT":
      return words.toldAlert(
        pairOf(told.symbol ?? ""),
        told.direction === "BELOW" ? words.alertBelow : words.alertAbove,
        plain(told.price),
      );
  }
}

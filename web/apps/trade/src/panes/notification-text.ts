/** Notifications in words. */

import type { Notification } from "@bourse/api/schema";
import type { DeskWords } from "@bourse/kit/words";
import { parseUnits } from "@bourse/num/decimal";
import { toWire } from "@bourse/num/format";

const plain = (text: string | undefined): string => toWire(parseUnits(text ?? "0") ?? 0n);

/** Returns what a notification says. */
export function notificationText(told: Notification, words: DeskWords): string {
  switch (told.kind) {
    case "FILLS": {
      const side = told.side === "SELL" ? words.sell : words.buy;
      return words.toldFills(side, plain(told.quantity), told.symbol ?? "", plain(told.price));
    }
    case "DEPOSIT":
      return words.toldDeposit(`${plain(told.amount)} ${told.coin ?? ""}`);
    case "WITHDRAWAL":
      return words.toldWithdrawal(
        `${plain(told.amount)} ${told.coin ?? ""}`,
        words[`withdrawal${told.status ?? "HELD"}`],
      );
    case "SECURITY":
      return words.toldSecurity((told.subject ?? "").toLowerCase().replaceAll("_", " "));
    case "PRICE_ALERT":
      return words.toldAlert(
        told.symbol ?? "",
        told.direction === "BELOW" ? words.alertBelow : words.alertAbove,
        plain(told.price),
      );
  }
}

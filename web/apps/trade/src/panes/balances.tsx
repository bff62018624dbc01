import type { Term } from "@bourse/kit/strings/en-terms";
import { useOpenedWords } from "@bourse/kit/words";
import { notional, type Amount, type Qty } from "@bourse/num/decimal";
import { format, formatAmount } from "@bourse/num/format";
import { amountDigits } from "@bourse/state/market";
import type { Balance } from "@bourse/state/orders";
import type { Tickers } from "@bourse/state/tickers";
import { tickers } from "../live/exchange.ts";
import { askOwn, own, ownState } from "../live/session.ts";
import { useMarks, useStore } from "../live/use.ts";
import { useSandbox } from "../pages/sandbox.ts";
import { Empty } from "./empty.tsx";
import { Explained } from "./explained.tsx";
import { Waiting } from "./waiting.tsx";

/** What everything is told in. */
export const VALUED_IN = "USDT";

/** What a balance is worth at the last price; null without one. */
export function worth(balance: Balance, all: Tickers): Amount | null {
  const sum = balance.free + balance.locked;
  if (balance.asset === VALUED_IN) return sum as Amount;
  const last = all.get(`${balance.asset}${VALUED_IN}`)?.last;
  return last === undefined ? null : notional(last, sum as Qty, "down");
}

/** The balances of the account, the most valuable first. */
export function BalanceTable() {
  const words = useOpenedWords();
  const marks = useMarks();
  const { balances } = useStore(own);
  const { isCurrent, unloaded } = useStore(ownState);
  const isSandbox = useSandbox();
  const all = useStore(tickers);
  const rows = [...balances.values()]
    .map((balance) => ({ balance, value: worth(balance, all) }))
    .sort((one, other) => ((other.value ?? 0n) < (one.value ?? 0n) ? -1 : 1));
  if (rows.length === 0 && !isCurrent) {
    return (
      <Waiting
        loading={words.loadingBalances}
        what={words.balances}
        unloaded={unloaded}
        again={askOwn}
      />
    );
  }
  if (rows.length === 0) {
    return (
      <Empty why={words.noBalances}>
        <a className="button small" href="/wallet">
          {isSandbox ? words.faucet : words.wallet}
        </a>
      </Empty>
    );
  }
  const heads = [words.free, words.locked, words.sum, words.worth(VALUED_IN), words.share];
  const terms: readonly (Term | undefined)[] = ["available", "locked", undefined, "worth"];
  const total = rows.reduce((sum, { value }) => sum + (value ?? 0n), 0n);
  const share = (value: Amount | null): string =>
    value === null || total === 0n
      ? "–"
      : `${format((value * 10_000n * 1_000_000n) / total, 2, marks)}%`;
  return (
    <table className="table cards balances" aria-label={words.balances}>
      <thead>
        <tr>
          <th scope="col">{words.asset}</th>
          {heads.map((head, index) => (
            <th key={head} scope="col" className="number">
              <Explained term={terms[index]}>{head}</Explained>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ balance: { asset, free, locked }, value }) => (
          <tr key={asset}>
            <th scope="row">{asset}</th>
            {[free, locked, free + locked].map((units, index) => (
              <td key={heads[index]} data-head={heads[index]} className="number">
                {formatAmount(units, amountDigits(asset) === 2 ? 2 : 8, marks)}
              </td>
            ))}
            <td data-head={heads[3]} className="number">
              {value === null ? "–" : `≈ ${format(value, 2, marks)}`}
            </td>
            <td data-head={heads[4]} className="number">
              {share(value)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import { useWords } from "@bourse/kit/words";
import { format } from "@bourse/num/format";
import { parseUnits } from "@bourse/num/decimal";
import { tickers } from "../live/exchange.ts";
import { own } from "../live/session.ts";
import { useMarks, useStore } from "../live/use.ts";
import { BalanceTable, VALUED_IN, worth } from "../panes/balances.tsx";
import { ForUsers } from "../panes/dock.tsx";
import { Faucet } from "./faucet.tsx";
import { useFees } from "../panes/ticket-facts.ts";

/** Balances with what they are worth, and the own fees. */
export function WalletPage() {
  const words = useWords();
  return (
    <div className="page">
      <h1>{words.wallet}</h1>
      <ForUsers>
        <Total />
        <Faucet />
        <div className="panel scroll" tabIndex={0} role="group" aria-label={words.balances}>
          <BalanceTable />
        </div>
        <p className="notice">{words.walletNote}</p>
        <Fees />
      </ForUsers>
    </div>
  );
}

function Total() {
  const words = useWords();
  const marks = useMarks();
  const { balances } = useStore(own);
  const all = useStore(tickers);
  const sum = [...balances.values()].reduce((total, one) => total + (worth(one, all) ?? 0n), 0n);
  return (
    <p className="total">
      <span className="quiet">{words.totalWorth}</span>
      <strong>{`≈ ${format(sum, 2, marks)} ${VALUED_IN}`}</strong>
    </p>
  );
}

function Fees() {
  const words = useWords();
  const marks = useMarks();
  const fees = useFees();
  const rate = (text: string) => `${format((parseUnits(text) ?? 0n) * 100n, 3, marks)}%`;
  return (
    <section className="panel" aria-label={words.yourFees}>
      <h2 className="padded">{words.yourFees}</h2>
      <table className="table" aria-label={words.fees}>
        <thead>
          <tr>
            <th scope="col">{words.market}</th>
            <th scope="col" className="number">
              {words.makerRate}
            </th>
            <th scope="col" className="number">
              {words.takerRate}
            </th>
          </tr>
        </thead>
        <tbody>
          {fees.map((fee) => (
            <tr key={fee.symbol}>
              <th scope="row">{fee.symbol}</th>
              <td className="number">{rate(fee.makerCommission)}</td>
              <td className="number">{rate(fee.takerCommission)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

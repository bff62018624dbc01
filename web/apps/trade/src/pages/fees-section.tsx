import { usePageWords } from "@bourse/kit/words";
import { parseUnits } from "@bourse/num/decimal";
import { format } from "@bourse/num/format";
import { client } from "../live/clients.ts";
import { useMarks } from "../live/use.ts";
import { useFees } from "../panes/ticket-facts.ts";
import { useAsked } from "./asked.ts";

const askTier = () => client.call("GET /sapi/v1/account/info", {});

/** The own tier, and the own rates in every market. */
export function FeesSection() {
  const words = usePageWords();
  const marks = useMarks();
  const fees = useFees();
  const [tier] = useAsked(askTier);
  const rate = (text: string) => `${format((parseUnits(text) ?? 0n) * 100n, 3, marks)}%`;
  return (
    <section className="panel" aria-label={words.yourFees}>
      <div className="padded">
        <h2>{words.yourFees}</h2>
        <p>{tier.kind === "there" ? words.tier(tier.answer.vipLevel) : "…"}</p>
        <p className="hint">{words.feesHint}</p>
      </div>
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

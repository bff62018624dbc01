import type { Equity } from "@bourse/api/schema";
import { Segments } from "@bourse/kit/segments.tsx";
import { usePageWords } from "@bourse/kit/words";
import { changeBps, type Price } from "@bourse/num/decimal";
import { format, formatPercent, formatSigned } from "@bourse/num/format";
import { bpsOf, drawn, instantOf, type EquityInstant } from "@bourse/state/portfolio";
import { useCallback, useState } from "react";
import { client } from "../live/clients.ts";
import { dayTime, zone } from "../live/time.ts";
import { useMarks } from "../live/use.ts";
import { VALUED_IN } from "../panes/balances.tsx";
import { useAsked } from "./asked.ts";
import { Awaited } from "./awaited.tsx";
import { Facts } from "../panes/facts.tsx";

type Span = "1h" | "24h" | "7d" | "30d";
const HOUR_MS = 3_600_000;
const SPANS: Readonly<Record<Span, number>> = {
  "1h": HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 168 * HOUR_MS,
  "30d": 720 * HOUR_MS,
};
/** Hours, half hours or minutes of the times that can be chosen, nearly. */
const POINTS = 61;

/** What the account was worth over a while, and what of that trading and prices brought. */
export function PortfolioSection() {
  const words = usePageWords();
  const [span, setSpan] = useState<Span>("24h");
  const ask = useCallback(() => {
    const endTime = Date.now();
    return client.call("GET /v1/account/equity", {
      quoteAsset: VALUED_IN,
      startTime: endTime - SPANS[span],
      endTime,
      points: POINTS,
    });
  }, [span]);
  const [asked, again] = useAsked(ask);
  return (
    <section className="panel stack padded" aria-label={words.portfolio}>
      <Segments
        label={words.span}
        segments={(["1h", "24h", "7d", "30d"] as const).map((key) => ({ key, title: key }))}
        chosen={span}
        onChoose={setSpan}
      />
      <Awaited what={words.portfolio} asked={asked} again={again}>
        {(equity) => <Told equity={equity} />}
      </Awaited>
      <p className="hint">{words.portfolioHint}</p>
    </section>
  );
}

function Told({ equity }: { readonly equity: Equity }) {
  const words = usePageWords();
  const instants = equity.points.map(instantOf);
  return (
    <>
      <Figures instants={instants} fall={bpsOf(equity.maxDrawdown)} />
      {equity.unpriced.length === 0 ? null : (
        <p className="notice careful">{words.unpriced(equity.unpriced.join(", "))}</p>
      )}
      <Curve name={words.equityCurve} values={instants.map((instant) => instant.equity)} />
      <Curve name={words.profitCurve} values={instants.map((instant) => instant.pnl)} />
      <details>
        <summary>{words.viewAsTable}</summary>
        <div className="scroll" tabIndex={0} role="group" aria-label={words.portfolio}>
          <InstantTable instants={instants} />
        </div>
      </details>
    </>
  );
}

function Figures({
  instants,
  fall,
}: {
  readonly instants: readonly EquityInstant[];
  readonly fall: bigint;
}) {
  const words = usePageWords();
  const marks = useMarks();
  const [first, last] = [instants[0], instants.at(-1)];
  if (first === undefined || last === undefined) return null;
  const amount = (units: bigint) => `${format(units, 2, marks)} ${VALUED_IN}`;
  const signed = (units: bigint) => `${formatSigned(units, 2, marks)} ${VALUED_IN}`;
  const change = changeBps(first.equity as bigint as Price, last.equity as bigint as Price);
  const percent = change === null ? "" : ` (${formatPercent(change, marks)})`;
  const figures: readonly (readonly [string, string])[] = [
    [words.worthNow, `≈ ${amount(last.equity)}`],
    [words.change, `${signed(last.equity - first.equity)}${percent}`],
    [words.profitOfSpan, signed(last.pnl)],
    [words.drawdown, formatPercent(-fall, marks)],
    [words.cameIn, amount(last.inflow)],
    [words.wentOut, amount(last.outflow)],
  ];
  return <Facts rows={figures} />;
}

const [WIDTH, HEIGHT] = [600, 144];

function Curve({ name, values }: { readonly name: string; readonly values: readonly bigint[] }) {
  const marks = useMarks();
  const { points, zero } = drawn(values, WIDTH, HEIGHT);
  const [first, last] = [values[0] ?? 0n, values.at(-1) ?? 0n];
  const least = values.reduce((low, value) => (value < low ? value : low), first);
  const most = values.reduce((high, value) => (high < value ? value : high), first);
  const range = [least, most].map((units) => format(units, 2, marks)).join(" – ");
  return (
    <figure className="curve-figure">
      <figcaption>
        {name} <span className="quiet">{`${range} ${VALUED_IN}`}</span>
      </figcaption>
      <svg
        className={`curve ${last < first ? "down" : "up"}`}
        viewBox={`0 -4 ${WIDTH.toString()} ${(HEIGHT + 8).toString()}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {zero === null ? null : <line x1="0" x2={WIDTH} y1={zero} y2={zero} />}
        <polyline points={points} />
      </svg>
    </figure>
  );
}

function InstantTable({ instants }: { readonly instants: readonly EquityInstant[] }) {
  const words = usePageWords();
  const marks = useMarks();
  const flows = [words.cameIn, words.wentOut];
  return (
    <table className="table" aria-label={words.portfolio}>
      <thead>
        <tr>
          <th scope="col">{`${words.time} (${zone()})`}</th>
          <th scope="col" className="number">{`${words.worthNow} (${VALUED_IN})`}</th>
          <th scope="col" className="number">
            {words.profitOfSpan}
          </th>
          <th scope="col" className="number">
            {words.fallHead}
          </th>
          {flows.map((head) => (
            <th key={head} scope="col" className="number">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {instants.map(({ atMs, equity, inflow, outflow, pnl, drawdownBps }) => (
          <tr key={atMs}>
            <td>{dayTime(atMs)}</td>
            <td className="number">{format(equity, 2, marks)}</td>
            <td className="number">{formatSigned(pnl, 2, marks)}</td>
            <td className="number">{formatPercent(-drawdownBps, marks)}</td>
            {[inflow, outflow].map((units, index) => (
              <td key={flows[index]} className="number">
                {format(units, 2, marks)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

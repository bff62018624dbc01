import { Segments } from "@bourse/kit/segments.tsx";
import { usePageWords } from "@bourse/kit/words";
import { amountOf, changeBps, type Price } from "@bourse/num/decimal";
import { format, formatPercent, formatSigned } from "@bourse/num/format";
import { candleOf, type Interval } from "@bourse/state/candles";
import {
  drawdownBps,
  instants,
  worthOf,
  type Closes,
  type Holding,
  type Worth,
} from "@bourse/state/portfolio";
import { useCallback, useState } from "react";
import { client } from "../live/clients.ts";
import { markets } from "../live/exchange.ts";
import { dayTime, zone } from "../live/time.ts";
import { useMarks } from "../live/use.ts";
import { VALUED_IN } from "../panes/balances.tsx";
import { useAsked } from "./asked.ts";

type Span = "1h" | "24h" | "7d" | "30d";
const HOUR_MS = 3_600_000;
const SPANS: Readonly<Record<Span, { readonly ms: number; readonly interval: Interval }>> = {
  "1h": { ms: HOUR_MS, interval: "1m" },
  "24h": { ms: 24 * HOUR_MS, interval: "15m" },
  "7d": { ms: 168 * HOUR_MS, interval: "1h" },
  "30d": { ms: 720 * HOUR_MS, interval: "4h" },
};
/** Each is a question of its own. */
const INSTANTS = 16;
const CANDLES_MAX = 1_000;

/** What the account was worth over a while: its balances of then at the prices of then. */
export function PortfolioSection() {
  const words = usePageWords();
  const [span, setSpan] = useState<Span>("24h");
  const ask = useCallback(() => load(span), [span]);
  const [asked] = useAsked(ask);
  return (
    <section className="panel stack padded" aria-label={words.portfolio}>
      <Segments
        label={words.span}
        segments={(["1h", "24h", "7d", "30d"] as const).map((key) => ({ key, title: key }))}
        chosen={span}
        onChoose={setSpan}
      />
      {asked.kind === "loading" ? <p className="empty quiet">…</p> : null}
      {asked.kind === "refused" ? (
        <p className="notice wrong">{words.loadFailed(words.portfolio)}</p>
      ) : null}
      {asked.kind === "there" ? <Curve worths={asked.answer} /> : null}
      <p className="hint">{words.portfolioHint}</p>
    </section>
  );
}

async function load(span: Span): Promise<readonly Worth[]> {
  const { ms, interval } = SPANS[span];
  const endMs = Date.now();
  const holdings = await Promise.all(instants(endMs, ms, INSTANTS).map(holdingAt));
  const assets = new Set(holdings.flatMap(({ amounts }) => [...amounts.keys()]));
  const known = markets.get();
  const priced = [...assets].filter(
    (asset) => known.kind === "there" && known.bySymbol.has(`${asset}${VALUED_IN}`),
  );
  const closes = await Promise.all(
    priced.map(async (asset): Promise<readonly [string, Closes]> => {
      const rows = await client.call("GET /api/v3/klines", {
        symbol: `${asset}${VALUED_IN}`,
        interval,
        startTime: endMs - ms,
        limit: CANDLES_MAX,
      });
      return [asset, rows.map(candleOf)];
    }),
  );
  return worthOf(holdings, new Map(closes), VALUED_IN);
}

async function holdingAt(atMs: number): Promise<Holding> {
  const { balances } = await client.call("GET /v1/account/at", { time: atMs });
  const amounts = new Map<string, bigint>();
  for (const { asset, free, locked } of balances) {
    amounts.set(asset, (amounts.get(asset) ?? 0n) + amountOf(free) + amountOf(locked));
  }
  return { atMs, amounts };
}

const [WIDTH, HEIGHT] = [600, 160];

function Curve({ worths }: { readonly worths: readonly Worth[] }) {
  const words = usePageWords();
  const marks = useMarks();
  const totals = worths.map(({ total }) => total);
  const [first, last] = [totals[0] ?? 0n, totals.at(-1) ?? 0n];
  const low = totals.reduce((least, total) => (total < least ? total : least), first);
  const high = totals.reduce((most, total) => (most < total ? total : most), first);
  const height = high - low === 0n ? 1n : high - low;
  const points = totals.map((total, index) => {
    const x = (index * WIDTH) / Math.max(1, totals.length - 1);
    const y = HEIGHT - 8 - Number(((total - low) * BigInt(HEIGHT - 16)) / height);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const change = changeBps(first as Price, last as Price);
  const sums: readonly (readonly [string, string])[] = [
    [words.worthNow, `≈ ${format(last, 2, marks)} ${VALUED_IN}`],
    [
      words.change,
      `${formatSigned(last - first, 2, marks)} ${VALUED_IN}${
        change === null ? "" : ` (${formatPercent(change, marks)})`
      }`,
    ],
    [words.drawdown, formatPercent(-drawdownBps(worths), marks)],
  ];
  return (
    <>
      <dl className="figures">
        {sums.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <svg
        className={`curve ${last < first ? "down" : "up"}`}
        viewBox={`0 0 ${WIDTH.toString()} ${HEIGHT.toString()}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <polyline points={points.join(" ")} />
      </svg>
      <details>
        <summary>{words.viewAsTable}</summary>
        <table className="table" aria-label={words.portfolio}>
          <thead>
            <tr>
              <th scope="col">{`${words.time} (${zone()})`}</th>
              <th scope="col" className="number">{`${words.totalWorth} (${VALUED_IN})`}</th>
            </tr>
          </thead>
          <tbody>
            {worths.map(({ atMs, total }) => (
              <tr key={atMs}>
                <td>{dayTime(atMs)}</td>
                <td className="number">{format(total, 2, marks)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

import type { Refused } from "@bourse/api/client";
import { Select } from "@bourse/kit/select.tsx";
import { useOpenedWords } from "@bourse/kit/words";
import { INTERVALS, type Interval } from "@bourse/state/candles";
import type { Market } from "@bourse/state/market";
import { useEffect, useState } from "react";
import { markets } from "../live/exchange.ts";
import { look, type MoreChart } from "../live/look.ts";
import { useStore } from "../live/use.ts";
import { StaleVeil } from "../panes/pane.tsx";
import { ChartCanvas } from "./canvas.ts";
import { FailedChart } from "./failed-chart.tsx";
import { useChosen, useFresh } from "./pane.tsx";

const asInterval = (text: string): Interval | null => INTERVALS.find((one) => one === text) ?? null;

/** Charts beside the one of the market: each of a market and an interval of its own, or of those of the screen. */
export function MoreCharts({ market, count }: { readonly market: Market; readonly count: number }) {
  const { moreCharts } = useStore(look);
  return Array.from({ length: count }, (_, index) => (
    <OtherChart
      key={index}
      here={market}
      chosen={moreCharts[index] ?? { symbol: "", interval: "" }}
      onChoose={(next) =>
        look.dispatch({
          moreCharts: Array.from({ length: count }, (_, at) =>
            at === index ? next : (moreCharts[at] ?? { symbol: "", interval: "" }),
          ),
        })
      }
    />
  ));
}

function OtherChart({
  here,
  chosen,
  onChoose,
}: {
  readonly here: Market;
  /** Empty for what the screen shows. */
  readonly chosen: MoreChart;
  readonly onChoose: (next: MoreChart) => void;
}) {
  const words = useOpenedWords();
  const all = useStore(markets);
  const { interval: linked } = useStore(look);
  const symbols = all.kind === "there" ? [...all.bySymbol.keys()] : [];
  const market = all.kind === "there" ? (all.bySymbol.get(chosen.symbol) ?? here) : here;
  const interval = asInterval(chosen.interval) ?? linked;
  return (
    <section className="other-chart" aria-label={`${words.chart}: ${market.symbol}, ${interval}`}>
      <div className="pane-bar">
        <Select
          label={words.market}
          isNamedOnly
          isSmall
          choices={[
            { key: "", title: `${words.asShown} · ${here.symbol}` },
            ...symbols.map((key) => ({ key, title: key })),
          ]}
          chosen={chosen.symbol}
          onChoose={(symbol) => onChoose({ ...chosen, symbol })}
        />
        <Select
          label={words.interval}
          isNamedOnly
          isSmall
          choices={[
            { key: "", title: `${words.asShown} · ${linked}` },
            ...INTERVALS.map((key) => ({ key, title: key })),
          ]}
          chosen={asInterval(chosen.interval) ?? ""}
          onChoose={(key) => onChoose({ ...chosen, interval: key })}
        />
      </div>
      <OtherCanvas key={market.symbol} market={market} interval={interval} />
    </section>
  );
}

const NOTHING = {
  onCandles: () => undefined,
  onDragged: () => undefined,
  onCancelled: () => undefined,
  onDrawings: () => undefined,
  onPicked: () => undefined,
};

function OtherCanvas({
  market,
  interval,
}: {
  readonly market: Market;
  readonly interval: Interval;
}) {
  const words = useOpenedWords();
  const [element, host] = useState<HTMLDivElement | null>(null);
  const [canvas, setCanvas] = useState<ChartCanvas | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  const name = `${words.chart}: ${market.symbol}`;
  useEffect(() => {
    if (element === null) return;
    const made = new ChartCanvas(element, market, name, { ...NOTHING, onFailed: setRefused });
    setCanvas(made);
    return () => {
      made.end();
      setCanvas(null);
      setRefused(null);
    };
  }, [element, market, name]);
  useFresh(canvas, interval);
  useChosen(canvas, market.symbol);
  return (
    <div className="other-host">
      <div ref={host} className="chart-host" />
      {canvas === null || refused === null ? null : (
        <FailedChart canvas={canvas} refused={refused} />
      )}
      <StaleVeil />
    </div>
  );
}

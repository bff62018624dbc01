import { Select } from "@bourse/kit/select.tsx";
import { useOpenedWords } from "@bourse/kit/words";
import { INTERVALS, type Interval } from "@bourse/state/candles";
import type { Market } from "@bourse/state/market";
import { markets } from "../live/exchange.ts";
import { look, type MoreChart } from "../live/look.ts";
import { pairOf } from "../live/pair.ts";
import { useStore } from "../live/use.ts";
import { StaleVeil } from "../panes/pane.tsx";
import { keepDrawings } from "./drawings.ts";
import { FailedChart } from "./failed-chart.tsx";
import { DrawList, DrawnList } from "./menu-lists.tsx";
import { Menu } from "./menus.tsx";
import { Summary, takeFromChart } from "./pane.tsx";
import { startPen } from "./start-pen.ts";
import { useCanvas } from "./use-canvas.ts";

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

const NOTHING = {
  onDragged: () => undefined,
  onCancelled: () => undefined,
  onPicked: () => undefined,
};

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
  const market = all.kind === "there" ? (all.bySymbol.get(chosen.symbol) ?? here) : here;
  const interval = asInterval(chosen.interval) ?? linked;
  const title = `${words.chart}: ${pairOf(market.symbol)}`;
  // The ticket takes prices of its own market.
  const isHere = market === here;
  const acts = isHere ? { ...NOTHING, onPicked: takeFromChart.bind(null, market) } : NOTHING;
  const { host, canvas, refused, candles, drawings } = useCanvas(market, interval, title, acts);
  return (
    <section className="other-chart" aria-label={`${title}, ${interval}`}>
      <div className="pane-bar">
        <Shown here={here} linked={linked} chosen={chosen} onChoose={onChoose} />
        <Menu title={words.draw}>
          <DrawList onDraw={(tool, isByKeys) => canvas && startPen(canvas, tool, isByKeys)} />
          <DrawnList drawings={drawings} onChange={(next) => keepDrawings(market.symbol, next)} />
        </Menu>
      </div>
      <figure className="other-host">
        <Summary market={market} interval={interval} candles={candles} />
        <div
          ref={host}
          className="chart-host"
          onKeyDown={({ key, repeat }) => {
            if (key === "Enter" && !repeat && isHere && canvas !== null)
              startPen(canvas, null, true);
          }}
        />
        {canvas === null || refused === null ? null : (
          <FailedChart canvas={canvas} refused={refused} />
        )}
        <StaleVeil />
      </figure>
    </section>
  );
}

/** Which market and which interval a chart shows. */
function Shown({
  here,
  linked,
  chosen,
  onChoose,
}: {
  readonly here: Market;
  /** The interval of the screen. */
  readonly linked: Interval;
  readonly chosen: MoreChart;
  readonly onChoose: (next: MoreChart) => void;
}) {
  const words = useOpenedWords();
  const all = useStore(markets);
  const symbols = all.kind === "there" ? [...all.bySymbol.keys()] : [];
  return (
    <>
      <Select
        label={words.market}
        isNamedOnly
        isSmall
        choices={[
          { key: "", title: `${words.asShown} · ${pairOf(here.symbol)}` },
          ...symbols.map((key) => ({ key, title: pairOf(key) })),
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
    </>
  );
}

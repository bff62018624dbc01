import { useDeskWords } from "@bourse/kit/words";
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from "react";
import type { Drawing, Tool } from "./drawing-overlays.ts";

const lists = () => import("./menu-lists.tsx");
const StyleList = lazy(async () => ({ default: (await lists()).StyleList }));
const IndicatorList = lazy(async () => ({ default: (await lists()).IndicatorList }));
const DrawList = lazy(async () => ({ default: (await lists()).DrawList }));
const DrawnList = lazy(async () => ({ default: (await lists()).DrawnList }));

/** The menus of the chart: how it looks, what is drawn on it, and what can be. */
export function ChartMenus({
  symbol,
  drawings,
  onDraw,
  onChange,
}: {
  readonly symbol: string;
  readonly drawings: readonly Drawing[];
  /** Something is to be drawn; whether it was chosen by keyboard. */
  readonly onDraw: (tool: Tool, isByKeys: boolean) => void;
  readonly onChange: (drawings: readonly Drawing[]) => void;
}) {
  const words = useDeskWords();
  return (
    <>
      <Menu title={words.chartStyle}>
        <StyleList />
      </Menu>
      <Menu title={words.indicators}>
        <IndicatorList symbol={symbol} />
      </Menu>
      <Menu title={words.draw}>
        <DrawList onDraw={onDraw} />
      </Menu>
      <Menu title={words.drawings(drawings.length)}>
        <DrawnList drawings={drawings} onChange={onChange} />
      </Menu>
    </>
  );
}

/** A button that opens a list below it, made when it is opened first; Escape and a click elsewhere close it. */
export function Menu({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  const element = useRef<HTMLDetailsElement>(null);
  const [wasOpened, setWasOpened] = useState(false);
  useEffect(() => {
    const close = (event: Event): void => {
      const details = element.current;
      if (details?.open !== true) return;
      const isKey = event instanceof KeyboardEvent;
      if (isKey && event.key !== "Escape") return;
      if (!isKey && event.target instanceof Node && details.contains(event.target)) return;
      details.open = false;
      if (isKey) details.querySelector("summary")?.focus();
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("keydown", close);
    };
  }, []);
  return (
    <details className="menu" ref={element} onToggle={() => setWasOpened(true)}>
      <summary className="button plain small">{`${title} ▾`}</summary>
      <div className="menu-list">
        <Suspense>{wasOpened ? children : null}</Suspense>
      </div>
    </details>
  );
}

import { type DeskWords, useDeskWords } from "@bourse/kit/words";
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from "react";
import { look } from "../live/look.ts";
import { useLook } from "../live/use.ts";
import type { Drawing } from "./canvas.ts";
import { INDICATORS, readNumbers } from "./indicators.ts";

const DrawnPrices = lazy(async () => ({
  default: (await import("./drawn-prices.tsx")).DrawnPrices,
}));

export const DRAWINGS: readonly (readonly [string, keyof DeskWords])[] = [
  ["segment", "drawSegment"],
  ["rayLine", "drawRay"],
  ["straightLine", "drawStraight"],
  ["horizontalStraightLine", "drawHorizontal"],
  ["horizontalRayLine", "drawHorizontalRay"],
  ["verticalStraightLine", "drawVertical"],
  ["priceLine", "drawPrice"],
  ["parallelStraightLine", "drawParallel"],
  ["priceChannelLine", "drawChannel"],
  ["fibonacciLine", "drawFibonacci"],
  ["simpleAnnotation", "drawNote"],
  ["brush", "drawBrush"],
];

/** The name of a drawing as people call it. */
export function drawingTitle(name: string, words: DeskWords): string {
  const key = DRAWINGS.find(([one]) => one === name)?.[1];
  const title = key === undefined ? name : words[key];
  return typeof title === "string" ? title : name;
}

/** A button that opens a list below it; Escape and a click elsewhere close it. */
export function Menu({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  const element = useRef<HTMLDetailsElement>(null);
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
    <details className="menu" ref={element}>
      <summary className="button plain small">{`${title} ▾`}</summary>
      <div className="menu-list">{children}</div>
    </details>
  );
}

function closeMenu(inside: Element): void {
  const menu = inside.closest("details");
  if (menu !== null) menu.open = false;
}

export function IndicatorMenu() {
  const words = useDeskWords();
  const chosen = useLook((look) => look.indicators);
  return (
    <Menu title={words.indicators}>
      {Object.keys(INDICATORS).map((name) => (
        <div key={name}>
          <label className="check">
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={(event) =>
                look.dispatch({
                  indicators: event.target.checked
                    ? [...chosen, name]
                    : chosen.filter((one) => one !== name),
                })
              }
            />
            {name}
          </label>
          {chosen.includes(name) && 0 < (INDICATORS[name]?.length ?? 0) ? (
            <Numbers name={name} />
          ) : null}
        </div>
      ))}
    </Menu>
  );
}

/** The numbers of an indicator; what is no such list marks the field and changes nothing. */
function Numbers({ name }: { readonly name: string }) {
  const words = useDeskWords();
  const chosen = useLook((look) => look.indicatorNumbers);
  const [text, setText] = useState(chosen[name] ?? (INDICATORS[name] ?? []).join(", "));
  return (
    <input
      className="small-input"
      aria-label={words.indicatorNumbers(name)}
      aria-invalid={readNumbers(name, text) === null}
      value={text}
      onChange={(event) => {
        const typed = event.target.value;
        setText(typed);
        const numbers = readNumbers(name, typed);
        if (numbers === null) return;
        look.dispatch({ indicatorNumbers: { ...chosen, [name]: numbers.join(", ") } });
      }}
    />
  );
}

export function DrawMenu({ onDraw }: { readonly onDraw: (name: string) => void }) {
  const words = useDeskWords();
  return (
    <Menu title={words.draw}>
      {DRAWINGS.map(([name]) => (
        <button
          key={name}
          type="button"
          className="button plain small"
          onClick={(event) => {
            closeMenu(event.currentTarget);
            onDraw(name);
          }}
        >
          {drawingTitle(name, words)}
        </button>
      ))}
    </Menu>
  );
}

/** What is drawn, for those who do not drag: each price can be typed, and each drawing taken away. */
export function DrawingList({
  drawings,
  onChange,
}: {
  readonly drawings: readonly Drawing[];
  readonly onChange: (drawings: readonly Drawing[]) => void;
}) {
  const words = useDeskWords();
  return (
    <Menu title={words.drawings(drawings.length)}>
      {drawings.length === 0 ? <p className="quiet small-text">{words.noDrawings}</p> : null}
      {drawings.map((drawing, index) => {
        const title = `${drawingTitle(drawing.name, words)} ${(index + 1).toString()}`;
        const others = drawings.filter(({ id }) => id !== drawing.id);
        return (
          <p key={drawing.id} className="row drawing">
            <span>{title}</span>
            <Suspense>
              <DrawnPrices
                title={title}
                drawing={drawing}
                onChange={(next) => onChange(drawings.map((one) => (one === drawing ? next : one)))}
              />
            </Suspense>
            <button
              type="button"
              className="button plain small"
              aria-label={words.deleteDrawing(title)}
              onClick={() => onChange(others)}
            >
              ✕
            </button>
          </p>
        );
      })}
    </Menu>
  );
}

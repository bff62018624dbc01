import { useWords } from "@bourse/kit/words";
import type { ReactNode } from "react";
import { look } from "../live/look.ts";
import { PHONE, useMedia } from "../live/media.ts";
import { useLook } from "../live/use.ts";

/** Lets the chart be put away where it pushes everything else down; what is put away is not fetched either. */
export function ChartFold({ children }: { readonly children: ReactNode }) {
  const words = useWords();
  const isPhone = useMedia(PHONE);
  const isFolded = useLook((look) => look.foldsChart);
  if (!isPhone) return children;
  return (
    <>
      <button
        type="button"
        className="button plain fold"
        aria-expanded={!isFolded}
        onClick={() => look.dispatch({ foldsChart: !isFolded })}
      >
        {words.chart} <span aria-hidden="true">{isFolded ? "▸" : "▾"}</span>
      </button>
      {isFolded ? null : children}
    </>
  );
}

import { useWords } from "@bourse/kit/words";
import { askMarkets, type Markets } from "../live/exchange.ts";
import { Waiting } from "./waiting.tsx";

/** Markets that are not there yet, or do not come. */
export function UnknownMarkets({
  all,
  rowPx = 24,
}: {
  readonly all: Exclude<Markets, { readonly kind: "there" }>;
  readonly rowPx?: number;
}) {
  const words = useWords();
  return (
    <Waiting
      loading={words.loadingMarkets}
      rowPx={rowPx}
      what={words.markets}
      unloaded={all.kind === "failed" ? all.unloaded : null}
      again={askMarkets}
    />
  );
}

import { usePageWords } from "@bourse/kit/words";
import { freshOf } from "@bourse/state/listings";
import type { ReactNode } from "react";
import { client } from "../live/clients.ts";
import { useAsked } from "./asked.ts";
import { Awaited } from "./awaited.tsx";

const listings = () => client.call("GET /v1/status", {});

/** What was listed lately, the newest first, as the exchange says it. */
export function NewMarkets({
  children,
}: {
  readonly children: (fresh: readonly string[]) => ReactNode;
}) {
  const words = usePageWords();
  const [asked, again] = useAsked(listings);
  return (
    <Awaited what={words.newMarkets} asked={asked} again={again}>
      {({ markets, at }) => children(freshOf(markets, at))}
    </Awaited>
  );
}

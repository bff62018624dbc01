import { loadTerms, usePageWords, type PageWords } from "@bourse/kit/words";
import type { Term } from "@bourse/kit/strings/en-terms";
import { use, useEffect } from "react";
import { useLook } from "../live/use.ts";

const GROUPS = [
  [
    "wordsOrders",
    [
      "orderType",
      "timeInForce",
      "postOnly",
      "trigger",
      "trail",
      "exits",
      "shownSize",
      "peg",
      "selfTrade",
      "list",
      "hotkeys",
      "orderState",
    ],
  ],
  ["wordsMarket", ["spread", "depth"]],
  ["wordsCosts", ["averagePrice", "slippage", "maker", "taker", "tier", "monthVolume"]],
  ["wordsAccount", ["available", "locked", "worth", "realised", "unrealised", "risk"]],
] as const satisfies readonly (readonly [keyof PageWords, readonly Term[]])[];

type Listed = (typeof GROUPS)[number][1][number];
/** Every word is listed: one that is forgotten is no text. */
const textOf = (terms: Readonly<Record<Term, string>>, name: Term extends Listed ? Term : never) =>
  terms[name];

/** What words of trading mean, each under an address of its own. */
export function WordsPage() {
  const words = usePageWords();
  const terms = use(loadTerms(useLook((look) => look.language)));
  useEffect(() => {
    const asked = document.getElementById(location.hash.slice(1));
    asked?.scrollIntoView({ block: "center" });
    asked?.focus({ preventScroll: true });
  }, []);
  return (
    <div className="page narrow">
      <h1>{words.wordsOfTrading}</h1>
      <p className="hint">{words.wordsHint}</p>
      {GROUPS.map(([group, names]) => (
        <section key={group} className="panel padded" aria-label={words[group]}>
          <h2>{words[group]}</h2>
          <dl className="terms">
            {names.map((name) => (
              <div key={name} id={name} tabIndex={-1}>
                <dt>{words[`term_${name}`]}</dt>
                <dd>{textOf(terms, name)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <p>
        <a href="/docs">{words.wordsMore}</a>
      </p>
    </div>
  );
}

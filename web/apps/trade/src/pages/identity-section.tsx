import type { Kyc, KycCap } from "@bourse/api/schema";
import { type PageWords, usePageWords } from "@bourse/kit/words";
import { parseUnits } from "@bourse/num/decimal";
import { format, type Marks } from "@bourse/num/format";
import { client } from "../live/clients.ts";
import { useMarks } from "../live/use.ts";
import { ApplicationPanel } from "./application-panel.tsx";
import { useAsked } from "./asked.ts";
import { Awaited } from "./awaited.tsx";

const ask = () => client.call("GET /v1/kyc", {});

/** How far the identity of the user was checked, what that allows, and the way to more. */
export function IdentitySection() {
  const words = usePageWords();
  const [asked, again] = useAsked(ask);
  return (
    <Awaited what={words.identity} asked={asked} again={again}>
      {(kyc) => (
        <div className="stack">
          <LevelPanel kyc={kyc} />
          <ApplicationPanel kyc={kyc} onChange={again} />
        </div>
      )}
    </Awaited>
  );
}

function LevelPanel({ kyc }: { readonly kyc: Kyc }) {
  const words = usePageWords();
  return (
    <section className="panel" aria-label={words.identityLevel}>
      <div className="padded">
        <h2>{words.identityLevel}</h2>
        <p>{kyc.level === null ? words.levelUnbound : words.levelReached(kyc.level)}</p>
        <p className={kyc.mayTrade ? "hint" : "notice careful"}>
          {kyc.mayTrade ? words.levelTrades : words.levelTradesNot}
        </p>
      </div>
      {kyc.level === null || kyc.reference === null ? null : (
        <Caps kyc={kyc} asset={kyc.reference} />
      )}
    </section>
  );
}

/** What a level allows, what was used of it, and what is left. */
function Caps({ kyc, asset }: { readonly kyc: Kyc; readonly asset: string }) {
  const words = usePageWords();
  const marks = useMarks();
  const rows: readonly (readonly [string, KycCap])[] = [
    [words.depositsDay, kyc.deposits.day],
    [words.depositsMonth, kyc.deposits.month],
    [words.withdrawalsDay, kyc.withdrawals.day],
    [words.withdrawalsMonth, kyc.withdrawals.month],
  ];
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label={words.allowances}>
      <table className="table" aria-label={words.allowances}>
        <thead>
          <tr>
            <th scope="col">{`${words.allowances} (${asset})`}</th>
            <th scope="col" className="number">
              {words.limitOf}
            </th>
            <th scope="col" className="number">
              {words.used}
            </th>
            <th scope="col" className="number">
              {words.remaining}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, cap]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="number">{amountText(cap.limit, words, marks)}</td>
              <td className="number">{amountText(cap.used, words, marks)}</td>
              <td className="number">{amountText(cap.remaining, words, marks)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const amountText = (text: string | null, words: PageWords, marks: Marks): string =>
  text === null ? words.noLimit : format(parseUnits(text) ?? 0n, 2, marks);

import type { MarketFees, Volume } from "@bourse/api/schema";
import { Select } from "@bourse/kit/select.tsx";
import { usePageWords } from "@bourse/kit/words";
import { parseUnits } from "@bourse/num/decimal";
import { format, formatFee } from "@bourse/num/format";
import { amountDigits } from "@bourse/state/market";
import { isIn, nextStep, stepsOf, type TierStep } from "@bourse/state/fee-tiers";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { pairOf } from "../live/pair.ts";
import { useMarks } from "../live/use.ts";
import { Explained } from "../panes/explained.tsx";
import { useAsked } from "./asked.ts";
import { Awaited } from "./awaited.tsx";

const askVolume = () => client.call("GET /v1/account/volume", {});
const askSchedule = () => client.call("GET /v1/feeSchedule", {});

/** The own tier, what counts for it, and what each tier pays. */
export function FeesSection() {
  const words = usePageWords();
  const [volume, volumeAgain] = useAsked(askVolume);
  const [schedule, scheduleAgain] = useAsked(askSchedule);
  const tier = volume.kind === "there" ? volume.answer.tier : null;
  return (
    <div className="stack">
      <Awaited what={words.yourFees} asked={volume} again={volumeAgain}>
        {(answer) => <VolumePanel volume={answer} />}
      </Awaited>
      <Awaited what={words.schedule} asked={schedule} again={scheduleAgain}>
        {(fees) => <SchedulePanel fees={fees} tier={tier} />}
      </Awaited>
    </div>
  );
}

function VolumePanel({ volume }: { readonly volume: Volume }) {
  const words = usePageWords();
  const marks = useMarks();
  const { tier, startTime, totals } = volume;
  const shown = (units: bigint, asset: string) => format(units, amountDigits(asset), marks);
  return (
    <section className="panel" aria-label={words.yourFees}>
      <div className="padded">
        <h2>
          <Explained term="tier">{words.tier(tier)}</Explained>
        </h2>
        <p className="hint">{words.tierHint}</p>
        <p className="hint">
          {words.volumeSince(`${new Date(startTime).toISOString().slice(0, 10)} UTC`)}
        </p>
      </div>
      {totals.length === 0 ? (
        <p className="empty">{words.noVolume}</p>
      ) : (
        <table className="table cards" aria-label={words.volumeOfMonth}>
          <thead>
            <tr>
              <th scope="col">{words.quoteAsset}</th>
              <th scope="col" className="number">
                <Explained term="maker">{words.asMaker}</Explained>
              </th>
              <th scope="col" className="number">
                <Explained term="taker">{words.asTaker}</Explained>
              </th>
              <th scope="col" className="number">
                <Explained term="monthVolume">{words.volumeOfMonth}</Explained>
              </th>
            </tr>
          </thead>
          <tbody>
            {totals.map(({ quoteAsset, maker, taker }) => {
              const [made, taken] = [parseUnits(maker) ?? 0n, parseUnits(taker) ?? 0n];
              return (
                <tr key={quoteAsset}>
                  <th scope="row">{quoteAsset}</th>
                  <td data-head={words.asMaker} className="number">
                    {shown(made, quoteAsset)}
                  </td>
                  <td data-head={words.asTaker} className="number">
                    {shown(taken, quoteAsset)}
                  </td>
                  <td data-head={words.volumeOfMonth} className="number">
                    {shown(made + taken, quoteAsset)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}

function SchedulePanel({
  fees,
  tier,
}: {
  readonly fees: readonly MarketFees[];
  readonly tier: number | null;
}) {
  const words = usePageWords();
  const marks = useMarks();
  const [symbol, setSymbol] = useState(fees[0]?.symbol ?? "");
  const steps = stepsOf(fees.find((one) => one.symbol === symbol)?.tiers ?? []);
  const rate = (text: string) => `${formatFee((parseUnits(text) ?? 0n) * 100n, 3, marks)}%`;
  return (
    <section className="panel" aria-label={words.schedule}>
      <div className="padded page-head">
        <h2>{words.schedule}</h2>
        <Select
          label={words.market}
          choices={fees.map((one) => ({ key: one.symbol, title: pairOf(one.symbol) }))}
          chosen={symbol}
          onChoose={setSymbol}
        />
      </div>
      <table className="table cards" aria-label={words.schedule}>
        <thead>
          <tr>
            <th scope="col">{words.tierColumn}</th>
            <th scope="col" className="number">
              {words.makerRate}
            </th>
            <th scope="col" className="number">
              {words.takerRate}
            </th>
            <th scope="col">
              <span className="hidden-text">{words.state}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step.first} aria-current={tier !== null && isIn(tier, step)}>
              <th scope="row">{namesOf(step)}</th>
              <td data-head={words.makerRate} className="number">
                {rate(step.makerCommission)}
              </td>
              <td data-head={words.takerRate} className="number">
                {rate(step.takerCommission)}
              </td>
              <td data-head={words.state}>
                {tier === null ? null : <Mark steps={steps} step={step} tier={tier} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="hint padded">{words.feesHint}</p>
    </section>
  );
}

const namesOf = ({ first, last }: TierStep): string =>
  first === last ? first.toString() : `${first.toString()}–${last.toString()}`;

/** Which step is the own one, and which the next that pays something else. */
function Mark({
  steps,
  step,
  tier,
}: {
  readonly steps: readonly TierStep[];
  readonly step: TierStep;
  readonly tier: number;
}) {
  const words = usePageWords();
  if (isIn(tier, step)) return <strong>{words.yourTier}</strong>;
  return step === nextStep(steps, tier) ? words.nextTier : null;
}

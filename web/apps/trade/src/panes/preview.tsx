import { useWords } from "@bourse/kit/words";
import type { Term } from "@bourse/kit/strings/en-terms";
import { format, formatAmount, formatFee, formatSigned } from "@bourse/num/format";
import { amountDigits, type Market } from "@bourse/state/market";
import type { Checked } from "@bourse/state/ticket";
import { useMarks } from "../live/use.ts";

/** A name, what it is, and the word of trading that says what that means. */
type Row = readonly [name: string, value: string, term?: Term | undefined];

/** What an order would come to; what depends on the book is an estimate and says so. */
export function PreviewList({
  market,
  checked,
  mayStay = true,
}: {
  readonly market: Market;
  readonly checked: Checked;
  /** Whether an order of this type may rest; what may not pays the fee of those who take. */
  readonly mayStay?: boolean;
}) {
  const words = useWords();
  const marks = useMarks();
  const { preview } = checked;
  const amount = (units: bigint, asset: string) =>
    `${formatAmount(units, amountDigits(asset), marks)} ${asset}`;
  const rows: readonly Row[] =
    preview === null
      ? [
          [words.orderValue, "–"],
          [words.estimatedFee(!mayStay), "–"],
        ]
      : [
          [words.orderValue, amount(preview.total, market.quote)],
          ...row(
            words.peggedPrice,
            preview.pegged,
            (price) => `≈ ${format(price, market.priceDigits, marks)}`,
          ),
          ...row(words.ifTakeProfit, preview.profit, gain),
          ...row(words.ifStopLoss, preview.loss, gain),
          ...(preview.average === null
            ? []
            : ([
                [
                  words.averagePrice,
                  `≈ ${format(preview.average, market.priceDigits, marks)}`,
                  "averagePrice",
                ],
              ] as const)),
          ...row(words.slippage, preview.slippageBps, (bps) => `≈ ${bpsText(bps)}`, "slippage"),
          [
            words.estimatedFee(preview.isTaker),
            preview.fee === null ? "–" : `≈ ${feeText(preview.fee, preview.feeAsset)}`,
            preview.isTaker ? "taker" : "maker",
          ],
        ];
  function gain(units: bigint): string {
    return `≈ ${formatSigned(units, amountDigits(market.quote), marks)} ${market.quote}`;
  }
  function feeText(fee: bigint, asset: string): string {
    return `${formatFee(fee, asset === market.base ? market.qtyDigits + 1 : 4, marks)} ${asset}`;
  }
  return (
    <>
      <dl className="preview">
        {rows.map(([name, value, term]) => (
          <div key={name} data-term={term}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {preview !== null && !preview.isFilled ? (
        <p className="warn small-text">{words.partlyInBook}</p>
      ) : null}
    </>
  );
}

/** A row of the list, where there is something to say. */
const row = (
  name: string,
  units: bigint | null,
  text: (units: bigint) => string,
  term?: Term,
): readonly Row[] => (units === null ? [] : [[name, text(units), term]]);

const bpsText = (bps: bigint): string =>
  `${(bps / 100n).toString()}.${(bps % 100n).toString().padStart(2, "0")} %`;

import { format, shortened, type Marks } from "@bourse/num/format";
import { useMarks } from "../live/use.ts";

/** A price; one with many zeros behind the mark is shown in short, and read aloud and copied as it is. */
export function PriceText({ units, digits }: { readonly units: bigint; readonly digits: number }) {
  const marks = useMarks();
  return <ShortText text={format(units, digits, marks)} marks={marks} />;
}

/** The same of a price that is written already, for lists that are drawn often. */
export function ShortText({ text, marks }: { readonly text: string; readonly marks: Marks }) {
  const short = shortened(text, marks);
  if (short === text) return text;
  return (
    <span className="tiny" title={text}>
      <span aria-hidden="true">{short}</span>
      <span className="hidden-text">{text}</span>
    </span>
  );
}

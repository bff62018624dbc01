import type { Term } from "./strings/en-terms.ts";
import { useId, type InputHTMLAttributes, type ReactNode } from "react";

type Native = Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "value">;

/** A labelled text field; a fault is tied to it for those who do not see it. */
export function Field({
  label,
  value,
  onValue,
  fault,
  hint,
  unit,
  aside,
  term,
  ...native
}: Native & {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly fault?: ReactNode;
  readonly hint?: string;
  readonly unit?: string;
  readonly aside?: ReactNode;
  /** The word of trading that says what it is. */
  readonly term?: Term;
}) {
  const id = useId();
  const isWrong = fault !== null && fault !== undefined;
  const note = isWrong ? fault : hint;
  return (
    <div className="field" data-term={term}>
      <label htmlFor={id}>{label}</label>
      <div className={isWrong ? "input wrong" : "input"}>
        <input
          type="text"
          autoComplete="off"
          spellCheck={false}
          {...native}
          id={id}
          value={value}
          aria-invalid={isWrong}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          onChange={(event) => onValue(event.target.value)}
        />
        {unit === undefined ? null : <span className="unit">{unit}</span>}
        {aside}
      </div>
      {note === undefined ? null : (
        <p id={`${id}-note`} className={isWrong ? "fault" : "hint"}>
          {note}
        </p>
      )}
    </div>
  );
}

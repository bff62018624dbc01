import { useId } from "react";

/** A labelled field for more than a line. */
export function TextArea({
  label,
  hint,
  maxLength,
  value,
  onValue,
}: {
  readonly label: string;
  readonly hint: string;
  readonly maxLength: number;
  readonly value: string;
  readonly onValue: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="input">
        <textarea
          id={id}
          rows={5}
          maxLength={maxLength}
          value={value}
          aria-describedby={`${id}-note`}
          onChange={(event) => onValue(event.target.value)}
        />
      </div>
      <p id={`${id}-note`} className="hint">
        {hint}
      </p>
    </div>
  );
}

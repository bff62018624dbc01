import { usePageWords } from "@bourse/kit/words";
import { useId } from "react";

/** A file that is chosen by a button of the page: that of the browser speaks the language of the system. */
export function FileField({
  label,
  types,
  isBusy,
  note,
  isWrong,
  onFile,
}: {
  readonly label: string;
  readonly types: readonly string[];
  readonly isBusy: boolean;
  readonly note: string;
  /** Whether the note says what is wrong. */
  readonly isWrong: boolean;
  readonly onFile: (file: File) => void;
}) {
  const words = usePageWords();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <label className="button file-button">
        {words.chooseFile}
        <input
          id={id}
          className="file"
          type="file"
          accept={types.join(",")}
          disabled={isBusy}
          aria-invalid={isWrong}
          aria-describedby={`${id}-note`}
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file !== undefined) onFile(file);
            // The same file may be chosen again, after it was changed or refused.
            target.value = "";
          }}
        />
      </label>
      <p id={`${id}-note`} className={isWrong ? "fault" : "hint"}>
        {note}
      </p>
    </div>
  );
}

import type { KycDocument } from "@bourse/api/schema";
import { usePageWords } from "@bourse/kit/words";
import { useId, useState } from "react";
import { client } from "../live/clients.ts";
import { dayTime, zone } from "../live/time.ts";
import { useAct } from "./asked.ts";
import { FaultNotice } from "./fault.tsx";

export type DocumentKind = KycDocument["kind"];

/** As the exchange takes them; it looks at what is inside, not at names. */
const TYPES = ["image/png", "image/jpeg"];
const BYTES_MAX = 10 * 1_024 * 1_024;

/** The picture of one document: whether it is there, and another one instead. */
export function DocumentField({
  kind,
  there,
  onDone,
}: {
  readonly kind: DocumentKind;
  readonly there: KycDocument | null;
  readonly onDone: () => void;
}) {
  const words = usePageWords();
  const id = useId();
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setIsSending] = useState(false);
  const { fault, act } = useAct();
  const take = (file: File | undefined): void => {
    if (file === undefined) return;
    const found = !TYPES.includes(file.type)
      ? words.pictureOnly
      : BYTES_MAX < file.size
        ? words.pictureTooLarge
        : null;
    setProblem(found);
    if (found !== null) return;
    setIsSending(true);
    act(async () => {
      try {
        await client.upload("POST /v1/kyc/documents", { kind }, file);
        onDone();
      } finally {
        setIsSending(false);
      }
    });
  };
  return (
    <div className="field">
      <label htmlFor={id}>{words[`document${kind}`]}</label>
      <input
        id={id}
        className="file"
        type="file"
        accept={TYPES.join(",")}
        disabled={isSending}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-note`}
        onChange={(event) => {
          take(event.target.files?.[0]);
          // The same file may be chosen again, after it was refused.
          event.target.value = "";
        }}
      />
      <p id={`${id}-note`} className={problem === null ? "hint" : "fault"}>
        {problem ??
          (isSending
            ? words.sending
            : there === null
              ? words.pictureMissing
              : words.pictureThere(
                  `${there.width.toString()} × ${there.height.toString()}`,
                  `${dayTime(there.uploadedAt)} ${zone()}`,
                ))}
      </p>
      <FaultNotice fault={fault} />
    </div>
  );
}

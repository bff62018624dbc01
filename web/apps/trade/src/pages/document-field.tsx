import type { KycDocument } from "@bourse/api/schema";
import { type PageWords, usePageWords } from "@bourse/kit/words";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { dayTime, zone } from "../live/time.ts";
import { useAct } from "./asked.ts";
import { FaultNotice } from "./fault.tsx";
import { FileField } from "./file-field.tsx";

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
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setIsSending] = useState(false);
  const { fault, act } = useAct();
  const take = (file: File): void => {
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
    <>
      <FileField
        label={words[`document${kind}`]}
        types={TYPES}
        isBusy={isSending}
        note={problem ?? (isSending ? words.sending : stateOf(there, words))}
        isWrong={problem !== null}
        onFile={take}
      />
      <FaultNotice fault={fault} />
    </>
  );
}

function stateOf(there: KycDocument | null, words: PageWords): string {
  if (there === null) return words.pictureMissing;
  const size = `${there.width.toString()} × ${there.height.toString()}`;
  return words.pictureThere(size, `${dayTime(there.uploadedAt)} ${zone()}`);
}

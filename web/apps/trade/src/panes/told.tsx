import type { Notification } from "@bourse/api/schema";
import { lazy, Suspense } from "react";

const NewsText = lazy(async () => ({ default: (await import("./news-text.tsx")).NewsText }));

/** What a notification says, as soon as its words are there: they come with those of other pages. */
export function Told({ told }: { readonly told: Notification }) {
  return (
    <Suspense fallback="…">
      <NewsText told={told} />
    </Suspense>
  );
}

import { spokenLanguage } from "@bourse/kit/languages";
import type { Store } from "@bourse/state/store";
import { useMemo, useSyncExternalStore } from "react";
import { marksOf, type Marks } from "@bourse/num/format";
import { look, type Look } from "./look.ts";

/** Returns what a store holds, and renders again when that changes. */
export function useStore<S>(store: Store<S, never>): S {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** Returns a part of what a store holds; renders again only when that part is another one. */
export function usePart<S, T>(store: Store<S, never>, part: (state: S) => T): T {
  return useSyncExternalStore(store.subscribe, () => part(store.get()));
}

export const useLook = <T>(part: (look: Look) => T): T => usePart(look, part);

/** Returns how the chosen language writes numbers. */
export function useMarks(): Marks {
  const language = useLook((look) => spokenLanguage(look.language));
  return useMemo(() => marksOf(language), [language]);
}

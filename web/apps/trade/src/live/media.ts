/** What there is room for. */

import { useEffect, useState } from "react";

/** Where the book has a place of its own beside the tape; elsewhere they share one. */
export const WIDE = matchMedia(
  "(min-width: 1280px) and (min-height: 560px), (min-width: 768px) and (min-height: 560px) and (max-height: 899px)",
);

/** Where there is room for other markets beside the one that is shown. */
export const WIDEST = matchMedia("(min-width: 1600px) and (min-height: 560px)");

/** Where a chart has room for two more intervals beside its menus. */
export const ROOMY = matchMedia("(min-width: 1366px)");

/** Where one thing stands below the other, and is touched by thumbs; `narrow.css` and `thumbs.css` say the same. */
export const PHONE = matchMedia("(max-width: 767px), (max-height: 559px)");

export function useMedia(query: MediaQueryList): boolean {
  const [matches, setMatches] = useState(query.matches);
  useEffect(() => {
    const change = (): void => setMatches(query.matches);
    query.addEventListener("change", change);
    return () => query.removeEventListener("change", change);
  }, [query]);
  return matches;
}

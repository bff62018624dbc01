import { useLayoutEffect } from "react";
import { brand } from "../live/brand.ts";
import { usePart } from "../live/use.ts";

/** Names the page in the title of the window, as soon as it is there. */
export function usePageTitle(title: string): void {
  const name = usePart(brand, (shown) => shown.name);
  useLayoutEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
}

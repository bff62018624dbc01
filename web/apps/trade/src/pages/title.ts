import { useEffect } from "react";
import { brand } from "../live/brand.ts";
import { usePart } from "../live/use.ts";

/** Names the page in the title of the window. */
export function usePageTitle(title: string): void {
  const name = usePart(brand, (shown) => shown.name);
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
}

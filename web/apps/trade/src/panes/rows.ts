import { useCallback, useRef, useState } from "react";

/** Returns how many rows of a height fit into an element below what stands there anyway, and the reference to it. */
export function useRowsThatFit(
  rowPx: number,
  othersPx: number,
): [rows: number, measure: (element: HTMLElement | null) => void] {
  const [rows, setRows] = useState(16);
  const observer = useRef<ResizeObserver | null>(null);
  const measure = useCallback(
    (element: HTMLElement | null) => {
      observer.current?.disconnect();
      if (element === null) return;
      observer.current = new ResizeObserver(() => {
        setRows(Math.max(0, Math.floor((element.clientHeight - othersPx) / rowPx)));
      });
      observer.current.observe(element);
    },
    [rowPx, othersPx],
  );
  return [rows, measure];
}

/** The rows of a long table: those near what is in sight are drawn, the others are room. */

import { useCallback, useState, type ReactNode } from "react";

/** The bodies of a table. `draw` is told the place of a row, from 0. */
export function ManyRows<T>({
  rows,
  draw,
  groupRows = 100,
  rowPx = 28,
}: {
  readonly rows: readonly T[];
  readonly draw: (row: T, place: number) => ReactNode;
  /** In a body: more than a window shows, so that what is in sight lies in two beside each other. */
  readonly groupRows?: number;
  /** The height of a row that is not drawn. */
  readonly rowPx?: number;
}) {
  const [seen, setSeen] = useState(0);
  const groups: ReactNode[] = [];
  for (let first = 0; first < rows.length; first += groupRows) {
    const own = rows.slice(first, first + groupRows);
    groups.push(
      <Group key={first} first={first} onSeen={setSeen} px={own.length * rowPx}>
        {groupRows < Math.abs(first - seen) ? null : own.map((row, at) => draw(row, first + at))}
      </Group>,
    );
  }
  return groups;
}

function Group({
  first,
  px,
  onSeen,
  children,
}: {
  readonly first: number;
  readonly px: number;
  readonly onSeen: (first: number) => void;
  readonly children: ReactNode;
}) {
  const watch = useCallback(
    (body: HTMLTableSectionElement) => {
      const observer = new IntersectionObserver(([entry]) => {
        if (entry?.isIntersecting) onSeen(first);
      });
      observer.observe(body);
      return () => observer.disconnect();
    },
    [first, onSeen],
  );
  return <tbody ref={watch}>{children ?? <tr aria-hidden style={{ height: px }} />}</tbody>;
}

import type { ReactNode } from "react";

/** Why a list has nothing in it, and the one thing that can be done about it. */
export function Empty({ why, children }: { readonly why: string; readonly children: ReactNode }) {
  return (
    <div className="empty">
      <p>{why}</p>
      {children}
    </div>
  );
}

/** Says for those who see nothing what is being loaded; others see its rows, unless it is there at once. */
export function Loading({ what, rowPx = 24 }: { readonly what: string; readonly rowPx?: number }) {
  return (
    <div
      className="skeleton"
      role="status"
      style={{ "--row": `${rowPx.toString()}px` } as React.CSSProperties}
    >
      <span className="hidden-text">{what}</span>
    </div>
  );
}

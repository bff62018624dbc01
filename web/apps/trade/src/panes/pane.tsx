import { useWords } from "@bourse/kit/words";
import { Component, type ReactNode } from "react";
import { usePart } from "../live/use.ts";
import { connection } from "../live/exchange.ts";
import { clockTime } from "../live/time.ts";

/** Catches what fails inside, so that one broken pane does not take the screen with it. */
export function Boundary({ children }: { readonly children: ReactNode }) {
  const words = useWords();
  return (
    <Catch message={words.paneFailed} retry={words.retry}>
      {children}
    </Catch>
  );
}

class Catch extends Component<
  { readonly children: ReactNode; readonly message: string; readonly retry: string },
  { readonly fault: string | null }
> {
  override state: { readonly fault: string | null } = { fault: null };

  static getDerivedStateFromError(error: unknown): { fault: string } {
    return { fault: String(error) };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    return (
      <div className="empty" role="alert">
        <p>{this.props.message}</p>
        <button
          type="button"
          className="button"
          onClick={() => {
            // A file that did not come is not asked for again by this document; browsers all call that an import.
            if (/import/i.test(fault)) location.reload();
            else this.setState({ fault: null });
          }}
        >
          {this.props.retry}
        </button>
      </div>
    );
  }
}

/** A region of the trade screen, with its own failures. */
export function Pane({
  name,
  className,
  id,
  children,
}: {
  readonly name: string;
  readonly className: string;
  readonly id?: string;
  readonly children: ReactNode;
}) {
  return (
    <section id={id} className={`pane ${className}`} aria-label={name} tabIndex={-1}>
      <Boundary>{children}</Boundary>
    </section>
  );
}

/** Marks what lies below it as old while the exchange is not heard. */
export function StaleVeil() {
  const words = useWords();
  const isStale = usePart(connection, ({ health }) => health === "stale" || health === "offline");
  const since = usePart(connection, ({ heardAtMs }) => Math.floor(heardAtMs / 1_000));
  if (!isStale) return null;
  return (
    <div className="veil">
      <span>{words.staleSince(clockTime(since * 1_000))}</span>
    </div>
  );
}

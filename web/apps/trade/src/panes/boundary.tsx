import { useFrameWords } from "@bourse/kit/entry-words";
import { Component, type ReactNode } from "react";

/** Catches what fails inside, so that one broken pane does not take the screen with it. */
export function Boundary({ children }: { readonly children: ReactNode }) {
  const words = useFrameWords();
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

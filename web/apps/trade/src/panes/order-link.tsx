import { useDeskWords } from "@bourse/kit/words";

/** The number of an order, and the way to its page. */
export function OrderLink({ symbol, id }: { readonly symbol: string; readonly id: number }) {
  const words = useDeskWords();
  return (
    <a href={`/orders/${symbol}/${id.toString()}`} aria-label={words.openOrder(id)}>
      {`#${id.toString()}`}
    </a>
  );
}

import { useFrameWords } from "@bourse/kit/entry-words";
import { brand } from "../live/brand.ts";
import { useStore } from "../live/use.ts";

/** Pages of the operator elsewhere. */
export function OperatorLinks() {
  const words = useFrameWords();
  const { links } = useStore(brand);
  return (["support", "terms", "privacy"] as const).map((name) => {
    const address = links[name];
    return address?.startsWith("https://") === true ? (
      <a key={name} href={address} target="_blank" rel="noreferrer">
        {words[name]}
      </a>
    ) : null;
  });
}

/** On a phone there are more of them than fit. */
const show = (link: HTMLElement | null): void =>
  link?.scrollIntoView({ block: "nearest", inline: "center" });

/** Links to the sections of a page; each has an address of its own. */
export function SectionTabs({
  label,
  path,
  sections,
  chosen,
}: {
  readonly label: string;
  readonly path: string;
  readonly sections: readonly (readonly [key: string, title: string])[];
  readonly chosen: string;
}) {
  return (
    <nav className="tabs" aria-label={label}>
      {sections.map(([key, title]) => (
        <a
          key={key}
          className="tab"
          href={`${path}/${key}`}
          aria-current={key === chosen ? "page" : undefined}
          ref={key === chosen ? show : null}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}

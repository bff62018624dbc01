/** On a phone there are more of them than fit. Scrolling by the link would move the first stop of the keyboard to it. */
function show(link: HTMLElement | null): void {
  const bar = link?.parentElement;
  if (link === null || bar === null || bar === undefined) return;
  bar.scrollLeft = link.offsetLeft - bar.offsetLeft - (bar.clientWidth - link.clientWidth) / 2;
}

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

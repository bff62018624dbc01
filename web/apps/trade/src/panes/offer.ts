/** Files that are taken along. */

/** Lets the browser keep a file. */
export function offer(name: string, content: string | Blob, type = "text/csv"): void {
  const file = typeof content === "string" ? new Blob([content], { type }) : content;
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** How English counts. */

export const plural = (count: number, one: string, many: string): string =>
  `${count.toString()} ${count === 1 ? one : many}`;

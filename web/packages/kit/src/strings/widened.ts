/** The type of the words of any language, out of those of one. */
export type Widened<T> = { readonly [K in keyof T]: Said<T[K]> };

type Said<T> = T extends (...values: infer V) => string ? (...values: V) => string : string;

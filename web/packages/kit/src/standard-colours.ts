/** The colours that an operator may replace, as `tokens.css` has them. */
export const STANDARD_COLOURS = {
  dark: { accent: "#6ea8fe", primary: "#2563eb" },
  light: { accent: "#1d4ed8", primary: "#1d4ed8" },
} as const;

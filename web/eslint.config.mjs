import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import typescript from "typescript-eslint";

/** Money is bigint: what makes a float of a text may stand only where pixels are computed. */
const FLOATS = [
  {
    selector: "CallExpression[callee.name='parseFloat']",
    message: "Read decimals by @bourse/num.",
  },
  {
    selector: "CallExpression[callee.property.name='parseFloat']",
    message: "Read decimals by @bourse/num.",
  },
  { selector: "ExportDefaultDeclaration", message: "Name what is exported." },
];

/** Where prices, sizes and amounts are at hand, no number is made of them; what is a count says so where it stands. */
const NUMBERS = [
  {
    selector: ":matches(CallExpression, NewExpression)[callee.name=/^(Number|parseInt)$/]",
    message: "Money stays bigint; say why where it is none.",
  },
  { selector: "UnaryExpression[operator='+']", message: "Money stays bigint." },
  {
    selector: "CallExpression[callee.object.name='Number'][callee.property.name=/^parse/]",
    message: "Money stays bigint.",
  },
];

/**
 * What panes may know of `live/`: stores that they show, and acts that they ask for. How those come about (requests, what is
 * kept, documents, sockets) is theirs alone, and the interface is asked by nobody else; types of its answers may be named.
 */
const SHOWN = [
  "acks",
  "brand",
  "documents",
  "exchange",
  "host",
  "incidents",
  "last-price",
  "look",
  "market-view",
  "media",
  "notifications",
  "pair",
  "past",
  "refused",
  "retrying",
  "session",
  "terms",
  "time",
  "tips",
  "use",
  "visitor",
];
const ASKED_FOR = ["cancel-many", "changes", "hotkeys", "pilot", "requests", "trading", "twap"];
const PANES = {
  patterns: [
    {
      group: ["@bourse/api/*"],
      allowTypeImports: true,
      message: "Panes show what `live/` holds, and ask for what it does.",
    },
    {
      regex: `/live/(?!(?:${[...SHOWN, ...ASKED_FOR].join("|")})\\.ts$)`,
      message: "No pane may know of this; `eslint.config.mjs` says what one may.",
    },
  ],
};

export default typescript.config(
  { ignores: ["**/dist/**", "packages/api/src/schema.ts", "**/pseudo/**"] },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [typescript.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { "react-hooks": hooks },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-restricted-syntax": ["error", ...FLOATS],
      "react-hooks/exhaustive-deps": "error",
      "react-hooks/rules-of-hooks": "error",
      "max-lines": ["error", 400],
    },
  },
  {
    files: [
      "packages/{num,state}/src/**/*.ts",
      "apps/trade/src/panes/{amend,doubts,preview,risk-size,ticket*,twap*}.{ts,tsx}",
      "apps/trade/src/live/{trading,trails,twap}.ts",
    ],
    rules: { "no-restricted-syntax": ["error", ...FLOATS, ...NUMBERS] },
  },
  {
    files: ["apps/trade/src/panes/**/*.{ts,tsx}"],
    rules: { "@typescript-eslint/no-restricted-imports": ["error", PANES] },
  },
  // A table may be longer.
  { files: ["packages/kit/src/strings/*.ts"], rules: { "max-lines": "off" } },
  {
    files: ["**/*.mjs"],
    languageOptions: {
      globals: {
        Buffer: "readonly",
        MutationObserver: "readonly",
        PerformanceObserver: "readonly",
        URL: "readonly",
        addEventListener: "readonly",
        console: "readonly",
        document: "readonly",
        fetch: "readonly",
        getComputedStyle: "readonly",
        innerWidth: "readonly",
        localStorage: "readonly",
        performance: "readonly",
        process: "readonly",
        requestAnimationFrame: "readonly",
        scrollY: "readonly",
        setTimeout: "readonly",
        window: "readonly",
      },
    },
  },
  {
    files: ["**/sw.js"],
    languageOptions: {
      globals: {
        Request: "readonly",
        URL: "readonly",
        addEventListener: "readonly",
        caches: "readonly",
        clients: "readonly",
        fetch: "readonly",
        location: "readonly",
        skipWaiting: "readonly",
      },
    },
  },
);

import { defineConfig } from "vitest/config";

// The configuration is read by name.
// eslint-disable-next-line no-restricted-syntax
export default defineConfig({ test: { include: ["packages/*/tests/**/*.test.ts"] } });

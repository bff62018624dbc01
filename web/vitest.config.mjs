import { defineConfig } from "vitest/config";

// The configuration is read by name.
export default defineConfig({
  test: { include: ["packages/*/tests/**/*.test.ts"], css: { include: [/tokens\.css/] } },
});

import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Smaller files cost more to unpack than they save. */
const PACKED_BYTES_MIN = 1_024;
/** A running sandbox, for `vite` and `vite preview`. */
const EXCHANGE = process.env["BOURSE_URL"] ?? "http://localhost:8080";

/** Puts a gzip file beside each file that shrinks by it, as the binary sends them. */
function pack() {
  let folder = "";
  const visit = (path) => {
    for (const name of readdirSync(path)) {
      const file = join(path, name);
      if (statSync(file).isDirectory()) visit(file);
      else if (PACKED_BYTES_MIN < statSync(file).size && !/\.(gz|png|woff2)$/.test(name)) {
        writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
      }
    }
  };
  return {
    name: "pack",
    apply: "build",
    configResolved: (config) => {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle: () => visit(folder),
  };
}

const proxy = Object.fromEntries(
  ["/api", "/sapi", "/v1", "/dev", "/docs", "/status", "/ws-api", "/stream"].map((path) => [
    path,
    { target: EXCHANGE, ws: true },
  ]),
);

// The configuration is read by name.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), pack()],
  server: { proxy },
  preview: { proxy },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 700,
  },
});

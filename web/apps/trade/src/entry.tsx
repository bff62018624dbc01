import "@bourse/kit/tokens.css";
import "@bourse/kit/base.css";
import "./styles/frame.css";
import "./styles/thumbs.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { EntryApp } from "./entry-app.tsx";
import { wearBrand } from "./live/brand.ts";
import { wearLook } from "./live/look.ts";
import { keepShell } from "./live/shell.ts";
import { recallSession } from "./live/visitor.ts";
import { lookForSandbox } from "./pages/sandbox.ts";
import { followLinks } from "./router.ts";

wearLook();
followLinks();
void wearBrand();
void recallSession();
void lookForSandbox();
// Whoever comes back by the browser's button finds the page as it was left; who is signed in may have changed.
addEventListener("pageshow", (event) => {
  if (event.persisted) void recallSession();
});
// Whoever leaves this page gets the new build anyway.
addEventListener("load", () => keepShell(() => undefined));

const root = document.getElementById("root");
if (root === null) throw new Error("the document has no root");
createRoot(root).render(
  <StrictMode>
    <EntryApp />
  </StrictMode>,
);

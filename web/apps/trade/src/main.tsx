import "@bourse/kit/tokens.css";
import "@bourse/kit/base.css";
import "./styles/frame.css";
import "./styles/pages.css";
import "./styles/trade.css";
import "./styles/narrow.css";
import "./styles/thumbs.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { wearBrand } from "./live/brand.ts";
import { startExchange } from "./live/exchange.ts";
import { followLeaving } from "./live/leaving.ts";
import { wearLook } from "./live/look.ts";
import { followNetwork, followVisitor } from "./live/session.ts";
import { recallSession } from "./live/visitor.ts";
import { lookForSandbox } from "./pages/sandbox.ts";
import { followLinks } from "./router.ts";

wearLook();
followLinks();
startExchange();
followVisitor();
followNetwork();
followLeaving();
void wearBrand();
void recallSession();
void lookForSandbox();
// What is needed without a network comes after what is needed with one.
addEventListener("load", () => {
  void import("./live/builds.ts").then(async ({ countBuilds }) => {
    const shell = await import("./live/shell.ts");
    shell.keepShell(countBuilds());
  });
});

const root = document.getElementById("root");
if (root === null) throw new Error("the document has no root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

import { usePageWords } from "@bourse/kit/words";
import { format } from "@bourse/num/format";
import { useFeature } from "../live/brand.ts";
import { tickers } from "../live/exchange.ts";
import { own } from "../live/session.ts";
import { useMarks, useStore } from "../live/use.ts";
import { BalanceTable, VALUED_IN, worth } from "../panes/balances.tsx";
import { ForUsers } from "../panes/dock.tsx";
import { Boundary } from "../panes/boundary.tsx";
import { Explained } from "../panes/explained.tsx";
import { Faucet } from "./faucet.tsx";
import { FeesSection } from "./fees-section.tsx";
import { LedgerSection } from "./ledger-section.tsx";
import { PortfolioSection } from "./portfolio-section.tsx";
import { ProfitSection } from "./profit-section.tsx";
import { SectionTabs } from "./section-tabs.tsx";
import { StatementsSection } from "./statements-section.tsx";

/** Balances with what they are worth, what they were worth, the own fees, and files of it all. */
export function WalletPage({ section }: { readonly section: string }) {
  const words = usePageWords();
  const [hasPortfolio, hasStatements] = [useFeature("portfolio"), useFeature("statements")];
  const [hasDeposits, hasWithdrawals] = [useFeature("deposits"), useFeature("withdrawals")];
  const sections: readonly (readonly [string, string])[] = [
    ["balances", words.balances],
    ...(hasDeposits ? ([["deposit", words.kindDEPOSIT]] as const) : []),
    ...(hasWithdrawals ? ([["withdraw", words.kindWITHDRAWAL]] as const) : []),
    ...(hasPortfolio ? ([["portfolio", words.portfolio]] as const) : []),
    ["ledger", words.ledger],
    ["fees", words.fees],
    ...(hasStatements ? ([["statements", words.statements]] as const) : []),
  ];
  return (
    <div className="page">
      <h1>{words.wallet}</h1>
      <SectionTabs label={words.wallet} path="/wallet" sections={sections} chosen={section} />
      <ForUsers>
        <Boundary key={section}>
          {section === "balances" ? <Balances /> : null}
          {section === "portfolio" && hasPortfolio ? (
            <>
              <Boundary>
                <PortfolioSection />
              </Boundary>
              <Boundary>
                <ProfitSection />
              </Boundary>
            </>
          ) : null}
          {section === "ledger" ? <LedgerSection /> : null}
          {section === "fees" ? <FeesSection /> : null}
          {section === "statements" && hasStatements ? <StatementsSection /> : null}
        </Boundary>
      </ForUsers>
    </div>
  );
}

function Balances() {
  const words = usePageWords();
  return (
    <>
      <Total />
      <Faucet />
      <div className="panel scroll" tabIndex={0} role="group" aria-label={words.balances}>
        <BalanceTable />
      </div>
      <p className="notice">{words.walletNote}</p>
    </>
  );
}

function Total() {
  const words = usePageWords();
  const marks = useMarks();
  const { balances } = useStore(own);
  const all = useStore(tickers);
  const sum = [...balances.values()].reduce((total, one) => total + (worth(one, all) ?? 0n), 0n);
  return (
    <p className="total">
      <span className="quiet">
        <Explained term="worth">{words.totalWorth}</Explained>
      </span>
      <strong>
        <bdi>{`≈ ${format(sum, 2, marks)} ${VALUED_IN}`}</bdi>
      </strong>
    </p>
  );
}

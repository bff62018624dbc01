//! One trade: the hot path of the ledger.

use crate::cell::Change;
use crate::ledger::Ledger;
use crate::row::Row;
use model::number::Amount;
use model::snapshot::HouseAccount::TradingFees;

/// A spot fill between two orders whose holds stand.
///
/// **Units** quote units: `quote`, `seller_fee`, `buyer_release`; base units: `base`, `buyer_fee`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    pub buyer_quote: Row,
    pub buyer_base: Row,
    pub seller_quote: Row,
    pub seller_base: Row,
    /// What the buyer pays out of its hold; greater than zero.
    pub quote: Amount,
    /// What the seller delivers out of its hold; greater than zero.
    pub base: Amount,
    /// Kept back from the base the buyer receives; zero or more.
    pub buyer_fee: Amount,
    /// Kept back from the quote the seller receives; zero or more.
    pub seller_fee: Amount,
    /// What the buyer held above `quote` for this fill; zero or more.
    pub buyer_release: Amount,
    pub rebate: Option<Rebate>,
}

/// What the maker gets out of the taker's fee: zero or more, at most that fee
/// (`docs/spec/clearing.md` §13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rebate {
    /// The buyer made: quote units out of the seller's fee.
    ToBuyer(Amount),
    /// The seller made: base units out of the buyer's fee.
    ToSeller(Amount),
}

/// One direction of a trade: what goes from the payer's hold to the receiver, in one asset (L2).
#[derive(Clone, Copy)]
struct Payment {
    payer: Row,
    receiver: Row,
    amount: Amount,
    /// Of `amount`, kept back from the receiver.
    fee: Amount,
    /// Beyond `amount`, back to the payer's available balance.
    release: Amount,
}

impl Ledger {
    /// Posts a trade as one entry: quote to the seller, base to the buyer, fees to the exchange, rebate and the
    /// rest of the buyer's hold back.
    ///
    /// Buyer and seller may be one account.
    ///
    /// **Source** `docs/spec/clearing.md` §14.3, fill and rebate.
    ///
    /// # Panics
    /// When rows and assets do not fit, a hold is too small, a fee exceeds what is received, or the rebate
    /// exceeds the fee that pays it.
    #[inline(always)]
    pub fn settle(&mut self, trade: &Settlement) {
        self.assert_rows_fit(trade);
        self.pay(&Payment {
            payer: trade.buyer_quote,
            receiver: trade.seller_quote,
            amount: trade.quote,
            fee: trade.seller_fee,
            release: trade.buyer_release,
        });
        self.pay(&Payment {
            payer: trade.seller_base,
            receiver: trade.buyer_base,
            amount: trade.base,
            fee: trade.buyer_fee,
            release: Amount::ZERO,
        });
        match trade.rebate {
            None => {}
            Some(Rebate::ToBuyer(amount)) => {
                self.give_rebate(trade.buyer_quote, amount, trade.seller_fee);
            }
            Some(Rebate::ToSeller(amount)) => {
                self.give_rebate(trade.seller_base, amount, trade.buyer_fee);
            }
        }
    }

    /// Gives the maker its part of the fee that the exchange has just earned.
    #[cold]
    #[inline(never)]
    fn give_rebate(&mut self, maker: Row, amount: Amount, fee: Amount) {
        assert!(Amount::ZERO <= amount);
        assert!(amount <= fee);

        self.post(maker, Change::available(amount.units()));
        let asset = self.rows.asset(maker);
        let totals = self.totals_mut(asset);
        totals.lower(TradingFees, amount.units());
        assert!(totals.is_balanced());
    }

    /// Each side's rows are its own, and the trade exchanges two assets. The payments check the rest.
    #[inline]
    fn assert_rows_fit(&self, trade: &Settlement) {
        let (buyer_quote, buyer_base) = (self.key(trade.buyer_quote), self.key(trade.buyer_base));
        let (seller_quote, seller_base) =
            (self.key(trade.seller_quote), self.key(trade.seller_base));
        assert!(buyer_quote.account == buyer_base.account);
        assert!(seller_quote.account == seller_base.account);
        assert!(buyer_quote.asset != buyer_base.asset);
    }

    #[inline(always)]
    fn pay(&mut self, payment: &Payment) {
        assert!(Amount::ZERO < payment.amount);
        assert!(Amount::ZERO <= payment.release);
        assert!(Amount::ZERO <= payment.fee);
        assert!(payment.fee <= payment.amount);
        let asset = self.rows.asset(payment.payer);
        assert!(self.rows.asset(payment.receiver) == asset);

        let paid = Change {
            available: payment.release.units(),
            held: -payment.amount.units() - payment.release.units(),
        };
        let received = payment.amount.units() - payment.fee.units();
        self.rows.add(payment.payer, paid);
        self.rows.add_available(
            mutant::plant!("paid-to-the-payer", payment.payer, payment.receiver),
            received,
        );

        self.totals_mut(asset).earn(
            paid.total() + received,
            TradingFees,
            mutant::plant!("fee-leg-missing", 0, payment.fee.units()),
        );
    }
}

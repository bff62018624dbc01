//! One trade: the hot path of the ledger.

use crate::ledger::Ledger;
use crate::row::{Balance, Row};
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

/// What the maker gets out of the taker's fee, greater than zero and at most that fee (D18).
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
    /// Of `fee`, given to the payer.
    rebate: Amount,
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
    pub fn settle(&mut self, trade: &Settlement) {
        let (to_buyer, to_seller) = match trade.rebate {
            None => (Amount::ZERO, Amount::ZERO),
            Some(Rebate::ToBuyer(amount)) => (amount, Amount::ZERO),
            Some(Rebate::ToSeller(amount)) => (Amount::ZERO, amount),
        };
        self.pay(&Payment {
            payer: trade.buyer_quote,
            receiver: trade.seller_quote,
            amount: trade.quote,
            fee: trade.seller_fee,
            rebate: to_buyer,
            release: trade.buyer_release,
        });
        self.pay(&Payment {
            payer: trade.seller_base,
            receiver: trade.buyer_base,
            amount: trade.base,
            fee: trade.buyer_fee,
            rebate: to_seller,
            release: Amount::ZERO,
        });
    }

    fn pay(&mut self, payment: &Payment) {
        assert!(Amount::ZERO < payment.amount);
        assert!(Amount::ZERO <= payment.release);
        assert!(Amount::ZERO <= payment.rebate);
        assert!(payment.rebate <= payment.fee);
        assert!(payment.fee <= payment.amount);
        let asset = self.rows.asset(payment.payer);
        assert!(self.rows.asset(payment.receiver) == asset);

        let paid = self.change(payment.payer, |payer| {
            payer.held = payer.held.minus(payment.amount).minus(payment.release);
            payer.available = payer.available.plus(payment.release).plus(payment.rebate);
        });
        let received = self.change(payment.receiver, |receiver| {
            receiver.available = receiver.available.plus(payment.amount).minus(payment.fee);
        });
        let totals = self.totals_mut(asset);
        totals.users = totals.users.plus(paid).plus(received);
        totals.raise(TradingFees, payment.fee.minus(payment.rebate));
        assert!(totals.is_balanced());
    }

    /// Changes a balance and returns by how much its total changed.
    #[inline]
    fn change(&mut self, row: Row, write: impl FnOnce(&mut Balance)) -> Amount {
        let balance = self.rows.balance_mut(row);
        let before = balance.total();
        write(balance);
        assert!(Amount::ZERO <= balance.held);
        balance.total().minus(before)
    }
}

//! The parameters of a proposal: read strictly, written down in their one form, and turned into an act.
//!
//! What was written down is read again when the proposal is carried out, so both go this way.

use identity::operator::Roles;
use identity::operator_key::PublicKey;
use identity::policy::{APPROVALS_MAX, Kind};
use model::account::{AccountState, FeeTier};
use model::approved::{Act, Adjustment};
use model::command::ListMarket;
use model::id::{AccountId, AssetId, MarketId, Reference};
use model::instrument::{Grid, Phase, UNITS_PER_WHOLE};
use model::number::{Amount, div_floor};
use model::text::Symbol;
use sha2::{Digest, Sha256};
use views::market::Market;
use views::views::Views;
use wire::decimal::{self, Decimal};

use crate::console::denied::Denied;
use crate::console::terms;
use crate::rest::facts::asset_symbol;

/// A proposal's parameters as they are written down, and what the engine is to do.
#[derive(Debug)]
pub struct Reading {
    pub parameters: String,
    /// `None` when the proposal is about people.
    pub act: Option<Act>,
    /// What it is worth; empty when that says nothing.
    pub worth: String,
}

/// Finds the value of a parameter.
pub type LookUp<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The names of the parameters of a kind.
pub const fn names(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Adjust => &["account", "asset", "amount"],
        Kind::SetAccountState => &["account", "state"],
        Kind::SetFeeTier => &["account", "tier"],
        Kind::ListAsset => &["symbol"],
        Kind::ListMarket => &["symbol", "base", "quote", "tick", "lot", "like"],
        Kind::ChangeMarket => &["market"],
        Kind::SetPhase => &["market", "phase"],
        Kind::SetPayoutLimit => &["asset", "cap"],
        Kind::AddOperator => &["name", "roles", "public_key"],
        Kind::InviteOperator => &["name", "roles"],
        Kind::DisableOperator => &["name"],
        Kind::SetRoles => &["name", "roles"],
        Kind::SetPolicy => &["of", "proposers", "approvers", "approvals"],
        Kind::ResetFactors => &["reset", "compared"],
        Kind::EraseUser | Kind::EndSessions => &["user"],
        Kind::ApproveWithdrawal | Kind::FailWithdrawal => &["withdrawal"],
    }
}

/// Returns whether a kind takes the terms of a market beside its names.
pub const fn takes_terms(kind: Kind) -> bool {
    matches!(kind, Kind::ListMarket | Kind::ChangeMarket)
}

/// Reads the parameters of a proposal.
///
/// # Errors
/// `Parameter` for the first that is missing or wrong.
pub fn read(
    kind: Kind,
    views: &Views,
    look_up: LookUp<'_>,
    reason: &str,
) -> Result<Reading, Denied> {
    let reader = Reader { views, look_up };
    match kind {
        Kind::Adjust => reader.adjust(reason),
        Kind::SetAccountState => reader.set_account_state(),
        Kind::SetFeeTier => reader.set_fee_tier(),
        Kind::ListAsset => reader.list_asset(),
        Kind::ListMarket => reader.list_market(),
        Kind::ChangeMarket => reader.change_market(),
        Kind::SetPhase => reader.set_phase(),
        Kind::SetPayoutLimit => reader.set_payout_limit(),
        Kind::AddOperator => reader.add_operator(),
        Kind::DisableOperator => {
            let parameters = format!("name={}", reader.text("name")?);
            Ok(about_people(parameters))
        }
        Kind::SetRoles | Kind::InviteOperator => {
            let (name, roles) = (reader.text("name")?, reader.roles("roles")?);
            Ok(about_people(format!("name={name}&roles={roles}")))
        }
        Kind::SetPolicy => reader.set_policy(),
        Kind::ResetFactors => reader.reset_factors(),
        Kind::EraseUser | Kind::EndSessions => reader.numbered("user"),
        // What it says is not in the views: the office knows.
        Kind::ApproveWithdrawal | Kind::FailWithdrawal => reader.numbered("withdrawal"),
    }
}

const fn about_people(parameters: String) -> Reading {
    Reading {
        parameters,
        act: None,
        worth: String::new(),
    }
}

const fn about_the_exchange(parameters: String, act: Act) -> Reading {
    Reading {
        parameters,
        act: Some(act),
        worth: String::new(),
    }
}

/// Returns what an amount is worth at the last price of the first market of the asset, or the amount itself.
pub fn worth(views: &Views, asset: AssetId, amount: Amount) -> String {
    let mut markets = views.markets();
    let priced = markets.find_map(|market| {
        let trade = market.last_trade()?;
        let instrument = market.instrument();
        let quote = views.asset(instrument.quote)?;
        let tick_units = i128::from(instrument.grid.tick_units);
        let price_units = i128::from(trade.price.ticks()) * tick_units;
        (instrument.base == asset).then_some((price_units, quote.symbol))
    });
    let plain = || format!("{} {}", Decimal(amount.units()), asset_symbol(views, asset));
    let Some((price_units, quote)) = priced else {
        return plain();
    };
    // What is shown to people is rounded down; nothing is booked by it.
    let product = amount.units().checked_mul(price_units);
    let worth = product.map(|product| div_floor(product, i128::from(UNITS_PER_WHOLE)));
    worth.map_or_else(plain, |worth| format!("{} {quote}", Decimal(worth)))
}

struct Reader<'a> {
    views: &'a Views,
    look_up: LookUp<'a>,
}

impl Reader<'_> {
    fn text(&self, name: &str) -> Result<String, Denied> {
        let text = (self.look_up)(name).filter(|text| !text.is_empty());
        text.ok_or_else(|| Denied::Parameter(format!("{name} is missing")))
    }

    fn account(&self) -> Result<AccountId, Denied> {
        let number = self.text("account")?.parse().ok().map(AccountId);
        number
            .filter(|account| self.views.account(*account).is_some())
            .ok_or_else(|| Denied::parameter("account", "the number of an account"))
    }

    fn symbol(&self, name: &str) -> Result<Symbol, Denied> {
        let text = self.text(name)?;
        Symbol::parse(text.as_bytes())
            .ok_or_else(|| Denied::parameter(name, "1 to 16 capital letters and digits"))
    }

    fn asset(&self, name: &str) -> Result<(AssetId, Symbol), Denied> {
        let symbol = self.symbol(name)?;
        let mut assets = self.views.assets().iter();
        let asset = assets.find(|asset| asset.symbol == symbol);
        let asset = asset.ok_or_else(|| Denied::parameter(name, "the symbol of a listed asset"))?;
        Ok((asset.id, symbol))
    }

    fn market(&self, name: &str) -> Result<&Market, Denied> {
        let market = self.views.market_of(self.symbol(name)?);
        market.ok_or_else(|| Denied::parameter(name, "the symbol of a listed market"))
    }

    fn adjust(&self, reason: &str) -> Result<Reading, Denied> {
        let account = self.account()?;
        let (asset, symbol) = self.asset("asset")?;
        let amount = signed(&self.text("amount")?)
            .filter(|amount| !amount.is_zero())
            .ok_or_else(|| {
                Denied::parameter("amount", "a decimal number of at most 8 places, not zero")
            })?;
        let adjustment = Adjustment {
            account,
            asset,
            amount,
            reason: Reference(Sha256::digest(reason.as_bytes()).into()),
        };
        let shown = Decimal(amount.units());
        Ok(Reading {
            parameters: format!("account={}&asset={symbol}&amount={shown}", account.0),
            act: Some(Act::Adjust(adjustment)),
            worth: worth(self.views, asset, amount),
        })
    }

    fn set_account_state(&self) -> Result<Reading, Denied> {
        let account = self.account()?;
        let text = self.text("state")?;
        let state = ACCOUNT_STATES.iter().find(|(name, _)| *name == text);
        let (name, state) = state.ok_or_else(|| {
            Denied::parameter("state", "active, cancel-only, no-withdraw or frozen")
        })?;
        let act = Act::SetAccountState {
            account,
            state: *state,
        };
        let parameters = format!("account={}&state={name}", account.0);
        Ok(about_the_exchange(parameters, act))
    }

    fn set_fee_tier(&self) -> Result<Reading, Denied> {
        let account = self.account()?;
        let tier = self.text("tier")?.parse().ok().and_then(FeeTier::new);
        let tier =
            tier.ok_or_else(|| Denied::parameter("tier", "a row of the schedule, 0 to 9"))?;
        let parameters = format!("account={}&tier={}", account.0, tier.row());
        let act = Act::SetFeeTier { account, tier };
        Ok(about_the_exchange(parameters, act))
    }

    fn list_asset(&self) -> Result<Reading, Denied> {
        let symbol = self.symbol("symbol")?;
        let act = Act::ListAsset { symbol };
        Ok(about_the_exchange(format!("symbol={symbol}"), act))
    }

    fn list_market(&self) -> Result<Reading, Denied> {
        let symbol = self.symbol("symbol")?;
        let (base, base_symbol) = self.asset("base")?;
        let (quote, quote_symbol) = self.asset("quote")?;
        let grid = Grid {
            tick_units: self.step("tick")?,
            lot_units: self.step("lot")?,
        };
        let like = match (self.look_up)("like") {
            Some(_) => Some(*self.market("like")?.terms()),
            None => None,
        };
        let terms = terms::read(self.look_up, like)?;
        let parameters = format!(
            "symbol={symbol}&base={base_symbol}&quote={quote_symbol}&tick={}&lot={}&{}",
            Decimal(i128::from(grid.tick_units)),
            Decimal(i128::from(grid.lot_units)),
            terms::text(&terms)
        );
        let listing = ListMarket {
            symbol,
            base,
            quote,
            grid,
            terms: Box::new(terms),
        };
        Ok(about_the_exchange(parameters, Act::ListMarket(listing)))
    }

    fn step(&self, name: &str) -> Result<i64, Denied> {
        let units = decimal::parse(&self.text(name)?).ok();
        let units = units.and_then(|units| i64::try_from(units).ok());
        units
            .filter(|units| 0 < *units)
            .ok_or_else(|| Denied::parameter(name, "a decimal number above 0 of at most 8 places"))
    }

    fn change_market(&self) -> Result<Reading, Denied> {
        let market = self.market("market")?;
        let terms = terms::read(self.look_up, Some(*market.terms()))?;
        let instrument = market.instrument();
        let parameters = format!("market={}&{}", instrument.symbol, terms::text(&terms));
        let act = Act::ChangeMarket {
            market: instrument.id,
            terms: Box::new(terms),
        };
        Ok(about_the_exchange(parameters, act))
    }

    fn set_phase(&self) -> Result<Reading, Denied> {
        let instrument = self.market("market")?.instrument();
        let text = self.text("phase")?;
        let phase = PHASES.iter().find(|(name, _)| *name == text);
        let (name, phase) = phase.ok_or_else(|| {
            let expected = "post-only, limit-only, continuous, cancel-only, halt or closed";
            Denied::parameter("phase", expected)
        })?;
        let market: MarketId = instrument.id;
        let act = Act::SetPhase {
            market,
            phase: *phase,
        };
        let parameters = format!("market={}&phase={name}", instrument.symbol);
        Ok(about_the_exchange(parameters, act))
    }

    /// `none` is without end.
    fn set_payout_limit(&self) -> Result<Reading, Denied> {
        let (asset, symbol) = self.asset("asset")?;
        let text = self.text("cap")?;
        let is_endless = text == "none";
        let cap = signed(&text).filter(|cap| Amount::ZERO <= *cap && !is_endless);
        if cap.is_none() && !is_endless {
            let expected = "a decimal number of at most 8 places, not below zero, or none";
            return Err(Denied::parameter("cap", expected));
        }
        let shown = cap.map_or(text, |cap| Decimal(cap.units()).to_string());
        let act = Act::SetPayoutLimit { asset, cap };
        Ok(Reading {
            worth: cap.map_or_else(String::new, |cap| worth(self.views, asset, cap)),
            ..about_the_exchange(format!("asset={symbol}&cap={shown}"), act)
        })
    }

    fn add_operator(&self) -> Result<Reading, Denied> {
        let key = PublicKey::parse(&self.text("public_key")?).ok_or_else(|| {
            Denied::parameter("public_key", "an Ed25519 public key in 64 hex digits")
        })?;
        let parameters = format!(
            "name={}&roles={}&public_key={key}",
            self.text("name")?,
            self.roles("roles")?
        );
        Ok(about_people(parameters))
    }

    fn set_policy(&self) -> Result<Reading, Denied> {
        let (of, proposers) = (self.text("of")?, self.roles("proposers")?);
        let approvers = self.roles("approvers")?;
        let approvals = self.text("approvals")?.parse::<u8>().ok();
        let approvals = approvals.filter(|approvals| (1..=APPROVALS_MAX).contains(approvals));
        let approvals = approvals
            .ok_or_else(|| Denied::parameter("approvals", "how many operators approve, 1 to 5"))?;
        Ok(about_people(format!(
            "of={of}&proposers={proposers}&approvers={approvers}&approvals={approvals}"
        )))
    }

    /// Reads a kind whose only parameter is a number.
    fn numbered(&self, name: &str) -> Result<Reading, Denied> {
        let number = self.text(name)?.parse::<u64>();
        let number = number.map_err(|_| Denied::parameter(name, "a number"))?;
        Ok(about_people(format!("{name}={number}")))
    }

    /// Reads whose factors go, and by what somebody has made sure who it is.
    fn reset_factors(&self) -> Result<Reading, Denied> {
        let reset = self.numbered("reset")?.parameters;
        let compared = self.text("compared")?;
        if !compared.split(',').all(|one| COMPARED.contains(&one)) {
            let expected = format!("one or more of {}, with commas", COMPARED.join(", "));
            return Err(Denied::parameter("compared", &expected));
        }
        Ok(about_people(format!("{reset}&compared={compared}")))
    }

    fn roles(&self, name: &str) -> Result<String, Denied> {
        let roles = Roles::parse(&self.text(name)?).ok_or_else(|| {
            let expected =
                "viewer, support, compliance, treasury, market-ops, risk, admin, with commas";
            Denied::parameter(name, expected)
        })?;
        Ok(roles.text())
    }
}

/// What a thief of mailbox and password does not have: documents that were checked before, a call to a number that was
/// known before, a payment from an account in the user's name.
const COMPARED: [&str; 3] = ["documents", "call", "payment"];

pub(super) const ACCOUNT_STATES: [(&str, AccountState); 4] = [
    ("active", AccountState::Active),
    ("cancel-only", AccountState::CancelOnly),
    ("no-withdraw", AccountState::NoWithdraw),
    ("frozen", AccountState::Frozen),
];

const PHASES: [(&str, Phase); 6] = [
    ("post-only", Phase::PostOnly),
    ("limit-only", Phase::LimitOnly),
    ("continuous", Phase::Continuous),
    ("cancel-only", Phase::CancelOnly),
    ("halt", Phase::Halt),
    ("closed", Phase::Closed),
];

/// Returns the amount of a decimal number with or without a minus sign.
fn signed(text: &str) -> Option<Amount> {
    let (digits, sign) = match text.strip_prefix('-') {
        Some(digits) => (digits, -1),
        None => (text, 1),
    };
    Amount::new(sign * decimal::parse(digits).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_may_be_below_zero_and_is_never_rounded() {
        let units = |text| signed(text).map(Amount::units);
        assert_eq!(units("-1.5"), Some(-150_000_000));
        assert_eq!(units("2"), Some(200_000_000));
        for wrong in ["", "-", "--1", "+1", "1e3", "0.000000001", "1,5", "٣"] {
            assert_eq!(units(wrong), None, "{wrong}");
        }
    }
}

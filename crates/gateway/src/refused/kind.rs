//! Which answers are refusals that bear on security, and what their rows are called.

use wire::binance::error::{Fault, Refusal};

use crate::rest::named_account;

pub const SESSION_REFUSED: &str = "session-refused";
pub const PAGE_REFUSED: &str = "page-refused";
pub const THROTTLED: &str = "throttled";

/// Returns the act under which a refusal is written down, if it is one that bears on security.
///
/// A login or a proof that was refused has a row of its own already.
pub fn act_of(refusal: &Refusal) -> Option<&'static str> {
    let is = |fault: Fault| *refusal == Refusal::of(fault);
    if is(Fault::LoginRefused) {
        return None;
    }
    if is(Fault::NotSignedIn) {
        return Some(SESSION_REFUSED);
    }
    if is(Fault::OriginForeign) || is(Fault::CsrfRefused) {
        return Some(PAGE_REFUSED);
    }
    if is(Fault::ChallengeRefused) {
        return Some("challenge-refused");
    }
    if is(Fault::TokenRefused) {
        return Some("token-refused");
    }
    if is(Fault::SessionNeedsFactor) || is(Fault::FactorNeeded) {
        return Some("factor-missing");
    }
    if *refusal == named_account::unknown(named_account::ACCOUNT) {
        return Some("account-refused");
    }
    match (refusal.status, refusal.code) {
        (418 | 429, _) => Some(THROTTLED),
        (_, -1022) => Some("signature-refused"),
        (_, -1021) => Some("time-refused"),
        (_, -2008 | -2014 | -2015) => Some("key-refused"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_refused_for_who_asks_has_an_act() {
        for fault in Fault::ALL {
            let row = fault.row();
            let is_refused = matches!(row.status, 401 | 403 | 418 | 429)
                || matches!(row.code, -1021 | -1022)
                || matches!(
                    fault,
                    Fault::ChallengeRefused | Fault::TokenRefused | Fault::FactorNeeded
                );
            let is_written = act_of(&Refusal::of(*fault)).is_some();
            let is_elsewhere = *fault == Fault::LoginRefused;
            assert_eq!(is_written, is_refused && !is_elsewhere, "{fault:?}");
        }
        let account = named_account::unknown(named_account::ACCOUNT);
        assert_eq!(act_of(&account), Some("account-refused"));
        let other = named_account::unknown("symbol");
        assert_eq!(act_of(&other), None);
    }
}

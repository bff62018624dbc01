//! What every language must say: a text that is missing does not compile.

use crate::outbox::Subject;

/// The texts of a language. A blank is `{name}`; which there are is said by `blanks`.
pub(crate) struct Words {
    /// The tag of the language.
    pub tag: &'static str,
    /// The paragraph before all others, for who has chosen a code.
    pub phishing_code: &'static str,
    /// The last paragraph.
    pub closing: &'static str,
    pub registration: Wording,
    pub already_registered: Wording,
    pub password_reset: Wording,
    pub password_changed: Wording,
    pub factor_changed: Wording,
    pub password_alone: Wording,
    pub new_device: Wording,
    pub recovery_code_used: Wording,
    pub phishing_code_changed: Wording,
    pub key_created: Wording,
    pub email_change: Wording,
    pub email_changed: Wording,
    pub email_returned: Wording,
    pub factor_reset_link: Wording,
    pub factor_reset_asked: Wording,
    pub factor_reset_approved: Wording,
    pub key_deleted: Wording,
    pub key_changed: Wording,
    pub logins_failed: Wording,
    pub deposit_beyond: Wording,
    pub account_closed: Wording,
    pub audit_offered: Wording,
    pub data_exported: Wording,
    pub address_book_changed: Wording,
    pub withdrawal_asked: Wording,
    pub auditor_invited: Wording,
    pub auditor_accepted: Wording,
    pub account_restricted: Wording,
    pub account_released: Wording,
    pub sessions_ended: Wording,
    pub balance_adjusted: Wording,
    pub fees_changed: Wording,
    pub news: Wording,
}

/// What is said of one subject.
pub(crate) struct Wording {
    pub title: &'static str,
    pub paragraphs: &'static [&'static str],
}

impl Words {
    /// Returns what is said of a subject.
    pub(crate) const fn of(&self, subject: Subject) -> &Wording {
        match subject {
            Subject::Registration => &self.registration,
            Subject::AlreadyRegistered => &self.already_registered,
            Subject::PasswordReset => &self.password_reset,
            Subject::PasswordChanged => &self.password_changed,
            Subject::FactorChanged => &self.factor_changed,
            Subject::PasswordAlone => &self.password_alone,
            Subject::NewDevice => &self.new_device,
            Subject::RecoveryCodeUsed => &self.recovery_code_used,
            Subject::PhishingCodeChanged => &self.phishing_code_changed,
            Subject::KeyCreated => &self.key_created,
            Subject::EmailChange => &self.email_change,
            Subject::EmailChanged => &self.email_changed,
            Subject::EmailReturned => &self.email_returned,
            Subject::FactorResetLink => &self.factor_reset_link,
            Subject::FactorResetAsked => &self.factor_reset_asked,
            Subject::FactorResetApproved => &self.factor_reset_approved,
            Subject::KeyDeleted => &self.key_deleted,
            Subject::KeyChanged => &self.key_changed,
            Subject::LoginsFailed => &self.logins_failed,
            Subject::DepositBeyond => &self.deposit_beyond,
            Subject::AccountClosed => &self.account_closed,
            Subject::AuditOffered => &self.audit_offered,
            Subject::DataExported => &self.data_exported,
            Subject::AddressBookChanged => &self.address_book_changed,
            Subject::WithdrawalAsked => &self.withdrawal_asked,
            Subject::AuditorInvited => &self.auditor_invited,
            Subject::AuditorAccepted => &self.auditor_accepted,
            Subject::AccountRestricted => &self.account_restricted,
            Subject::AccountReleased => &self.account_released,
            Subject::SessionsEnded => &self.sessions_ended,
            Subject::BalanceAdjusted => &self.balance_adjusted,
            Subject::FeesChanged => &self.fees_changed,
            Subject::News => &self.news,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::language::Language;
    use std::collections::BTreeSet;

    fn blanks(texts: &[&'static str]) -> BTreeSet<&'static str> {
        let one = |text: &&'static str| {
            let parts = text.split('{').skip(1);
            parts
                .map(|part| part.split_once('}').expect("closed").0)
                .collect()
        };
        let all: Vec<BTreeSet<&'static str>> = texts.iter().map(one).collect();
        all.into_iter().flatten().collect()
    }

    fn texts(wording: &Wording) -> Vec<&'static str> {
        let mut texts = vec![wording.title];
        texts.extend_from_slice(wording.paragraphs);
        texts
    }

    /// Chinese has its own signs in each text, English has none: nothing was left in the other language.
    #[test]
    fn every_text_is_in_its_language() {
        let is_chinese = |text: &str| {
            text.chars()
                .any(|sign| ('\u{4e00}'..='\u{9fff}').contains(&sign))
        };
        for language in Language::ALL {
            let words = language.words();
            let mut all = vec![words.phishing_code, words.closing];
            for subject in Subject::ALL {
                assert!(!words.of(subject).paragraphs.is_empty());
                all.extend(texts(words.of(subject)));
            }
            for text in all.iter().filter(|text| **text != "{token}") {
                assert_eq!(is_chinese(text), language == Language::Chinese, "{text}");
            }
        }
    }

    #[test]
    fn all_languages_have_the_same_blanks() {
        let [english, chinese] = Language::ALL.map(Language::words);
        for subject in Subject::ALL {
            let [own, other] = [english, chinese].map(|words| blanks(&texts(words.of(subject))));
            assert_eq!(own, other, "{subject:?}");
            assert_eq!(own.contains("token"), subject.tells_token(), "{subject:?}");
            let visit: BTreeSet<&str> = ["address", "agent", "time"].into();
            assert_eq!(visit.is_subset(&own), subject.tells_visit(), "{subject:?}");
            let counts: BTreeSet<&str> = ["alerts", "deposits", "fills", "withdrawals"].into();
            assert_eq!(
                counts.is_subset(&own),
                subject.tells_counts(),
                "{subject:?}"
            );
        }
        for words in [english, chinese] {
            assert_eq!(blanks(&[words.phishing_code]), ["code"].into());
            assert_eq!(blanks(&[words.closing]), ["product"].into());
        }
    }
}

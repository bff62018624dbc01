//! Letters in English.

use crate::letter::words::{Wording, Words};

pub(super) const WORDS: Words = Words {
    tag: "en",
    phishing_code: "Your anti-phishing code: {code}",
    closing: "{product} sends this message because of what happened at your address. We never ask for your password, \
              your codes or your recovery codes, neither by e-mail nor by telephone.",
    registration: Wording {
        title: "{product}: confirm your address",
        paragraphs: &[
            "Somebody wants an account at {product} with this address. If it was you, confirm it within 24 hours with \
             this code:",
            "{token}",
            "If it was not you, there is nothing to do: without the code there will be no account.",
        ],
    },
    already_registered: Wording {
        title: "{product}: you have an account already",
        paragraphs: &[
            "Somebody wanted an account at {product} with this address, which has one already. Nothing was changed.",
            "If it was you, sign in, or ask for a new password if you have forgotten yours. If it was not you, there is \
             nothing to do.",
        ],
    },
    password_reset: Wording {
        title: "{product}: choose another password",
        paragraphs: &[
            "Somebody has forgotten the password of your account at {product}. If it was you, choose another within an \
             hour with this code:",
            "{token}",
            "If it was not you, there is nothing to do: your password stays as it is.",
        ],
    },
    password_changed: Wording {
        title: "{product}: your password was changed",
        paragraphs: &[
            "The password of your account was changed at {time} UTC, and all sessions have ended.",
            "If it was not you, ask for a new password at once and then look at your sessions, API keys and auditors: neither keys \
             nor auditors end with a password.",
        ],
    },
    factor_changed: Wording {
        title: "{product}: your second factor was changed",
        paragraphs: &[
            "A second factor of your account was added or removed at {time} UTC, and all sessions have ended.",
            "If it was not you, change your password at once and then look at your sessions and API keys.",
        ],
    },
    password_alone: Wording {
        title: "{product}: your password alone signs you in again",
        paragraphs: &[
            "Since {time} UTC your password signs you in without your passkey. Nothing is withdrawn for 24 hours.",
            "If it was not you, change your password at once and then look at your sessions and API keys.",
        ],
    },
    new_device: Wording {
        title: "{product}: a login from a new browser or place",
        paragraphs: &[
            "Somebody signed in to your account with your password, from where or with what you have not signed in \
             before.",
            "Time: {time} UTC",
            "Address: {address}",
            "Browser: {agent}",
            "If it was not you, change your password at once, which ends all sessions, and then look at your API keys.",
        ],
    },
    recovery_code_used: Wording {
        title: "{product}: a recovery code was used",
        paragraphs: &[
            "One of your recovery codes was used in place of your second factor at {time} UTC. It does not count again.",
            "If it was not you, change your password at once and add your second factor anew, which makes new recovery \
             codes.",
        ],
    },
    phishing_code_changed: Wording {
        title: "{product}: your anti-phishing code was changed",
        paragraphs: &[
            "The code by which you know our messages was set, changed or removed at {time} UTC.",
            "If it was not you, change your password at once, which ends all sessions.",
        ],
    },
    key_created: Wording {
        title: "{product}: an API key was made",
        paragraphs: &[
            "An API key of your account was made at {time} UTC.",
            "If it was not you, delete it, and change your password at once, which ends all sessions.",
        ],
    },
    email_change: Wording {
        title: "{product}: confirm your new address",
        paragraphs: &[
            "Somebody wants this to be the address of their account at {product}. If it was you, confirm it \
             within an hour with this code:",
            "{token}",
            "If it was not you, there is nothing to do: without the code nothing changes.",
        ],
    },
    email_changed: Wording {
        title: "{product}: your account has another address",
        paragraphs: &[
            "The address of your account was changed at {time} UTC. All sessions have ended, and for 24 hours \
             nothing is paid out.",
            "If it was not you, take your address back within 24 hours with this code, and change your password \
             at once:",
            "{token}",
        ],
    },
    email_returned: Wording {
        title: "{product}: the address of your account was taken back",
        paragraphs: &[
            "The change of the address of your account was undone at {time} UTC. All sessions have ended, and for \
             24 hours nothing is paid out.",
            "If it was not you, write to us.",
        ],
    },
    factor_reset_link: Wording {
        title: "{product}: you have lost your second factor",
        paragraphs: &[
            "Somebody has lost the second factor of your account at {product}. If it was you, ask for its reset \
             within an hour with this code and your password:",
            "{token}",
            "If it was not you, there is nothing to do: your second factor stays as it is.",
        ],
    },
    factor_reset_asked: Wording {
        title: "{product}: the reset of your second factors was asked for",
        paragraphs: &[
            "At {time} UTC somebody who has your password and reads this address asked us to take the second \
             factors and passkeys of your account away. We look into it, and at least a day passes before \
             anything is taken away. Nothing is paid out meanwhile.",
            "If it was not you, cancel it with this code, and change your password at once:",
            "{token}",
        ],
    },
    factor_reset_approved: Wording {
        title: "{product}: your second factors will be taken away",
        paragraphs: &[
            "At {time} UTC two of us agreed to take the second factors and passkeys of your account away. It is \
             done a day later.",
            "If you do not want it, cancel it with the code of our earlier message, or sign in and cancel it \
             there.",
        ],
    },
    data_exported: Wording {
        title: "{product}: your data was exported",
        paragraphs: &[
            "An archive of everything that is held on you was asked for at {time} UTC.",
            "If it was not you, change your password at once, which ends all sessions.",
        ],
    },
    address_book_changed: Wording {
        title: "{product}: your address book was changed",
        paragraphs: &[
            "At {time} UTC an address was added to those that your withdrawals are paid to, or it was allowed that they go \
             to other addresses, too. A new address is not paid to at once.",
            "If it was not you, remove it, change your password at once, which ends all sessions, and look at your \
             withdrawals.",
        ],
    },
    withdrawal_asked: Wording {
        title: "{product}: a withdrawal was asked for",
        paragraphs: &[
            "A withdrawal from your account was asked for at {time} UTC. Sign in to see how much it is and where it goes.",
            "If it was not you, cancel it there as long as it waits, change your password at once, which ends all \
             sessions, and delete your API keys.",
        ],
    },
    key_deleted: Wording {
        title: "{product}: an API key was deleted",
        paragraphs: &[
            "An API key of your account was deleted at {time} UTC.",
            "If it was not you, change your password at once, which ends all sessions.",
        ],
    },
    key_changed: Wording {
        title: "{product}: an API key was changed",
        paragraphs: &[
            "Label, addresses, end or limits of an API key of your account were changed at {time} UTC.",
            "If it was not you, delete it, and change your password at once, which ends all sessions.",
        ],
    },
    logins_failed: Wording {
        title: "{product}: somebody fails to sign in",
        paragraphs: &[
            "Somebody tried to sign in to your account several times and failed. The last count was taken at {time} UTC; \
             we tell you at most once a day.",
            "Your account is as it was, and you can sign in from where you did before. If it was not you, see that your \
             password is used nowhere else, and add a second factor if you have none.",
        ],
    },
    deposit_beyond: Wording {
        title: "{product}: a deposit beyond your limit",
        paragraphs: &[
            "A deposit was credited to your account at {time} UTC that is more than your level is for. The money is yours and can be used.",
            "Sign in and apply for a higher level; until then we may ask you where it comes from.",
        ],
    },
    account_closed: Wording {
        title: "{product}: your account was closed",
        paragraphs: &[
            "Your account and its sub-accounts were closed at {time} UTC, for good. Every session and key has ended.",
            "If it was not you, write to us at once: orders, trades and the ledger are kept.",
        ],
    },
    audit_offered: Wording {
        title: "{product}: you are offered to read an account",
        paragraphs: &[
            "At {time} UTC another user offered you to read an account, and nothing besides.",
            "Sign in under this address, or register with it, to see who it is and to take it. If you expect nothing of the kind, do nothing: it ends by itself.",
        ],
    },
    auditor_invited: Wording {
        title: "{product}: you let somebody read your account",
        paragraphs: &[
            "At {time} UTC another user was offered, from your account, to read it, until you take that back or its time is over.",
            "If it was not you, take it back and change your password at once. A new password ends all sessions, and no auditor.",
        ],
    },
    auditor_accepted: Wording {
        title: "{product}: somebody reads your account from now on",
        paragraphs: &[
            "At {time} UTC the user to whom you offered it began to read your account. They can change nothing of it.",
            "You can take it back at any time. If it was not you who offered it, change your password at once, too.",
        ],
    },
    account_restricted: Wording {
        title: "{product}: your account was restricted",
        paragraphs: &[
            "At {time} UTC we restricted what one of your accounts may do. Sign in to see it: what is not possible says so. Your balances are as they were.",
            "If you do not know why, write to us.",
        ],
    },
    account_released: Wording {
        title: "{product}: your account is no longer restricted",
        paragraphs: &["At {time} UTC we lifted the restriction of one of your accounts."],
    },
    sessions_ended: Wording {
        title: "{product}: your sessions were ended",
        paragraphs: &[
            "At {time} UTC we ended all sessions of your account. You can sign in again; your API keys are as they were.",
            "If you do not know why, write to us.",
        ],
    },
    balance_adjusted: Wording {
        title: "{product}: a balance of yours was adjusted",
        paragraphs: &[
            "At {time} UTC we added to a balance of one of your accounts or took from it. The ledger of the account tells how much, as an adjustment.",
            "If you do not know why, write to us.",
        ],
    },
    fees_changed: Wording {
        title: "{product}: your fees have changed",
        paragraphs: &["Since {time} UTC one of your accounts has other fees. Sign in to see them."],
    },
    news: Wording {
        title: "{product}: there is news of your account",
        paragraphs: &[
            "Since our last message there were:",
            "Deposits: {deposits}",
            "Withdrawals: {withdrawals}",
            "Prices you wait for: {alerts}",
            "Fills: {fills}",
            "Sign in to read more. You can choose there what is sent to you.",
        ],
    },
};

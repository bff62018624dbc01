//! Bugs in what stands between strangers and the rest.

use crate::planted::{Mutant, bug};

/// Those of proxies, pages and second factors.
pub const ALL: &[Mutant] = &[
    bug(
        "anybody-forwards",
        "whoever writes the header of a proxy is believed",
    ),
    bug(
        "first-forwarded-asks",
        "a client says itself from which address it asks",
    ),
    bug(
        "chunks-keep-alive",
        "a request is read behind chunks whose end may be elsewhere",
    ),
    bug(
        "manifest-signature-unchecked",
        "a manifest that nobody signed says which pages are right",
    ),
    bug(
        "altered-file-passed",
        "a file that was altered on its way is taken for the right one",
    ),
    bug(
        "factor-not-demanded",
        "where trading needs a second factor, a password alone trades",
    ),
    bug(
        "refusals-without-bound",
        "strangers who are refused fill the audit log, a row for each address",
    ),
    bug(
        "act-without-row",
        "what a user did while the database was away is in the audit log at no time",
    ),
    bug(
        "auditor-unproven",
        "whoever has a session lets anybody read the account, without a proof",
    ),
    bug(
        "operators-tell-nobody",
        "what operators do to an account is told to its user at no time",
    ),
    bug(
        "rows-taken-when-sent",
        "rows that a collector lost with its connection are not sent again",
    ),
    bug(
        "older-journal-started",
        "a journal from before the users is gone on with, so that the next user gets the account of another",
    ),
    bug(
        "known-numbers-given-again",
        "users who went back count from where they are, so that somebody new gets the account of who is lost",
    ),
];

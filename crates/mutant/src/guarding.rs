//! Bugs in what stands between strangers and the rest.

use crate::planted::{Mutant, bug};

/// Those of proxies, pages and second factors.
pub const ALL: &[Mutant] = &[
    bug(
        "anybody-forwards",
        "whoever writes the header of a proxy is believed",
    )
    .seen_by("gateway/lib", "proxies::tests"),
    bug(
        "first-forwarded-asks",
        "a client says itself from which address it asks",
    )
    .seen_by("gateway/lib", "proxies::tests"),
    bug(
        "chunks-keep-alive",
        "a request is read behind chunks whose end may be elsewhere",
    )
    .seen_by("gateway/lib", "framing::tests"),
    bug(
        "manifest-signature-unchecked",
        "a manifest that nobody signed says which pages are right",
    )
    .seen_by("bourse/lib", "assets::manifest"),
    bug(
        "altered-file-passed",
        "a file that was altered on its way is taken for the right one",
    )
    .seen_by("bourse/binary", "proxy::an_altered_page"),
    bug(
        "factor-not-demanded",
        "where trading needs a second factor, a password alone trades",
    )
    .seen_by("gateway/gateway", "factor::where_trading"),
    bug(
        "refusals-without-bound",
        "strangers who are refused fill the audit log, a row for each address",
    )
    .seen_by("gateway/lib", "refused::tests"),
    bug(
        "rows-taken-when-sent",
        "rows that a collector lost with its connection are not sent again",
    )
    .seen_by("syslog/syslog", "forwarding::what_a_collector"),
];

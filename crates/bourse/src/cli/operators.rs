//! What operators ask for at the shell.

use clap::{Args, Subcommand};
use std::path::PathBuf;

use crate::cli::{At, IdentityDatabase, Users};

/// How an operator reaches the exchange, and as whom.
#[derive(Debug, Args)]
pub struct Desk {
    /// Your private key; `bourse operator key` makes one.
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The operators' listener of the running exchange.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8081")]
    pub console: String,
}

#[derive(Debug, Subcommand)]
pub enum OperatorTask {
    /// Make the first operators of an exchange that has none: two, or better three.
    ///
    /// Each gets every role. There is no password: each signs with a key of their own. With two, one lost key leaves
    /// nobody who can approve anything; of three, the others replace it.
    /// Works on the data directory, whether or not the exchange runs, and is refused once there are operators.
    Bootstrap(Bootstrap),
    /// Make a key: a private half (mode 0600) and, beside it, a public half to hand over.
    Key {
        /// The file of the private half; the public one ends in `.pub`.
        file: PathBuf,
    },
    /// Print a code by which you enrol a passkey on the page of the operators' listener.
    ///
    /// With a passkey you sign in there, and approve by it and no longer by your key. The code is good for fifteen minutes
    /// and once. Who has a passkey adds another one on the page.
    Passkey(Desk),
    /// Print a line a passkey of yours: number, name, since when, and when it was used last.
    Passkeys(Desk),
    /// Take a passkey of yours away, such as that of a lost device, and end your sessions. Your key stays.
    ///
    /// Who has a passkey does it on the page, unless `operators.key_approves` is "always".
    RemovePasskey {
        #[command(flatten)]
        desk: Desk,
        /// The number that `bourse operator passkeys` prints.
        passkey: u64,
    },
    /// Print a line an operator: number, name, roles, since when, and whether they still are one.
    List(Desk),
    /// Propose another operator. Somebody else approves with `bourse proposal approve`.
    Add {
        #[command(flatten)]
        desk: Desk,
        /// Their name: 1 to 32 of a-z, 0-9 and the hyphen.
        name: String,
        /// Out of viewer, support, compliance, treasury, market-ops, risk, admin, with commas.
        #[arg(long, value_name = "ROLES")]
        roles: String,
        /// The public half of their key, as `bourse operator key` or openssl writes it.
        #[arg(long, value_name = "FILE")]
        public_key: PathBuf,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Propose to invite somebody who becomes an operator by a key or a passkey of their own.
    ///
    /// After the approval you and whoever approved each ask for half of a code (`bourse operator invitation`) and hand
    /// it over: neither of you alone can become the invited person.
    Invite {
        #[command(flatten)]
        desk: Desk,
        /// Their name: 1 to 32 of a-z, 0-9 and the hyphen.
        name: String,
        /// Out of viewer, support, compliance, treasury, market-ops, risk, admin, with commas.
        #[arg(long, value_name = "ROLES")]
        roles: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Print your half of the code of an invitation that you proposed or approved; another one each time.
    Invitation {
        #[command(flatten)]
        desk: Desk,
        /// The number of the proposal.
        number: u64,
    },
    /// Become an operator who was invited, by a key of your own.
    ///
    /// Make the key by `bourse operator key`. Who wants a passkey instead enters both halves on the page of the
    /// operators' listener.
    Accept {
        #[command(flatten)]
        desk: Desk,
        /// Both halves of the code, in either order.
        #[arg(value_name = "CODE", num_args = 2, required = true)]
        codes: Vec<String>,
    },
    /// Propose that somebody is an operator no more, or that an invitation stands no longer.
    Disable {
        #[command(flatten)]
        desk: Desk,
        /// Their name.
        name: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Propose other roles for an operator; they count a day after the approval.
    Roles {
        #[command(flatten)]
        desk: Desk,
        /// Their name.
        name: String,
        /// Out of viewer, support, compliance, treasury, market-ops, risk, admin, with commas.
        #[arg(long, value_name = "ROLES")]
        roles: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub struct Bootstrap {
    #[command(flatten)]
    pub at: At,
    #[command(flatten)]
    pub identity: IdentityDatabase,
    /// Their names: 1 to 32 of a-z, 0-9 and the hyphen.
    #[arg(value_name = "NAME", num_args = 2..=3, required = true)]
    pub names: Vec<String>,
    /// The public half of the key of each, in the order of the names.
    #[arg(long, value_name = "FILE", num_args = 2..=3, conflicts_with = "keys")]
    pub public_keys: Vec<PathBuf>,
    /// Make the keys and put them here as NAME.key and NAME.pub; hand each to its operator and remove it.
    #[arg(long, value_name = "DIR", required_unless_present = "public_keys")]
    pub keys: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum ProposalTask {
    /// Propose something; another operator approves it, and the exchange carries it out once.
    ///
    /// Kinds and what they take, as NAME=VALUE:
    ///   adjust             account or email, asset, amount (below zero takes away)
    ///   set-account-state  account or email, state (active, cancel-only, no-withdraw, frozen)
    ///   set-fee-tier       account or email, tier (0 to 9)
    ///   list-asset         symbol
    ///   list-market        symbol, base, quote, tick, lot, like (a market whose terms it takes), and terms
    ///   change-market      market, and terms
    ///   set-phase          market, phase (post-only, limit-only, continuous, cancel-only, halt, closed)
    ///   set-payout-limit   asset, cap (what leaves in a day, for all users together; none for without end)
    ///   add-operator       name, roles, public_key
    ///   invite-operator    name, roles
    ///   disable-operator   name
    ///   set-roles          name, roles
    ///   set-policy         of (a kind that is not about operators), proposers, approvers, approvals (1 to 5)
    ///   reset-factors      reset (the number that `bourse user resets` prints), compared (documents, call, payment)
    ///   erase-user         user (the number of one who has closed the account)
    ///   end-sessions       user or email
    ///   approve-withdrawal, fail-withdrawal
    ///                      withdrawal (the number that `bourse withdrawal list` prints)
    /// Terms are price_min_ticks, qty_max_lots, taker_ppb and others; docs/spec/operators.md lists them.
    #[command(verbatim_doc_comment)]
    New {
        #[command(flatten)]
        desk: Desk,
        /// What is proposed.
        kind: String,
        /// What it takes, such as account=3.
        #[arg(value_name = "NAME=VALUE")]
        parameters: Vec<String>,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Print a line a proposal, the newest first.
    List {
        #[command(flatten)]
        desk: Desk,
        /// Only those that are proposed, approved, rejected, withdrawn, expired, executed or refused.
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
    },
    /// Print who may propose and approve what, and how long each step takes.
    Policy(Desk),
    /// Print all of a proposal, with the digest that an approval names.
    Show {
        #[command(flatten)]
        desk: Desk,
        /// Its number.
        number: u64,
    },
    /// Approve what a proposal says, by its digest. Nobody approves their own.
    Approve {
        #[command(flatten)]
        desk: Desk,
        /// Its number.
        number: u64,
        /// The digest that `bourse proposal show` printed.
        #[arg(long, value_name = "HEX")]
        digest: String,
    },
    /// Reject a proposal.
    Reject {
        #[command(flatten)]
        desk: Desk,
        /// Its number.
        number: u64,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Withdraw your own proposal.
    Withdraw {
        #[command(flatten)]
        desk: Desk,
        /// Its number.
        number: u64,
    },
}

#[derive(Debug, Subcommand)]
pub enum AuditTask {
    /// Print a line a row of the audit log of a running exchange, the oldest first.
    List {
        #[command(flatten)]
        desk: Desk,
        /// Only rows after this number.
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        after: u64,
        /// At most so many rows.
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Check that no row was changed, removed or moved, beside a running exchange or a stopped one.
    ///
    /// Rows that were cut off from the end show only against the journal: `bourse verify` holds both together.
    /// The hash of the last row says of two logs whether they are one.
    Verify(Users),
    /// Check the rows that a collector of `telemetry.audit_ship` has: from the first on, none missing, changed or moved.
    ///
    /// Rows that came twice count once. Reads nothing but the file: the log of the exchange need not be there.
    Received {
        /// A row a line, as it was sent, with whatever the collector writes before it.
        file: PathBuf,
    },
}

//! What becomes of every column of the database when a user asks for everything that is held: handed over, or why not.
//!
//! Archive and test read this one table: a column that is missing from it fails the test of `tests.rs`.

/// How a column is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Number,
    /// Nanoseconds of the epoch; the last moment there is stands for none.
    Moment,
    Text,
    Flag,
    Form,
    Scopes,
    Kind,
    News,
    Subject,
    Letter,
    Direction,
    Person,
    Statement,
    /// In a file of its own.
    Picture,
    /// Not at all, and why.
    Withheld(&'static str),
}

impl Shown {
    /// Returns whether rows are told without it.
    pub(super) const fn is_withheld(self) -> bool {
        matches!(self, Shown::Withheld(_) | Shown::Picture)
    }
}

/// Columns that are handed over in the same way, with spaces between.
#[derive(Debug)]
pub(crate) struct Columns {
    pub names: &'static str,
    /// What is read in the place of the column.
    pub told_as: Option<&'static str>,
    pub shown: Shown,
}

/// Which rows are a user's, whose number is `$1`.
#[derive(Debug)]
pub(crate) enum Rows {
    /// As many as there are, by a column of whole numbers of which each is there once.
    Many {
        of: &'static str,
        number: &'static str,
    },
    /// Bounded where they are made.
    Few { of: &'static str },
    /// None, or none that could be told to be, and why.
    Apart(&'static str),
}

/// What is said of a table.
#[derive(Debug)]
pub(crate) struct Row {
    pub table: &'static str,
    pub rows: Rows,
    pub columns: &'static [Columns],
}

const fn shown(names: &'static str, shown: Shown) -> Columns {
    Columns {
        names,
        told_as: None,
        shown,
    }
}

const fn told(name: &'static str, told_as: &'static str, shown: Shown) -> Columns {
    Columns {
        names: name,
        told_as: Some(told_as),
        shown,
    }
}

const fn many(
    table: &'static str,
    (of, number): (&'static str, &'static str),
    columns: &'static [Columns],
) -> Row {
    Row {
        table,
        rows: Rows::Many { of, number },
        columns,
    }
}

const fn few(table: &'static str, of: &'static str, columns: &'static [Columns]) -> Row {
    Row {
        table,
        rows: Rows::Few { of },
        columns,
    }
}

const fn apart(table: &'static str, why: &'static str) -> Row {
    Row {
        table,
        rows: Rows::Apart(why),
        columns: &[],
    }
}

const OWNED: &str = "owner = $1";
/// Keys of the user's accounts; every session has one, too.
const OF_ACCOUNTS: &str = "account IN (SELECT account FROM accounts WHERE owner = $1
    UNION SELECT account FROM closings WHERE owner = $1
    UNION SELECT account FROM sub_accounts WHERE owner = $1)";
const OF_KEYS: &str = "key IN (SELECT id FROM api_keys WHERE account IN
    (SELECT account FROM accounts WHERE owner = $1
     UNION SELECT account FROM closings WHERE owner = $1
     UNION SELECT account FROM sub_accounts WHERE owner = $1))";
const OF_ALGOS: &str = "algo IN (SELECT id FROM algo_orders WHERE account IN
    (SELECT account FROM accounts WHERE owner = $1
     UNION SELECT account FROM closings WHERE owner = $1
     UNION SELECT account FROM sub_accounts WHERE owner = $1))";
const OF_ADDRESS: &str = "recipient IN (SELECT email FROM users WHERE id = $1)";
const OF_MESSAGES: &str = "message IN (SELECT outbox.id FROM outbox
    JOIN users ON users.email = recipient WHERE users.id = $1)";
const OF_APPLICATIONS: &str = "application IN (SELECT id FROM kyc_applications WHERE owner = $1)";
const OF_LEAVES: &str = "owner = $1 OR auditor = $1
    OR (auditor IS NULL AND email IN (SELECT email FROM users WHERE id = $1))";
const OF_ACTS: &str = "(actor_kind = 2 AND actor = $1)
    OR subject IN (SELECT 'user ' || CAST(id AS TEXT) FROM users WHERE id = $1)";

const SELF: Shown = Shown::Withheld("the number of the user, which the archive names once");
const SECRET: Shown = Shown::Withheld("a secret, or the digest of one");
const PUBLIC_HALF: Shown = Shown::Withheld("what checks signatures; its private half the user has");
const TIPPING_OFF: Shown =
    Shown::Withheld("the law of many places forbids to tell what speaks against somebody");
const OPERATOR: Shown = Shown::Withheld("operators, who are other people");
const OTHERS: Shown = Shown::Withheld("the number of another user");
const OF_OPERATORS: &str = "of operators";

/// Every table.
pub(crate) const PARTS: &[Row] = &[
    few(
        "users",
        "id = $1",
        &[
            shown("id", Shown::Number),
            shown("name email", Shown::Text),
            shown("created_ns", Shown::Moment),
        ],
    ),
    few(
        "accounts",
        OWNED,
        &[shown("account", Shown::Number), shown("owner", SELF)],
    ),
    few(
        "sub_accounts",
        OWNED,
        &[
            shown("number account", Shown::Number),
            shown("label", Shown::Text),
            shown("created_ns", Shown::Moment),
            shown("owner", SELF),
        ],
    ),
    few(
        "passwords",
        OWNED,
        &[
            shown("changed_ns", Shown::Moment),
            shown("owner", SELF),
            shown("hash", SECRET),
        ],
    ),
    few(
        "factors",
        OWNED,
        &[
            shown("is_confirmed", Shown::Flag),
            shown("last_step", Shown::Number),
            shown("owner", SELF),
            shown("secret", SECRET),
        ],
    ),
    few(
        "recovery_codes",
        OWNED,
        &[
            told("hash", "'a code that is not used'", Shown::Text),
            shown("owner", SELF),
        ],
    ),
    many(
        "passkeys",
        (OWNED, "id"),
        &[
            shown("id counter", Shown::Number),
            shown("label", Shown::Text),
            shown("created_ns last_used_ns", Shown::Moment),
            shown("owner", SELF),
            shown("credential cose", PUBLIC_HALF),
        ],
    ),
    few(
        "login_rules",
        OWNED,
        &[
            shown("no_password_alone", Shown::Flag),
            shown("owner", SELF),
        ],
    ),
    many(
        "api_keys",
        (OF_ACCOUNTS, "id"),
        &[
            shown("id account", Shown::Number),
            told(
                "public_id",
                "CASE WHEN kind = 3 THEN NULL ELSE public_id END",
                Shown::Text,
            ),
            shown("kind", Shown::Form),
            shown("scopes", Shown::Scopes),
            shown("label addresses", Shown::Text),
            shown("created_ns last_used_ns revoked_ns", Shown::Moment),
            shown("credential", SECRET),
        ],
    ),
    many(
        "key_bounds",
        (OF_KEYS, "key"),
        &[
            shown(
                "key weight_per_minute orders_per_ten_seconds",
                Shown::Number,
            ),
            shown("ends_ns", Shown::Moment),
        ],
    ),
    many(
        "request_keys",
        (OF_KEYS, "key"),
        &[shown("key", Shown::Number)],
    ),
    many(
        "listen_keys",
        (OF_KEYS, "key"),
        &[
            shown("key", Shown::Number),
            shown("expires_ns", Shown::Moment),
            shown("name", SECRET),
        ],
    ),
    many(
        "logins",
        (OWNED, "key"),
        &[
            shown("key", Shown::Number),
            shown("agent address", Shown::Text),
            shown("owner", SELF),
        ],
    ),
    few(
        "devices",
        OWNED,
        &[
            shown("used_ns", Shown::Moment),
            shown("owner", SELF),
            shown("device", Shown::Withheld("a digest of what logins tell")),
        ],
    ),
    few(
        "failure_notices",
        OWNED,
        &[
            shown("failures", Shown::Number),
            shown("since_ns told_ns", Shown::Moment),
            shown("owner", SELF),
        ],
    ),
    few(
        "payout_holds",
        OWNED,
        &[
            shown("until_ns", Shown::Moment),
            shown("is_told", Shown::Flag),
            shown("owner", SELF),
        ],
    ),
    few(
        "challenges",
        OWNED,
        &[
            shown("key", Shown::Number),
            shown("expires_ns", Shown::Moment),
            shown("owner", SELF),
            shown("token digest", SECRET),
        ],
    ),
    few(
        "registrations",
        OWNED,
        &[
            shown("email", Shown::Text),
            shown("expires_ns", Shown::Moment),
            shown("owner", SELF),
            shown("token password", SECRET),
        ],
    ),
    few(
        "resets",
        OWNED,
        &[
            shown("expires_ns", Shown::Moment),
            shown("owner", SELF),
            shown("token", SECRET),
        ],
    ),
    few(
        "email_changes",
        OWNED,
        &[
            shown("email", Shown::Text),
            shown("expires_ns", Shown::Moment),
            shown("owner", SELF),
            shown("token", SECRET),
        ],
    ),
    few(
        "email_returns",
        OWNED,
        &[
            shown("email", Shown::Text),
            shown("expires_ns", Shown::Moment),
            shown("owner", SELF),
            shown("token", SECRET),
        ],
    ),
    few(
        "factor_reset_links",
        OWNED,
        &[
            shown("expires_ns", Shown::Moment),
            shown("owner", SELF),
            shown("token", SECRET),
        ],
    ),
    many(
        "factor_resets",
        (OWNED, "id"),
        &[
            shown("id", Shown::Number),
            shown("statement", Shown::Statement),
            shown("asked_ns ended_ns", Shown::Moment),
            shown("owner", SELF),
            shown("cancel", SECRET),
        ],
    ),
    few(
        "preferences",
        OWNED,
        &[
            shown("name value", Shown::Text),
            shown("version", Shown::Number),
            shown("changed_ns", Shown::Moment),
            shown("owner", SELF),
        ],
    ),
    few(
        "phishing_codes",
        OWNED,
        &[
            told(
                "owner",
                "'there is one; GET /v1/antiPhishingCode tells it'",
                Shown::Text,
            ),
            shown("code", SECRET),
        ],
    ),
    many(
        "notifications",
        (OWNED, "id"),
        &[
            shown("id events", Shown::Number),
            shown("kind", Shown::Kind),
            shown("news", Shown::News),
            shown("is_kept is_read wants_mail", Shown::Flag),
            shown("at_ns", Shown::Moment),
            shown("owner", SELF),
        ],
    ),
    few(
        "notification_settings",
        OWNED,
        &[
            shown("kind", Shown::Kind),
            shown("is_kept is_mailed", Shown::Flag),
            shown("owner", SELF),
        ],
    ),
    few(
        "digests",
        OWNED,
        &[shown("sent_ns", Shown::Moment), shown("owner", SELF)],
    ),
    many(
        "alerts",
        (OWNED, "id"),
        &[
            shown("id market price", Shown::Number),
            shown("direction", Shown::Direction),
            shown("created_ns", Shown::Moment),
            shown("owner", SELF),
        ],
    ),
    many(
        "algo_orders",
        (OF_ACCOUNTS, "id"),
        &[
            shown(
                "id account market side lots limit_ticks self_trade slices executed_lots sent ending reject",
                Shown::Number,
            ),
            shown("client_id executed_quote", Shown::Text),
            shown("begins_ns ends_ns last_sent_ns ended_ns", Shown::Moment),
        ],
    ),
    many(
        "algo_slices",
        (OF_ALGOS, "id"),
        &[
            shown(
                "id algo number lots fate reject order_number executed_lots fee_asset",
                Shown::Number,
            ),
            shown("executed_quote fee", Shown::Text),
            shown("sent_ns", Shown::Moment),
        ],
    ),
    many(
        "outbox",
        (OF_ADDRESS, "id"),
        &[
            shown("id", Shown::Number),
            shown("recipient", Shown::Text),
            shown("subject", Shown::Subject),
            shown("state", Shown::Letter),
            shown("created_ns", Shown::Moment),
            shown("token", SECRET),
        ],
    ),
    many(
        "deliveries",
        (OF_MESSAGES, "message"),
        &[
            shown("message attempts", Shown::Number),
            shown("next_ns", Shown::Moment),
        ],
    ),
    many(
        "leaves",
        (OF_LEAVES, "id"),
        &[
            shown("id", Shown::Number),
            shown("email", Shown::Text),
            told(
                "owner",
                "CASE WHEN owner = $1 THEN 'given' ELSE 'held' END",
                Shown::Text,
            ),
            shown("created_ns expires_ns accepted_ns ended_ns", Shown::Moment),
            shown("auditor", OTHERS),
        ],
    ),
    few(
        "leave_accounts",
        "leave IN (SELECT id FROM leaves WHERE owner = $1)",
        &[shown("leave account", Shown::Number)],
    ),
    many(
        "kyc_applications",
        (OWNED, "id"),
        &[
            shown("id level", Shown::Number),
            shown("state reason", Shown::Text),
            shown("person", Shown::Person),
            shown("created_ns changed_ns", Shown::Moment),
            shown("owner", SELF),
            shown("findings", TIPPING_OFF),
            shown("claimed_by approved_by", OPERATOR),
        ],
    ),
    many(
        "kyc_documents",
        (OF_APPLICATIONS, "id"),
        &[
            shown("id application width height", Shown::Number),
            shown("kind", Shown::Text),
            shown("at_ns", Shown::Moment),
            shown("shown", Shown::Picture),
        ],
    ),
    few(
        "kyc_levels",
        OWNED,
        &[
            shown("level", Shown::Number),
            shown("is_told", Shown::Flag),
            shown("owner", SELF),
        ],
    ),
    few(
        "kyc_calls",
        OF_APPLICATIONS,
        &[
            shown("application attempts", Shown::Number),
            shown("due_ns at_ns", Shown::Moment),
            shown("id", Shown::Withheld("what the provider is asked under")),
        ],
    ),
    many(
        "beyond_deposits",
        (OWNED, "id"),
        &[
            shown("id account asset", Shown::Number),
            shown("amount", Shown::Text),
            shown("at_ns", Shown::Moment),
            shown("owner", SELF),
        ],
    ),
    many(
        "destinations",
        (OWNED, "id"),
        &[
            shown("id asset", Shown::Number),
            shown("network address tag label", Shown::Text),
            shown("created_ns payable_ns", Shown::Moment),
            shown("owner", SELF),
        ],
    ),
    few(
        "destination_rules",
        OWNED,
        &[shown("ends_ns", Shown::Moment), shown("owner", SELF)],
    ),
    many(
        "withdrawals",
        (OWNED, "id"),
        &[
            shown("id account asset", Shown::Number),
            shown(
                "reference network address tag amount fee own_name state payout reason",
                Shown::Text,
            ),
            shown("is_told", Shown::Flag),
            shown("asked_ns payable_ns valid_ns changed_ns", Shown::Moment),
            shown("owner", SELF),
        ],
    ),
    few(
        "closings",
        OWNED,
        &[
            shown("account", Shown::Number),
            shown("asked_ns closed_ns", Shown::Moment),
            shown("email", Shown::Text),
            shown("owner", SELF),
        ],
    ),
    few(
        "erasures",
        OWNED,
        &[
            shown("asked_ns begun_ns ended_ns", Shown::Moment),
            shown("owner", SELF),
        ],
    ),
    many(
        "audit_log",
        (OF_ACTS, "number"),
        &[
            shown("number", Shown::Number),
            shown("at_ns", Shown::Moment),
            shown("act subject", Shown::Text),
            // What an operator or the exchange did with the user is told, not who it was and from where.
            told("detail", OWN_DETAIL, Shown::Text),
            told("address", OWN_ADDRESS, Shown::Text),
            told("actor_kind", OWN_ACTOR, Shown::Text),
            shown("actor", OPERATOR),
            shown(
                "hash",
                Shown::Withheld("the chain, which is checked over all rows"),
            ),
        ],
    ),
    apart(
        "proposals",
        "what operators consider is told by what comes of it; before, the law of many places forbids to",
    ),
    apart(
        "login_failures",
        "a digest of an address, for a day: no row says whose it is",
    ),
    apart("login_challenges", "minutes; of nobody"),
    apart("kyc_results", "an id of the provider's, without a user"),
    apart("notice_place", "of the exchange itself"),
    apart("seals", "of the exchange itself"),
    apart("operators", OF_OPERATORS),
    apart("operator_nonces", OF_OPERATORS),
    apart("operator_policies", OF_OPERATORS),
    apart("operator_policy_approvals", OF_OPERATORS),
    apart("proposal_approvals", OF_OPERATORS),
    apart("incidents", OF_OPERATORS),
    apart("incident_updates", OF_OPERATORS),
    apart("operator_passkeys", OF_OPERATORS),
    apart("operator_enrolments", OF_OPERATORS),
    apart("operator_invitations", OF_OPERATORS),
    apart("operator_challenges", OF_OPERATORS),
    apart("operator_sessions", OF_OPERATORS),
];

const OWN_DETAIL: &str = "CASE WHEN actor_kind = 2 AND actor = $1 THEN detail ELSE '' END";
const OWN_ADDRESS: &str = "CASE WHEN actor_kind = 2 AND actor = $1 THEN address ELSE '' END";
const OWN_ACTOR: &str = "CASE WHEN actor_kind = 2 AND actor = $1 THEN 'you'
    WHEN actor_kind = 3 THEN 'an operator' WHEN actor_kind = 1 THEN 'a stranger'
    ELSE 'the exchange' END";

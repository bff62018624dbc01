//! What becomes of every column of the database when a user closes the account and is erased.

use sqlx::{AssertSqlSafe, Row as _};

use crate::erasure::Term;
use crate::store::Store;
use crate::store::columns::{bytes, columns, open, text_of};
use model::id::{AccountId, OwnerId};
use model::time::Timestamp;

/// What becomes of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Gone with the closing, or replaced.
    Closing,
    /// Gone with the first step of the erasure, or replaced.
    First,
    /// Gone when the term is over.
    Last,
    /// Kept, and why.
    Kept(&'static str),
    /// No row of it is a user's, or it is gone by itself within this time.
    Apart(&'static str),
}

/// Some columns of a table, with spaces between.
struct Row(&'static str, &'static str, Fate);

const NUMBERS: Fate = Fate::Kept("numbers and times, by which the journal is told apart");
const ALGOS: Fate = Fate::Apart("90 days");
const CHAIN: Fate = Fate::Kept("the chain of the audit log is checked over all of it");
const EVIDENCE: Fate = Fate::Kept("what operators decided, and why, stays evidence");
const OPERATORS: Fate = Fate::Apart("of operators");
const EXCHANGE: Fate = Fate::Apart("of the exchange itself");

const FATES: &[Row] = &[
    Row("users", "id created_ns", NUMBERS),
    Row("users", "name email", Fate::Closing),
    Row(
        "api_keys",
        "id public_id kind account scopes created_ns revoked_ns",
        NUMBERS,
    ),
    Row("api_keys", "credential", Fate::Closing),
    Row("api_keys", "label addresses last_used_ns", Fate::First),
    Row("logins", "key owner", NUMBERS),
    Row("logins", "agent address", Fate::First),
    Row(
        "key_bounds",
        "key ends_ns weight_per_minute orders_per_ten_seconds",
        NUMBERS,
    ),
    Row("request_keys", "key", NUMBERS),
    Row("listen_keys", "key name expires_ns", Fate::Apart("an hour")),
    Row(
        "registrations",
        "token email password expires_ns owner",
        Fate::Closing,
    ),
    Row("passwords", "owner hash changed_ns", Fate::Closing),
    Row("accounts", "account owner", Fate::Closing),
    Row(
        "outbox",
        "id recipient subject token state created_ns",
        Fate::Apart("seven days"),
    ),
    Row(
        "deliveries",
        "message attempts next_ns",
        Fate::Apart("seven days"),
    ),
    Row(
        "login_failures",
        "subject failures last_ns",
        Fate::Apart("a day; a digest of the address"),
    ),
    Row(
        "factors",
        "owner secret is_confirmed last_step",
        Fate::Closing,
    ),
    Row("recovery_codes", "owner hash", Fate::Closing),
    Row(
        "failure_notices",
        "owner failures since_ns told_ns",
        Fate::Closing,
    ),
    Row("resets", "token owner expires_ns", Fate::Closing),
    Row(
        "challenges",
        "token owner key digest expires_ns",
        Fate::Closing,
    ),
    Row("payout_holds", "owner until_ns is_told", Fate::First),
    Row(
        "passkeys",
        "id owner credential cose counter label created_ns last_used_ns",
        Fate::Closing,
    ),
    Row(
        "login_challenges",
        "token expires_ns",
        Fate::Apart("minutes; of nobody"),
    ),
    Row("devices", "owner device used_ns", Fate::Closing),
    Row(
        "preferences",
        "owner name value version changed_ns",
        Fate::Closing,
    ),
    Row("phishing_codes", "owner code", Fate::Closing),
    Row(
        "notifications",
        "id owner kind news events is_kept is_read wants_mail at_ns",
        Fate::Closing,
    ),
    Row(
        "notification_settings",
        "owner kind is_kept is_mailed",
        Fate::Closing,
    ),
    Row("digests", "owner sent_ns", Fate::Closing),
    Row("notice_place", "id cluster sequence", EXCHANGE),
    Row(
        "alerts",
        "id owner market direction price created_ns",
        Fate::Closing,
    ),
    Row(
        "algo_orders",
        "id account client_id market side lots limit_ticks self_trade begins_ns ends_ns slices executed_lots executed_quote sent last_sent_ns ending reject ended_ns",
        ALGOS,
    ),
    Row(
        "algo_slices",
        "id algo number lots sent_ns fate reject order_number executed_lots executed_quote fee fee_asset",
        ALGOS,
    ),
    Row(
        "audit_log",
        "number at_ns actor_kind actor act subject detail address hash",
        CHAIN,
    ),
    Row(
        "operators",
        "id name roles public_key created_ns disabled_ns",
        OPERATORS,
    ),
    Row("operator_nonces", "operator nonce used_ns", OPERATORS),
    Row("operator_policies", "kind proposers approvers", OPERATORS),
    Row("operator_policy_approvals", "kind approvals", OPERATORS),
    Row(
        "proposal_approvals",
        "proposal operator approved_ns",
        OPERATORS,
    ),
    Row(
        "incidents",
        "id title state begins_ns ends_ns over_ns",
        OPERATORS,
    ),
    Row(
        "incident_updates",
        "id incident state said at_ns",
        OPERATORS,
    ),
    Row(
        "proposals",
        "id kind parameters reason worth digest proposer created_ns expires_ns state decider decided_ns executable_ns outcome",
        EVIDENCE,
    ),
    Row(
        "email_changes",
        "token owner email expires_ns",
        Fate::Closing,
    ),
    Row(
        "email_returns",
        "token owner email expires_ns",
        Fate::Closing,
    ),
    Row(
        "factor_reset_links",
        "token owner expires_ns",
        Fate::Closing,
    ),
    Row(
        "factor_resets",
        "id owner statement cancel asked_ns ended_ns",
        Fate::Closing,
    ),
    Row(
        "operator_passkeys",
        "id operator credential cose counter label created_ns last_used_ns",
        OPERATORS,
    ),
    Row("operator_enrolments", "operator code expires_ns", OPERATORS),
    Row(
        "operator_invitations",
        "proposal name roles proposer approver expires_ns proposer_code approver_code operator",
        OPERATORS,
    ),
    Row("operator_challenges", "token purpose expires_ns", OPERATORS),
    Row(
        "operator_sessions",
        "token operator began_ns used_ns",
        OPERATORS,
    ),
    Row("login_rules", "owner no_password_alone", Fate::Closing),
    Row("seals", "id sealed", EXCHANGE),
    Row(
        "kyc_applications",
        "id owner level state person reason findings claimed_by approved_by created_ns changed_ns",
        Fate::Last,
    ),
    Row(
        "kyc_documents",
        "id application kind width height shown at_ns",
        Fate::Last,
    ),
    Row("kyc_levels", "owner level is_told", Fate::Last),
    Row(
        "kyc_calls",
        "id application attempts due_ns at_ns",
        Fate::Last,
    ),
    Row(
        "kyc_results",
        "id at_ns",
        Fate::Apart("30 days; an id of the provider's"),
    ),
    Row("sub_accounts", "owner number account created_ns", NUMBERS),
    Row("sub_accounts", "label", Fate::First),
    Row(
        "leaves",
        "id owner auditor created_ns expires_ns accepted_ns ended_ns",
        NUMBERS,
    ),
    Row("leaves", "email", Fate::First),
    Row("leave_accounts", "leave account", NUMBERS),
    Row("closings", "owner account asked_ns closed_ns", NUMBERS),
    Row("closings", "email", Fate::First),
    Row(
        "beyond_deposits",
        "id owner account asset amount at_ns",
        NUMBERS,
    ),
    Row(
        "destinations",
        "id owner asset network address tag label created_ns payable_ns",
        Fate::Closing,
    ),
    Row("destination_rules", "owner ends_ns", Fate::Closing),
    Row(
        "withdrawals",
        "id reference owner account asset network amount fee state is_told asked_ns payable_ns valid_ns changed_ns",
        NUMBERS,
    ),
    Row(
        "withdrawals",
        "address tag own_name payout reason",
        Fate::Last,
    ),
    Row("erasures", "owner asked_ns begun_ns ended_ns", NUMBERS),
];

/// The number of the user, and of every row that has one.
const USER: i64 = 700;
const ACCOUNT: i64 = 9;
/// What only this user's rows have in texts and bytes.
const CANARY: &str = "canary";
const CLOSED_AT: Timestamp = Timestamp::from_nanos(1_000);

fn fate_of(table: &str, column: &str) -> Vec<Fate> {
    let rows = FATES.iter().filter(|Row(of, columns, _)| {
        *of == table && columns.split(' ').any(|known| known == column)
    });
    rows.map(|Row(_, _, fate)| *fate).collect()
}

/// Returns a literal for a column of the user's row.
fn planted(table: &str, column: &str, kind: &str) -> String {
    match (table, column, kind) {
        (_, "account", _) => ACCOUNT.to_string(),
        (_, "closed_ns" | "ended_ns" | "begun_ns" | "accepted_ns" | "revoked_ns", _) => {
            "NULL".to_owned()
        }
        ("kyc_applications", "state", _) => "'SUBMITTED'".to_owned(),
        ("users" | "closings", "email", _) => format!("'{CANARY} {table} {column}'"),
        (_, _, "INTEGER" | "BIGINT") => USER.to_string(),
        (_, _, "BLOB") => bytes(format!("{CANARY} {table} {column}").as_bytes()),
        _ => format!("'{CANARY} {table} {column}'"),
    }
}

/// Gives the user a row in every table that has rows of users.
async fn plant(store: &Store) {
    let all = columns(store).await;
    for Row(table, ..) in FATES {
        let fate = fate_of(table, all_first(&all, table));
        if matches!(fate[..], [Fate::Apart(_)])
            || ["erasures", "audit_log", "proposals"].contains(table)
        {
            continue;
        }
        let of = || all.iter().filter(|(known, ..)| known == table);
        let names: Vec<&str> = of().map(|(_, column, _)| column.as_str()).collect();
        let values: Vec<String> = of()
            .map(|(_, column, kind)| planted(table, column, kind))
            .collect();
        let text = format!(
            "INSERT INTO {table} ({}) VALUES ({}) ON CONFLICT DO NOTHING",
            names.join(", "),
            values.join(", ")
        );
        store
            .write(sqlx::query(AssertSqlSafe(text)))
            .await
            .expect("planted");
    }
}

fn all_first<'a>(all: &'a [(String, String, String)], table: &str) -> &'a str {
    let first = all.iter().find(|(known, ..)| known == table);
    &first.expect("the table is there").1
}

/// Returns the columns in which a text of the user still stands.
async fn found(store: &Store) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (table, column, kind) in columns(store).await {
        let said = text_of(&column, &kind);
        let text = format!("SELECT COUNT(*) FROM {table} WHERE {said} LIKE '{CANARY}%'");
        let row = sqlx::query(AssertSqlSafe(text))
            .fetch_one(&store.pool)
            .await;
        if 0 < row.expect("counted").get::<i64, _>(0) {
            found.push((table, column));
        }
    }
    found
}

/// Checks that a text stands in exactly the columns whose fate is still to come.
async fn check(store: &Store, is_left: fn(Fate) -> bool) {
    let found = found(store).await;
    for (table, column) in &found {
        let fate = fate_of(table, column);
        assert!(
            fate.iter().all(|fate| is_left(*fate)),
            "{table}.{column} is left"
        );
    }
    for (table, column, kind) in columns(store).await {
        let fate = fate_of(&table, &column)[0];
        let is_text = kind == "BLOB" || planted(&table, &column, &kind).contains(CANARY);
        let was_planted = !matches!(fate, Fate::Apart(_)) && fate != CHAIN && fate != EVIDENCE;
        if is_text && was_planted && is_left(fate) {
            assert!(
                found.contains(&(table.clone(), column.clone())),
                "{table}.{column} is gone"
            );
        }
    }
}

async fn close(store: &Store, erasure: crate::closing::Wish) {
    let (user, account) = (OwnerId(USER.cast_unsigned()), AccountId(9));
    let drop = store.drop_closing(user).await;
    drop.expect("that of the planted row");
    let asked = store.ask_closing(user, account, erasure, CLOSED_AT).await;
    asked.expect("asked");
    let closing = (user, &[account][..], None);
    let closed = store.finish_closing(closing, CLOSED_AT).await;
    closed.expect("closed");
}

#[tokio::test]
async fn every_column_has_one_fate_and_none_is_of_a_column_that_is_not_there() {
    let (_folder, store) = open().await;
    let all = columns(&store).await;
    for (table, column, _) in &all {
        let fates = fate_of(table, column);
        assert_eq!(
            fates.len(),
            1,
            "say in FATES once what becomes of {table}.{column}"
        );
    }
    for Row(table, columns, _) in FATES {
        for column in columns.split(' ') {
            let is_there = all
                .iter()
                .any(|(of, known, _)| of == table && known == column);
            assert!(is_there, "{table}.{column}");
        }
    }
    store.close().await;
}

#[tokio::test]
async fn a_text_in_every_column_of_a_user_goes_when_its_fate_says() {
    let (_folder, store) = open().await;
    plant(&store).await;
    assert!(found(&store).await.len() > 20, "texts were planted");
    close(&store, crate::closing::Wish::Erase).await;
    check(&store, |fate| fate != Fate::Closing).await;
    let term = Term::of_days(2);
    let now = CLOSED_AT.plus_nanos(1);
    assert_eq!(store.erase_due(term, now).await.expect("erased"), 1);
    check(&store, |fate| !matches!(fate, Fate::Closing | Fate::First)).await;
    let before = term.end(CLOSED_AT).plus_nanos(-1);
    assert_eq!(store.erase_due(term, before).await.expect("looked"), 0);
    let end = term.end(CLOSED_AT);
    assert_eq!(store.erase_due(term, end).await.expect("erased"), 1);
    check(&store, |fate| {
        !matches!(fate, Fate::Closing | Fate::First | Fate::Last)
    })
    .await;
    assert_eq!(store.erase_due(term, end).await.expect("looked"), 0);
    store.close().await;
}

#[tokio::test]
async fn who_did_not_ask_is_erased_when_the_term_is_over() {
    let (_folder, store) = open().await;
    plant(&store).await;
    close(&store, crate::closing::Wish::Keep).await;
    let term = Term::of_days(2);
    let before = term.end(CLOSED_AT).plus_nanos(-1);
    assert_eq!(store.erase_due(term, before).await.expect("looked"), 0);
    let end = term.end(CLOSED_AT);
    assert_eq!(
        store.erase_due(term, end).await.expect("erased"),
        2,
        "both steps"
    );
    check(&store, |fate| {
        !matches!(fate, Fate::Closing | Fate::First | Fate::Last)
    })
    .await;
    store.close().await;
}

//! Every column has its place in the table of parts, and the archive has what the table says, of one user alone.

use model::account::Scopes;
use model::id::OwnerId;
use model::time::Timestamp;
use sqlx::AssertSqlSafe;

use crate::data_export::{Fact, START};
use crate::factor_reset;
use crate::master::MasterKey;
use crate::person::Person;
use crate::store::Store;
use crate::store::columns::{bytes, columns, open};
use crate::store::data_export::held_parts;
use crate::store::data_export::parts::{PARTS, Row, Rows, Shown};

const ANN: i64 = 700;
const BEN: i64 = 800;

/// Returns what a column of a table is said to be, once for each time that it is named.
fn said(part: &Row, column: &str) -> Vec<(Shown, bool)> {
    let named = part.columns.iter();
    let named = named.filter(|columns| columns.names.split(' ').any(|name| name == column));
    named
        .map(|columns| (columns.shown, columns.told_as.is_some()))
        .collect()
}

#[tokio::test]
async fn every_column_is_handed_over_or_withheld_for_a_reason() {
    let (_folder, store) = open().await;
    let all = columns(&store).await;
    for (table, column, _) in &all {
        let parts: Vec<&Row> = PARTS.iter().filter(|part| part.table == *table).collect();
        assert_eq!(
            parts.len(),
            1,
            "say in PARTS of store/data_export/parts.rs once what a user is told of the table {table}"
        );
        let times = said(parts[0], column).len();
        let expected = usize::from(!matches!(parts[0].rows, Rows::Apart(_)));
        assert_eq!(
            times, expected,
            "say in PARTS of store/data_export/parts.rs once how {table}.{column} is handed over, or why not"
        );
    }
    for part in PARTS {
        for name in part
            .columns
            .iter()
            .flat_map(|columns| columns.names.split(' '))
        {
            let is_there = all
                .iter()
                .any(|(table, column, _)| table == part.table && column == name);
            assert!(is_there, "{}.{name} is no column", part.table);
        }
    }
    store.close().await;
}

/// Returns a literal for a column of a user's row; texts name the user, the table and the column.
fn planted(master: &MasterKey, user: i64, part: &Row, (column, kind): (&str, &str)) -> String {
    let (shown, _) = said(part, column)[0];
    let text = format!("canary {user} {}.{column}", part.table);
    let sealed = |secret: &[u8], owner: &[u8]| bytes(&master.seal(secret, owner).expect("sealed"));
    match (part.table, column, shown) {
        ("outbox", "recipient", _) => format!("'canary {user} users.email'"),
        ("audit_log", "actor_kind", _) => "2".to_owned(),
        (_, _, Shown::Form | Shown::Kind | Shown::Subject | Shown::Letter | Shown::Direction) => {
            "0".to_owned()
        }
        (_, _, Shown::Scopes) => Scopes::READ.bits().to_string(),
        (_, _, Shown::News) => "'0 0 5 5 1'".to_owned(),
        (_, _, Shown::Person) => {
            let now = Timestamp::from_millis(1_700_000_000_000);
            let said = (text.as_str(), "1980-02-03");
            let person = Person::parse(said, ("DE", "A street 1"), now).expect("a person");
            let owner = format!("kyc person {user}");
            sealed(&person.to_bytes(), owner.as_bytes())
        }
        (_, _, Shown::Statement) => {
            let owner = factor_reset::owner(OwnerId(user.cast_unsigned()));
            sealed(text.as_bytes(), &owner)
        }
        _ if kind == "INTEGER" => user.to_string(),
        _ if kind == "BLOB" => bytes(text.as_bytes()),
        _ => format!("'{text}'"),
    }
}

/// Gives a user a row in every table that has rows of users.
async fn plant(store: &Store, master: &MasterKey, user: i64) {
    let all = columns(store).await;
    for part in PARTS {
        if matches!(part.rows, Rows::Apart(_)) {
            continue;
        }
        let of = || all.iter().filter(|(table, ..)| table == part.table);
        let names: Vec<&str> = of().map(|(_, column, _)| column.as_str()).collect();
        let values: Vec<String> = of()
            .map(|(_, column, kind)| planted(master, user, part, (column, kind)))
            .collect();
        let text = format!(
            "INSERT INTO {} ({}) VALUES ({})",
            part.table,
            names.join(", "),
            values.join(", ")
        );
        let planted = store.write(sqlx::query(AssertSqlSafe(text))).await;
        planted.expect(part.table);
    }
}

/// Returns all that is handed over of a user, a line a fact.
async fn told(store: &Store, master: &MasterKey, user: i64) -> String {
    let mut text = String::new();
    for part in held_parts() {
        let asked = (OwnerId(user.cast_unsigned()), part, START);
        let held = store.held(master, asked).await.expect(part.name);
        assert_eq!(held.rows.len(), 1, "{}", part.name);
        for (name, fact) in held.names.iter().zip(&held.rows[0]) {
            assert_ne!(*fact, Fact::Nothing, "{}.{name}", part.name);
            text += &format!("{}.{name} {fact:?}\n", part.name);
        }
    }
    text
}

#[tokio::test]
async fn a_user_is_handed_what_the_table_says_and_nothing_else_of_nobody_else() {
    let (_folder, store) = open().await;
    let master = MasterKey::from_bytes(&[7; 32]);
    for user in [ANN, BEN] {
        plant(&store, &master, user).await;
    }
    let told = told(&store, &master, ANN).await;
    let mut found = 0;
    for (table, column, kind) in columns(&store).await {
        let part = PARTS.iter().find(|part| part.table == table);
        let part = part.expect("every table is there");
        if matches!(part.rows, Rows::Apart(_)) {
            continue;
        }
        let (shown, is_other) = said(part, &column)[0];
        let canary = format!("canary {ANN} {table}.{column}");
        let is_told =
            matches!(shown, Shown::Text | Shown::Person | Shown::Statement) && kind != "INTEGER";
        if is_told && !is_other && (table.as_str(), column.as_str()) != ("outbox", "recipient") {
            assert!(
                told.contains(&canary),
                "{table}.{column} is not handed over"
            );
            found += 1;
        }
        if shown.is_withheld() {
            assert!(!told.contains(&canary), "{table}.{column} is handed over");
        }
    }
    assert!(15 < found, "{found} texts were planted and found");
    assert!(!told.contains(&format!("canary {BEN}")), "{told}");
    store.close().await;
}

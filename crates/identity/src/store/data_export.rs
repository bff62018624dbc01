//! Reads what is held on a user, by the table of parts: one statement for some rows of one part.

pub(super) mod parts;
#[cfg(test)]
mod tests;

use model::account::Scopes;
use model::id::{AccountId, OwnerId};
use model::time::Timestamp;
use sqlx::{AssertSqlSafe, Row};

use crate::alert::Direction;
use crate::data_export::{Fact, HeldRows, Part, Withheld};
use crate::factor_reset;
use crate::identity::IdentityError;
use crate::key::Form;
use crate::master::MasterKey;
use crate::notification::{Kind, News};
use crate::outbox::{State, Subject};
use crate::person::Person;
use crate::store::data_export::parts::{Columns, PARTS, Row as PartRow, Rows, Shown};
use crate::store::{DatabaseRow, Kind as KeyKind, Store};

/// Rows that are read at a time of a part that has many.
pub(crate) const ROWS_MAX: i64 = 512;
/// Rows of a part that has few: far more than any user has.
const FEW_MAX: i64 = 65_536;

/// Returns the parts that have rows of users.
pub(crate) fn held_parts() -> impl Iterator<Item = Part> {
    let held = PARTS.iter().enumerate();
    let held = held.filter(|(_, part)| !matches!(part.rows, Rows::Apart(_)));
    held.map(|(number, part)| Part {
        name: part.table,
        number,
    })
}

/// Returns what stays, and why.
pub(crate) fn withheld_parts() -> impl Iterator<Item = Withheld> {
    PARTS.iter().flat_map(|part| {
        let apart = match part.rows {
            Rows::Apart(why) => Some(("", why)),
            _ => None,
        };
        let columns = part
            .columns
            .iter()
            .filter_map(|columns| match columns.shown {
                Shown::Withheld(why) => Some((columns.names, why)),
                _ => None,
            });
        let withheld = apart.into_iter().chain(columns);
        withheld.map(|(members, why)| Withheld {
            part: part.table,
            members,
            why,
        })
    })
}

/// A column that is handed over.
struct Told {
    name: &'static str,
    expression: &'static str,
    shown: Shown,
}

/// What a user is read by, and what opens the texts that are sealed.
struct Reader<'a> {
    user: OwnerId,
    master: &'a MasterKey,
    part: &'a PartRow,
}

impl Store {
    pub(crate) async fn held(
        &self,
        master: &MasterKey,
        (user, part, after): (OwnerId, Part, i64),
    ) -> Result<HeldRows, IdentityError> {
        let part = &PARTS[part.number];
        let told = told_of(part);
        let (select, limit) = select(part, &told);
        let mut query = sqlx::query(AssertSqlSafe(select))
            .bind(user.0.cast_signed())
            .bind(limit);
        if matches!(part.rows, Rows::Many { .. }) {
            query = query.bind(after);
        }
        let found = query.fetch_all(&self.pool).await?;
        let reader = Reader { user, master, part };
        let mut rows = Vec::with_capacity(found.len());
        let mut next = None;
        for row in &found {
            next = Some(row.try_get::<i64, _>(0)?);
            rows.push(reader.row(row, &told)?);
        }
        let is_full = matches!(part.rows, Rows::Many { .. }) && rows.len() as i64 == limit;
        Ok(HeldRows {
            names: told.iter().map(|told| member(told.name)).collect(),
            rows,
            next: next.filter(|_| is_full),
        })
    }

    pub(crate) async fn accounts_of(&self, user: OwnerId) -> Result<Vec<AccountId>, IdentityError> {
        let rows = sqlx::query(
            "SELECT account FROM accounts WHERE owner = $1
             UNION SELECT account FROM closings WHERE owner = $1
             UNION SELECT account FROM sub_accounts WHERE owner = $1 AND account IS NOT NULL
             ORDER BY account",
        )
        .bind(user.0.cast_signed())
        .fetch_all(&self.pool)
        .await?;
        let account = |row: &DatabaseRow| {
            let account: i64 = row.try_get(0)?;
            let damaged = |_| IdentityError::AccountDamaged { account };
            u32::try_from(account).map(AccountId).map_err(damaged)
        };
        rows.iter().map(account).collect()
    }
}

fn told_of(part: &PartRow) -> Vec<Told> {
    let columns = part.columns.iter();
    let told = columns.filter(|columns| !columns.shown.is_withheld());
    told.flat_map(
        |Columns {
             names,
             told_as,
             shown,
         }| {
            names.split(' ').map(|name| Told {
                name,
                expression: told_as.unwrap_or(name),
                shown: *shown,
            })
        },
    )
    .collect()
}

/// Returns the statement, whose first column numbers the rows, and how many rows it returns at most.
fn select(part: &PartRow, told: &[Told]) -> (String, i64) {
    let expressions: Vec<&str> = told.iter().map(|told| told.expression).collect();
    let (expressions, table) = (expressions.join(", "), part.table);
    match part.rows {
        Rows::Many { of, number } => (
            format!(
                "SELECT {number}, {expressions} FROM {table} WHERE ({of}) AND $3 < {number}
                 ORDER BY {number} LIMIT $2"
            ),
            ROWS_MAX,
        ),
        Rows::Few { of } => (
            format!("SELECT $1, {expressions} FROM {table} WHERE {of} LIMIT $2"),
            FEW_MAX,
        ),
        Rows::Apart(why) => unreachable!("nobody asks for {table}: {why}"),
    }
}

/// Returns what a column is called where moments are moments and not whole numbers.
fn member(column: &str) -> String {
    column
        .strip_suffix("_ns")
        .map_or_else(|| column.to_owned(), |name| format!("{name}_at"))
}

impl Reader<'_> {
    fn row(&self, row: &DatabaseRow, told: &[Told]) -> Result<Vec<Fact>, IdentityError> {
        let facts = told.iter().enumerate();
        facts
            .map(|(place, told)| self.fact(row, (place + 1, told.shown), told.name))
            .collect()
    }

    fn fact(
        &self,
        row: &DatabaseRow,
        (place, shown): (usize, Shown),
        name: &str,
    ) -> Result<Fact, IdentityError> {
        match shown {
            Shown::Text => {
                let text: Option<String> = row.try_get(place)?;
                Ok(text.map_or(Fact::Nothing, Fact::Text))
            }
            Shown::News => {
                let kind: i64 = row.try_get("kind")?;
                let text: String = row.try_get(place)?;
                let news = Kind::from_number(kind).and_then(|kind| News::parse(kind, &text));
                news.map(Fact::News).ok_or_else(|| self.damaged(name))
            }
            Shown::Person => {
                let id: i64 = row.try_get("id")?;
                let owner = format!("kyc person {id}");
                let opened = self
                    .master
                    .open(&row.try_get::<Vec<u8>, _>(place)?, owner.as_bytes())?;
                let person = Person::from_bytes(&opened).ok_or(IdentityError::Seal)?;
                Ok(Fact::Person(person))
            }
            Shown::Statement => {
                let owner = factor_reset::owner(self.user);
                let opened = self
                    .master
                    .open(&row.try_get::<Vec<u8>, _>(place)?, &owner)?;
                let text = String::from_utf8(opened).map_err(|_| IdentityError::Seal)?;
                Ok(Fact::Text(text))
            }
            shown => match row.try_get::<Option<i64>, _>(place)? {
                None => Ok(Fact::Nothing),
                Some(number) => of_number(shown, number).ok_or_else(|| self.damaged(name)),
            },
        }
    }

    fn damaged(&self, column: &str) -> IdentityError {
        let text = format!("{}.{column} holds no value that is known", self.part.table);
        IdentityError::Database(sqlx::Error::Decode(text.into()))
    }
}

/// Returns what a whole number stands for, `None` when it is none of those there are.
fn of_number(shown: Shown, number: i64) -> Option<Fact> {
    Some(match shown {
        Shown::Moment if number == i64::MAX => Fact::Nothing,
        Shown::Moment => Fact::Moment(Timestamp::from_nanos(number)),
        Shown::Flag => Fact::Flag(number != 0),
        Shown::Form => Fact::Form(match KeyKind::from_number(number)? {
            KeyKind::Hmac => Form::Hmac,
            KeyKind::Ed25519 => Form::Ed25519,
            KeyKind::Rsa => Form::Rsa,
            KeyKind::Browser => Form::Browser,
        }),
        Shown::Scopes => Fact::Scopes(Scopes::from_bits(u8::try_from(number).ok()?)?),
        Shown::Kind => Fact::Kind(Kind::from_number(number)?),
        Shown::Subject => Fact::Subject(Subject::from_number(number)?),
        Shown::Letter => Fact::Letter(State::from_number(number)?),
        Shown::Direction => Fact::Direction(Direction::from_number(number)?),
        _ => Fact::Number(number),
    })
}

//! What is held on a user, part by part, as it is handed over: never a secret, and nothing of anybody else.
//!
//! Which columns that are, and why the others stay, says one table (`store::data_export::parts`).
//!
//! **Source** `docs/spec/data-export.md`.

use model::account::Scopes;
use model::id::{AccountId, OwnerId};
use model::time::Timestamp;

use crate::alert::Direction;
use crate::identity::{Identity, IdentityError};
use crate::key::Form;
use crate::notification::{Kind, News};
use crate::outbox::{State, Subject};
use crate::person::Person;
use crate::store::data_export::{held_parts, withheld_parts};

/// One thing that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Nothing,
    Number(i64),
    Flag(bool),
    Moment(Timestamp),
    Text(String),
    Form(Form),
    Scopes(Scopes),
    Kind(Kind),
    News(News),
    Subject(Subject),
    Letter(State),
    Direction(Direction),
    /// What the user said in an application.
    Person(Person),
}

/// A kind of thing that is held: rows with the same members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is called in the archive.
    pub name: &'static str,
    pub(crate) number: usize,
}

/// Some rows of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRows {
    /// The names of the members, in the order of every row.
    pub names: Vec<String>,
    pub rows: Vec<Vec<Fact>>,
    /// Behind which row the next ones are, `None` when these were the last.
    pub next: Option<i64>,
}

/// The part whose rows have pictures, and the member that numbers them.
pub const DOCUMENTS: (&str, &str) = ("kyc_documents", "id");
/// Before the first row of a part.
pub const START: i64 = i64::MIN;

/// What is held and not handed over, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withheld {
    pub part: &'static str,
    /// Which members of its rows, with spaces between; all of them where none is named.
    pub members: &'static str,
    pub why: &'static str,
}

/// Returns everything that is held on users.
pub fn parts() -> impl Iterator<Item = Part> {
    held_parts()
}

/// Returns everything that is held and not handed over.
pub fn withheld() -> impl Iterator<Item = Withheld> {
    withheld_parts()
}

impl Identity {
    /// Returns the next rows that are held on a user, `START` for the first.
    ///
    /// **Cost** at most `store::data_export::ROWS_MAX` rows, by a statement.
    ///
    /// # Errors
    /// When the database fails, or a row is damaged.
    pub async fn held(
        &self,
        user: OwnerId,
        part: Part,
        after: i64,
    ) -> Result<HeldRows, IdentityError> {
        let asked = (user, part, after);
        self.store.held(&self.master, asked).await
    }

    /// Tells a user that everything was handed over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell_export(&self, user: OwnerId, at: Timestamp) -> Result<(), IdentityError> {
        let notice = self.notice(user).await?;
        let subject = Subject::DataExported;
        self.store.tell_user(user, subject, &notice, at).await
    }

    /// Returns every account that a user has or had, by number: the master and its sub-accounts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts_of(&self, user: OwnerId) -> Result<Vec<AccountId>, IdentityError> {
        self.store.accounts_of(user).await
    }
}

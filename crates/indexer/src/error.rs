//! Why the history could not be read or written.

use model::id::Sequence;

/// Rows are lost by none of these: the events are kept, and the history is made again from them.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    #[error("the history database cannot be reached: check that it runs and the address")]
    Away { source: sqlx::Error },
    #[error("the history database gives no answer")]
    Silent,
    #[error(
        "another process writes this history database: stop it first, or name another database"
    )]
    Taken,
    #[error(
        "there is no history yet: an exchange makes it as it runs, or run `bourse history rebuild`"
    )]
    Missing,
    #[error(
        "the history database is that of exchange {found:032x}: name another database, or drop its schema `history` if nobody needs it"
    )]
    OfAnother { found: u128 },
    #[error(
        "the schema `history` of this database holds tables of something else: name another database"
    )]
    SchemaTaken,
    #[error("the history database failed")]
    Database(#[from] sqlx::Error),
    #[error("the history database {path} cannot be used: check the folder and its permissions")]
    File {
        path: String,
        source: std::io::Error,
    },
    #[error("the history database has format {found}, this program knows {known}")]
    SchemaOther { found: i64, known: i64 },
    #[error("the events of command {} cannot be read", sequence.0)]
    Events {
        sequence: Sequence,
        source: wire::binary::codec::DecodeError,
    },
    #[error("after command {} comes {}: the events between them are missing", after.0, found.0)]
    Gap { after: Sequence, found: Sequence },
    #[error("the event of command {} names an order that is not in the history", sequence.0)]
    OrderUnknown { sequence: Sequence },
    #[error("the event of command {} names a market that was never listed", sequence.0)]
    MarketUnknown { sequence: Sequence },
    #[error("the entries of command {} take a balance out of its bounds", sequence.0)]
    BalanceBroken { sequence: Sequence },
    #[error("another program has written the history since it was opened")]
    WrittenByAnother,
    #[error("the column {column} holds what no history holds")]
    Damaged { column: &'static str },
}

impl HistoryError {
    /// Returns whether the file itself is to blame, so that only making it again helps.
    pub fn is_about_the_file(&self) -> bool {
        match self {
            HistoryError::SchemaOther { .. }
            | HistoryError::OrderUnknown { .. }
            | HistoryError::MarketUnknown { .. }
            | HistoryError::BalanceBroken { .. }
            | HistoryError::Damaged { .. } => true,
            HistoryError::Database(error) => is_damage(error),
            HistoryError::Away { .. }
            | HistoryError::Silent
            | HistoryError::Taken
            | HistoryError::Missing
            | HistoryError::OfAnother { .. }
            | HistoryError::SchemaTaken
            | HistoryError::File { .. }
            | HistoryError::Events { .. }
            | HistoryError::Gap { .. }
            | HistoryError::WrittenByAnother => false,
        }
    }
}

/// The word of a database for a damaged file, or one that is no database.
fn is_damage(error: &sqlx::Error) -> bool {
    const CORRUPT: u32 = 11;
    const NOT_A_DATABASE: u32 = 26;
    let code = error.as_database_error().and_then(|error| error.code());
    // PostgreSQL's codes have five characters: a damaged page or index, and a table that is not there any more.
    if matches!(code.as_deref(), Some("XX001" | "XX002" | "42P01")) {
        return true;
    }
    let code: Option<u32> = code.and_then(|code| code.parse().ok());
    // The low byte is the primary code.
    code.is_some_and(|code| matches!(code & 0xff, CORRUPT | NOT_A_DATABASE))
}

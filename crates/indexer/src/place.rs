//! Where the history is kept: a file of SQLite, or a database of PostgreSQL.

use std::fmt;
use std::path::PathBuf;

use sqlx::postgres::PgConnectOptions;

/// The place of a history; its text never has the password of a server.
#[derive(Clone, Debug)]
pub enum Place {
    File(PathBuf),
    Server(Server),
}

/// A database of PostgreSQL: the history has a schema of its own in it.
#[derive(Clone)]
pub struct Server {
    pub(crate) options: Box<PgConnectOptions>,
    shown: String,
}

impl Place {
    /// Returns a database that is connected to like this, and is `shown` to people without a password.
    pub fn server(options: PgConnectOptions, shown: String) -> Place {
        Place::Server(Server {
            options: Box::new(options),
            shown,
        })
    }

    /// Returns whether other exchanges may keep something at the same place.
    pub const fn is_shared(&self) -> bool {
        matches!(self, Place::Server(_))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File(path) => write!(f, "{}", path.display()),
            Place::Server(server) => f.write_str(&server.shown),
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_in_no_text() {
        let options = PgConnectOptions::new_without_pgpass().password("hush");
        let place = Place::server(options, "postgres://ann@db.example/history".to_owned());
        assert_eq!(place.to_string(), "postgres://ann@db.example/history");
        assert!(!format!("{place:?}").contains("hush"));
    }
}

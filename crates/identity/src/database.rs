//! Where users and keys are kept: a file of SQLite, or a database of PostgreSQL.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::ConnectOptions;
use sqlx::any::AnyConnectOptions;
use sqlx::postgres::PgConnectOptions;

use crate::identity::IdentityError;
use crate::master_file;

/// Parameters that an address may carry; each is one of libpq's.
const PARAMETERS: [&str; 5] = ["sslmode", "sslrootcert", "sslcert", "sslkey", "host"];

/// The address of a database, that of users and keys or another; its text never has the password.
#[derive(Clone)]
pub struct DatabaseAddress(pub(crate) Place);

/// Where an address leads.
pub enum Location<'a> {
    File(&'a Path),
    Server(Box<PgConnectOptions>),
}

#[derive(Clone)]
pub(crate) enum Place {
    Sqlite(PathBuf),
    Postgres(Box<AnyConnectOptions>),
}

impl DatabaseAddress {
    /// Returns the address of a file of SQLite.
    pub fn file(path: &Path) -> DatabaseAddress {
        DatabaseAddress(Place::Sqlite(path.to_owned()))
    }

    /// Reads `postgres://USER@HOST/DATABASE`, `sqlite:PATH` or a path.
    ///
    /// Over a network the certificate of the server is checked, unless the address has an `sslmode` of its own.
    ///
    /// # Errors
    /// `DatabaseAddress` when the text is none of them; it says why and never repeats the text.
    pub fn parse(text: &str) -> Result<DatabaseAddress, IdentityError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return parse_server(text);
        }
        let path = text.strip_prefix("sqlite:").unwrap_or(text);
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.contains("://") {
            return Err(refused("it is of another kind of database"));
        }
        if path.is_empty() {
            return Err(refused("it is empty"));
        }
        Ok(DatabaseAddress::file(Path::new(path)))
    }

    /// Returns the address with the password that is the first line of a file.
    ///
    /// # Errors
    /// When the file cannot be read, is readable by others or holds no line, and when no password is asked for.
    pub fn with_password_file(self, path: &Path) -> Result<DatabaseAddress, IdentityError> {
        let Place::Postgres(mut options) = self.0 else {
            return Err(refused("a file of SQLite has no password"));
        };
        if options.database_url.password().is_some() {
            return Err(refused(
                "it has a password and there is a file with another",
            ));
        }
        let file = |source| IdentityError::PasswordFile {
            path: path.display().to_string(),
            source,
        };
        if master_file::is_exposed(path).map_err(file)? {
            return Err(IdentityError::PasswordFileExposed {
                path: path.display().to_string(),
            });
        }
        let text = std::fs::read_to_string(path).map_err(file)?;
        let password = text.lines().next().filter(|line| !line.is_empty());
        let password = password.ok_or_else(|| IdentityError::PasswordFileEmpty {
            path: path.display().to_string(),
        })?;
        let mut query = options.database_url.query_pairs_mut();
        query.append_pair("password", password);
        drop(query);
        Ok(DatabaseAddress(Place::Postgres(options)))
    }

    /// Returns where the address leads, for what is kept beside users and keys.
    ///
    /// # Errors
    /// `DatabaseAddress` when the files that it names cannot be used.
    pub fn location(&self) -> Result<Location<'_>, IdentityError> {
        Ok(match &self.0 {
            Place::Sqlite(path) => Location::File(path),
            Place::Postgres(options) => {
                let options = PgConnectOptions::from_url(&options.database_url);
                let options = options.map_err(|error| refused(&error.to_string()))?;
                Location::Server(Box::new(options))
            }
        })
    }
}

impl fmt::Display for DatabaseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Sqlite(path) => write!(f, "{}", path.display()),
            Place::Postgres(options) => {
                let url = &options.database_url;
                write!(f, "postgres://{}@", url.username())?;
                write!(f, "{}", url.host_str().unwrap_or_default())?;
                if let Some(port) = url.port() {
                    write!(f, ":{port}")?;
                }
                write!(f, "{}", url.path())
            }
        }
    }
}

impl fmt::Debug for DatabaseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

fn refused(reason: &str) -> IdentityError {
    IdentityError::DatabaseAddress {
        reason: reason.to_owned(),
    }
}

fn parse_server(text: &str) -> Result<DatabaseAddress, IdentityError> {
    let mut options = AnyConnectOptions::from_str(text).map_err(|_| refused("it is no URL"))?;
    let url = &mut options.database_url;
    if url.username().is_empty() {
        return Err(refused("it names no user"));
    }
    if url.path().trim_start_matches('/').is_empty() {
        return Err(refused("it names no database"));
    }
    if url.fragment().is_some() {
        return Err(refused("a # in a password is written %23"));
    }
    let mut host = url.host_str().unwrap_or_default().to_owned();
    let mut has_mode = false;
    for (name, value) in url.query_pairs() {
        match &*name {
            "host" => host = value.into_owned(),
            "sslmode" => has_mode = true,
            known if PARAMETERS.contains(&known) => {}
            _ => {
                let known = PARAMETERS.join(", ");
                let reason = format!("{name} is none of its parameters, which are {known}");
                return Err(refused(&reason));
            }
        }
    }
    if host.is_empty() {
        return Err(refused("it names no host"));
    }
    if !has_mode && !is_local(&host) {
        url.query_pairs_mut().append_pair("sslmode", "verify-full");
    }
    PgConnectOptions::from_url(url).map_err(|error| refused(&error.to_string()))?;
    Ok(DatabaseAddress(Place::Postgres(Box::new(options))))
}

/// Whether what is said to the host never leaves the machine; a host that begins with a slash is a folder of sockets.
fn is_local(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.starts_with('/')
        || host.to_ascii_lowercase().starts_with("%2f")
        || host == "localhost"
        || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn reason(text: &str) -> String {
        let error = DatabaseAddress::parse(text).expect_err("refused");
        let IdentityError::DatabaseAddress { reason } = error else {
            panic!("{error}");
        };
        reason
    }

    fn url(text: &str) -> String {
        let address = DatabaseAddress::parse(text).expect("understood");
        let Place::Postgres(options) = address.0 else {
            panic!("a file");
        };
        options.database_url.to_string()
    }

    #[test]
    fn a_path_is_a_file_with_or_without_its_scheme() {
        for text in ["a/b.sqlite", "sqlite:a/b.sqlite", "sqlite://a/b.sqlite"] {
            let address = DatabaseAddress::parse(text).expect("understood");
            assert_eq!(address.to_string(), "a/b.sqlite");
        }
    }

    #[test]
    fn an_address_that_is_not_understood_says_why_and_not_what() {
        for (text, expected) in [
            ("mysql://root:hush@host/db", "another kind"),
            ("", "empty"),
            ("postgres://hush@", "no URL"),
            ("postgres://ann:hush@host:x/db", "no URL"),
            ("postgres://host/db", "no user"),
            ("postgres://ann:hush@host", "no database"),
            ("postgres://ann@/db", "no URL"),
            ("postgres://ann:hu#sh@host/db", "no URL"),
            ("postgres://ann@host/db#hush", "%23"),
            ("postgres://ann:hush@host/db?sslmode=maybe", "maybe"),
            ("postgres://ann@host/db?password=hush", "password is none"),
        ] {
            let found = reason(text);
            assert!(found.contains(expected), "{text}: {found}");
            assert!(!found.contains("hush"), "{text}: {found}");
        }
    }

    #[test]
    fn the_certificate_is_checked_unless_the_server_is_here_or_the_address_says_otherwise() {
        let strict = "sslmode=verify-full";
        for far in ["db.example", "10.0.0.1", "[fe80::1]"] {
            assert!(url(&format!("postgres://ann@{far}/db")).contains(strict));
        }
        for near in [
            "localhost",
            "127.0.0.1:5433",
            "[::1]",
            "%2Frun%2Fpostgresql",
        ] {
            assert!(!url(&format!("postgres://ann@{near}/db")).contains(strict));
        }
        assert!(!url("postgres://ann@any/db?host=/run/postgresql").contains("sslmode"));
        assert!(!url("postgres://ann@db.example/db?sslmode=require").contains(strict));
    }

    #[test]
    fn a_password_is_in_no_text() {
        let address = DatabaseAddress::parse("postgres://ann:hush@db.example:5433/db");
        let address = address.expect("understood");
        assert_eq!(format!("{address}"), "postgres://ann@db.example:5433/db");
        assert_eq!(format!("{address:?}"), "postgres://ann@db.example:5433/db");
    }

    #[test]
    fn a_password_comes_from_a_file_that_only_its_owner_reads() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("password");
        let address = || DatabaseAddress::parse("postgres://ann@localhost/db").expect("understood");
        let refused = |address: DatabaseAddress| {
            let refused = address.with_password_file(&path).err();
            refused.map(|error| error.to_string()).expect("refused")
        };
        assert!(refused(address()).contains("cannot be read"));
        std::fs::write(&path, "").expect("written");
        assert!(refused(address()).contains("chmod 600"));
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("set");
        assert!(refused(address()).contains("no password"));

        std::fs::write(&path, "p&ss/ w=rd\n").expect("written");
        let given = address().with_password_file(&path).expect("taken");
        assert!(!given.to_string().contains("ss"));
        let Place::Postgres(options) = given.0 else {
            panic!("a file");
        };
        let mut pairs = options.database_url.query_pairs();
        assert!(pairs.any(|(name, value)| name == "password" && value == "p&ss/ w=rd"));

        assert!(refused(DatabaseAddress::file(&path)).contains("no password"));
        let both = DatabaseAddress::parse("postgres://ann:hush@localhost/db").expect("understood");
        assert!(refused(both).contains("another"));
    }
}

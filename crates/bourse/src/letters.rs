//! What the configuration says about letters: how they are written, and which mail server takes them.

use crate::config::settings::{Mail, Settings};
use anyhow::{Context, Result, bail};
use identity::email::Email;
use identity::identity::Identity;
use identity::letter::Stationery;
use identity::letter::language::Language;
use mail::courier::Courier;
use mail::figures::Figures;
use mail::server::{Credentials, Sender, Server};
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinHandle;

const FILE_BYTES_MAX: u64 = 64 * 1024;
/// Bits of a file's mode that let others in.
const OTHERS: u32 = 0o077;

/// How letters are written and sent.
pub struct Letters {
    pub stationery: Stationery,
    /// Without one they wait in the outbox.
    pub server: Option<Server>,
    pub figures: Arc<Figures>,
}

impl Letters {
    /// Returns what the settings say, with the files that they name.
    ///
    /// # Errors
    /// A file cannot be read, or others can read the password.
    pub fn of(settings: &Settings) -> Result<Letters> {
        let language = usize::try_from(settings.site.language)?;
        let first_language = Language::ALL.get(language).copied();
        Ok(Letters {
            stationery: Stationery {
                product: settings.site.product.to_string(),
                first_language: first_language.context("a language of letters")?,
            },
            server: server_of(&settings.mail)?,
            figures: Arc::default(),
        })
    }

    /// Returns the figures to show, where letters are sent.
    pub fn shown_figures(&self) -> Option<Arc<Figures>> {
        self.server.as_ref().map(|_| Arc::clone(&self.figures))
    }

    /// Begins to send, where there is a mail server, until `stop` says so.
    ///
    /// # Errors
    /// The server's name or certificates cannot be used.
    pub fn send(
        &self,
        identity: Arc<Identity>,
        stop: watch::Receiver<bool>,
    ) -> Result<Option<JoinHandle<()>>> {
        let Some(server) = &self.server else {
            return Ok(None);
        };
        let (stationery, figures) = (self.stationery.clone(), Arc::clone(&self.figures));
        let courier = Courier::new(identity, stationery, server.clone(), figures)?;
        Ok(Some(tokio::spawn(courier.run(stop))))
    }
}

fn server_of(mail: &Mail) -> Result<Option<Server>> {
    if mail.server.is_empty() {
        return Ok(None);
    }
    if let Some(reason) = mail.contradiction() {
        bail!(reason);
    }
    let authority = match &*mail.authority_file {
        "" => None,
        path => Some(read(Path::new(path))?),
    };
    let credentials = match &*mail.user {
        "" => None,
        user => Some(Credentials {
            user: user.to_owned(),
            password: password(Path::new(&*mail.password_file))?,
        }),
    };
    Ok(Some(Server {
        host: mail.server.to_string(),
        port: mail.port,
        tls: mail.tls_mode(),
        authority,
        credentials,
        sender: Sender {
            address: Email::parse(&mail.sender).context("mail.sender is no address")?,
            name: mail.sender_name.to_string(),
        },
        per_minute_max: mail.per_minute_max,
    }))
}

/// Returns the password of a file, without the line break at its end.
fn password(path: &Path) -> Result<String> {
    let shown = path.display();
    let mode = std::fs::metadata(path)
        .with_context(|| format!("mail.password_file {shown} cannot be read"))?
        .permissions()
        .mode();
    if mode & OTHERS != 0 {
        bail!("mail.password_file {shown} is readable by others: run chmod 600 on it");
    }
    let text = String::from_utf8(read(path)?);
    let text = text.ok().context("mail.password_file is no text")?;
    let password = text.trim_end_matches(['\r', '\n']);
    if password.is_empty() || password.contains(char::is_control) {
        bail!("mail.password_file {shown} must hold the password on one line");
    }
    Ok(password.to_owned())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(FILE_BYTES_MAX).read_to_end(&mut bytes))
        .with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;

    #[test]
    fn a_password_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        for (mode, text, expected) in [
            (0o600, "secret word\n", Some("secret word")),
            (0o400, "secret", Some("secret")),
            (0o640, "secret", None),
            (0o604, "secret", None),
            (0o600, "\n", None),
            (0o600, "a\nb", None),
        ] {
            let path = folder.path().join(format!("{mode:o}-{}", text.len()));
            let mut options = File::options();
            let mut file = options
                .create_new(true)
                .write(true)
                .mode(0o600)
                .open(&path)
                .expect("created");
            file.write_all(text.as_bytes()).expect("written");
            let permissions = std::fs::Permissions::from_mode(mode);
            file.set_permissions(permissions).expect("set");
            assert_eq!(password(&path).ok().as_deref(), expected, "{mode:o}");
        }
    }
}

//! The brand while the exchange runs: a file of settings that was changed gives the pages another look, without a start.
//!
//! Absent: every other setting, which counts from the next start.

use crate::config::file;
use anyhow::Result;
use gateway::brand::Brand;
use gateway::gateway::Gateway;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

const LOOK_PERIOD: Duration = Duration::from_secs(1);

/// When a file was written, and how long it is; `None` where it cannot be seen.
type Mark = Option<(SystemTime, u64)>;

/// What a file of settings said last.
struct Watched {
    path: PathBuf,
    /// That of the file, and that of the picture it names.
    marks: (Mark, Mark),
    logo: Option<PathBuf>,
}

impl Watched {
    /// Returns the file as it is now: what it says has just been read.
    fn new(path: &Path) -> Watched {
        let mut watched = Watched {
            path: path.to_owned(),
            marks: (None, None),
            logo: None,
        };
        // A fault here is told as it is read again.
        let _ = watched.read();
        watched.marks = watched.seen();
        watched
    }

    /// Returns what it says, or what is wrong with it, once it has changed.
    fn changed(&mut self) -> Option<Result<Brand>> {
        let seen = self.seen();
        if seen == self.marks {
            return None;
        }
        let brand = self.read();
        // Of the picture that is named now.
        self.marks = (seen.0, self.logo.as_deref().and_then(mark));
        Some(brand)
    }

    fn read(&mut self) -> Result<Brand> {
        let settings = file::read(&self.path)?;
        let logo = &settings.brand.logo_file;
        self.logo = (!logo.is_empty()).then(|| PathBuf::from(logo.as_ref()));
        settings.sandbox_brand()
    }

    fn seen(&self) -> (Mark, Mark) {
        (mark(&self.path), self.logo.as_deref().and_then(mark))
    }
}

fn mark(path: &Path) -> Mark {
    let facts = path.metadata().ok()?;
    Some((facts.modified().ok()?, facts.len()))
}

/// Takes the brand of a file over whenever it changes, for as long as the exchange runs.
pub async fn watch(path: PathBuf, gateway: Arc<Gateway>) {
    let mut watched = Watched::new(&path);
    loop {
        tokio::time::sleep(LOOK_PERIOD).await;
        match watched.changed() {
            None => {}
            Some(Ok(brand)) if brand == *gateway.site().brand() => {}
            Some(Ok(brand)) => {
                tracing::info!(event = "brand.taken", name = %brand.name);
                gateway.site().wear(brand);
            }
            // What was worn stays.
            Some(Err(error)) => tracing::error!(event = "brand.refused", "{error:#}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) {
        std::fs::write(path, text).expect("written");
    }

    #[test]
    fn what_was_changed_is_told_once_and_what_is_wrong_is_refused() {
        let folder = std::env::temp_dir().join(format!("bourse-watch-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let (path, logo) = (folder.join("bourse.toml"), folder.join("logo.svg"));
        write(&path, "[site]\nproduct = \"One\"\n");
        let mut watched = Watched::new(&path);
        assert!(watched.changed().is_none(), "as it was read");

        write(&path, "[site]\nproduct = \"Piazza\"\n");
        let brand = watched.changed().expect("changed").expect("sound");
        assert_eq!(brand.name, "Piazza");
        assert!(watched.changed().is_none(), "once");

        write(&path, "[site]\nproduct = 1\n");
        let wrong = watched.changed().expect("changed").expect_err("a number");
        assert!(wrong.to_string().contains("bourse.toml"), "{wrong:#}");
        assert!(watched.changed().is_none(), "once");

        write(&logo, "<svg/>");
        let named = format!("[brand]\nlogo_file = \"{}\"\n", logo.display());
        write(&path, &named);
        let brand = watched.changed().expect("changed").expect("sound");
        let before = brand.logo.expect("a picture");
        assert!(watched.changed().is_none(), "once");
        write(&logo, "<svg></svg>");
        let brand = watched.changed().expect("the picture").expect("sound");
        assert_ne!(brand.logo.expect("a picture"), before);

        std::fs::remove_file(&path).expect("removed");
        assert!(watched.changed().expect("gone").is_err());
        assert!(watched.changed().is_none(), "once");
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}

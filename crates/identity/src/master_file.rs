//! The file of the master key: 32 bytes in hex a line, the key that seals first, readable by its owner alone.
//!
//! It has a second line while the key is being replaced. A change is another file that takes its place, so that a stop at
//! any moment leaves the one or the other whole.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::identity::IdentityError;
use crate::key;
use crate::master::{Fingerprint, KEY_BYTES, MasterKey};
use crate::random;
use zeroize::Zeroizing;

/// Readable and writable by its owner alone.
const MODE: u32 = 0o600;
const OTHERS: u32 = 0o077;
/// The key that seals and the one before it.
const KEYS_MAX: usize = 2;

type KeyBytes = [u8; KEY_BYTES];

impl MasterKey {
    /// Returns the keys of a file.
    ///
    /// # Errors
    /// When the file is missing, is readable by others than its owner, or holds anything else.
    pub fn load(path: &Path) -> Result<MasterKey, IdentityError> {
        Ok(MasterKey::of(&read(path)?))
    }

    /// Returns the keys of a file, which is created with a random key (mode 0600) when it does not exist.
    ///
    /// # Errors
    /// As `load`, or when the file cannot be written.
    pub fn load_or_create(path: &Path) -> Result<MasterKey, IdentityError> {
        match create(path, &[new_key()?]) {
            Err(IdentityError::MasterKeyFile { source, .. })
                if source.kind() == ErrorKind::AlreadyExists => {}
            created => created?,
        }
        MasterKey::load(path)
    }
}

/// Puts a new key before the one of the file, and returns both.
///
/// # Errors
/// `RotationUnderWay` when there are two; as `MasterKey::load`, or the file cannot be written.
pub fn add_key(path: &Path) -> Result<MasterKey, IdentityError> {
    let _locked = lock(path)?;
    let keys = read(path)?;
    if keys.len() == KEYS_MAX {
        return Err(IdentityError::RotationUnderWay);
    }
    let keys = [vec![new_key()?], keys].concat();
    replace(path, &keys)?;
    Ok(MasterKey::of(&keys))
}

/// Leaves only the key that seals in the file, and returns it.
///
/// # Errors
/// `MasterKeyForeign` when another key seals by now; as `MasterKey::load`, or the file cannot be written.
pub fn retire_former(path: &Path, sealing: Fingerprint) -> Result<MasterKey, IdentityError> {
    let _locked = lock(path)?;
    let keys = read(path)?;
    let left = &keys[..1];
    let master = MasterKey::of(left);
    if master.fingerprints()[0] != sealing {
        return Err(IdentityError::MasterKeyForeign);
    }
    replace(path, left)?;
    Ok(master)
}

/// Puts a new key into a file; one that is there is moved beside it, to the path that is returned with the key.
///
/// # Errors
/// When a file cannot be written.
pub fn start_anew(path: &Path) -> Result<(MasterKey, Option<PathBuf>), IdentityError> {
    let _locked = lock(path)?;
    let mut aside = None;
    if path.exists() {
        let name = random::alphanumeric(8)?;
        let moved = path.with_extension(format!("key.lost-{name}"));
        fs::rename(path, &moved).map_err(|source| unusable(path, source))?;
        aside = Some(moved);
    }
    let keys = [new_key()?];
    create(path, &keys)?;
    Ok((MasterKey::of(&keys), aside))
}

/// Copies the keys of a file to another that does not exist.
///
/// # Errors
/// As `MasterKey::load`, and when the copy exists or cannot be written.
pub fn copy(path: &Path, copy: &Path) -> Result<(), IdentityError> {
    create(copy, &read(path)?)
}

/// Makes what a file says durable: before something is sealed under a key, the key must outlive a loss of power.
///
/// # Errors
/// When the file or its folder cannot be synced.
pub fn sync(path: &Path) -> Result<(), IdentityError> {
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(|source| unusable(path, source))?;
    sync_folder(path)
}

/// Whether others than its owner can read or write a file.
pub(crate) fn is_exposed(path: &Path) -> std::io::Result<bool> {
    Ok(fs::metadata(path)?.mode() & OTHERS != 0)
}

fn read(path: &Path) -> Result<Vec<KeyBytes>, IdentityError> {
    if is_exposed(path).map_err(|source| unusable(path, source))? {
        return Err(IdentityError::MasterKeyExposed {
            path: path.display().to_string(),
        });
    }
    let text = fs::read_to_string(path).map_err(|source| unusable(path, source))?;
    let text = Zeroizing::new(text);
    let keys: Option<Vec<KeyBytes>> = text.trim_end().split('\n').map(read_hex).collect();
    keys.filter(|keys| keys.len() <= KEYS_MAX)
        .ok_or_else(|| IdentityError::MasterKeyMalformed {
            path: path.display().to_string(),
        })
}

/// Two who change the file do it one after the other.
fn lock(path: &Path) -> Result<File, IdentityError> {
    let beside = path.with_extension("key.lock");
    let locked = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(MODE)
        .open(&beside)
        .and_then(|file| file.lock().map(|()| file));
    locked.map_err(|source| unusable(&beside, source))
}

/// Writes another file and lets it take the place of the one.
fn replace(path: &Path, keys: &[KeyBytes]) -> Result<(), IdentityError> {
    let beside = path.with_extension("key.new");
    match fs::remove_file(&beside) {
        Err(source) if source.kind() != ErrorKind::NotFound => {
            return Err(unusable(&beside, source));
        }
        _ => {}
    }
    create(&beside, keys)?;
    fs::rename(&beside, path).map_err(|source| unusable(path, source))?;
    sync_folder(path)
}

fn create(path: &Path, keys: &[KeyBytes]) -> Result<(), IdentityError> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(MODE)
        .open(path);
    let mut file = file.map_err(|source| unusable(path, source))?;
    let text: String = keys.iter().map(write_hex).collect();
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    written.map_err(|source| unusable(path, source))?;
    sync_folder(path)
}

fn sync_folder(path: &Path) -> Result<(), IdentityError> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|source| unusable(folder, source))
}

fn new_key() -> Result<KeyBytes, IdentityError> {
    let mut bytes = [0; KEY_BYTES];
    random::fill(&mut bytes)?;
    Ok(bytes)
}

fn unusable(path: &Path, source: std::io::Error) -> IdentityError {
    IdentityError::MasterKeyFile {
        path: path.display().to_string(),
        source,
    }
}

fn write_hex(bytes: &KeyBytes) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    digits.chain(["\n".to_owned()]).collect()
}

fn read_hex(text: &str) -> Option<KeyBytes> {
    let mut bytes = [0; KEY_BYTES];
    key::read_hex(text.as_bytes(), &mut bytes).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("master.key");
        (folder, path)
    }

    fn mode(path: &Path) -> u32 {
        let permissions = fs::metadata(path).expect("exists").permissions();
        permissions.mode() & 0o777
    }

    #[test]
    fn a_created_key_file_is_private_and_loads_again() {
        let (_folder, path) = folder();
        let created = MasterKey::load_or_create(&path).expect("created");
        assert_eq!(mode(&path), 0o600);
        let sealed = created.seal(b"secret", b"owner").expect("seals");
        let loaded = MasterKey::load_or_create(&path).expect("loaded");
        assert_eq!(loaded.open(&sealed, b"owner").expect("opens"), b"secret");
    }

    #[test]
    fn a_key_file_that_others_can_read_or_that_is_no_key_is_refused() {
        let (folder, path) = folder();
        MasterKey::load_or_create(&path).expect("created");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("chmod");
        let refused = MasterKey::load(&path).err().map(|error| error.to_string());
        assert!(refused.is_some_and(|text| text.contains("chmod 600")));

        let line = "7".repeat(64);
        for text in [
            "abcd".to_owned(),
            String::new(),
            format!("{line}\n\n{line}\n"),
            format!("{line}\n{line}\n{line}\n"),
        ] {
            let odd = folder.path().join("odd.key");
            fs::write(&odd, text).expect("written");
            fs::set_permissions(&odd, fs::Permissions::from_mode(0o600)).expect("chmod");
            assert!(matches!(
                MasterKey::load(&odd),
                Err(IdentityError::MasterKeyMalformed { .. })
            ));
        }
    }

    #[test]
    fn a_key_is_added_before_the_other_and_retires_it() {
        let (_folder, path) = folder();
        let former = MasterKey::load_or_create(&path).expect("created");
        let both = add_key(&path).expect("added");
        let [next, kept] = both.fingerprints()[..] else {
            panic!("two keys");
        };
        assert_eq!(kept, former.fingerprints()[0]);
        assert!(matches!(
            add_key(&path),
            Err(IdentityError::RotationUnderWay)
        ));
        assert!(retire_former(&path, kept).is_err(), "it seals no more");
        let left = retire_former(&path, next).expect("retired");
        assert_eq!(left.fingerprints(), [next]);
        let again = MasterKey::load(&path).expect("loaded");
        assert_eq!(again.fingerprints(), [next]);
        assert_eq!(mode(&path), 0o600);
    }

    /// What a stop between writing the other file and its taking the place leaves.
    #[test]
    fn a_file_that_was_left_beside_it_is_overcome() {
        let (_folder, path) = folder();
        let former = MasterKey::load_or_create(&path).expect("created");
        fs::write(path.with_extension("key.new"), "half a li").expect("written");
        let both = add_key(&path).expect("added");
        assert_eq!(both.fingerprints()[1], former.fingerprints()[0]);
    }

    #[test]
    fn a_lost_key_is_moved_aside_and_a_copy_replaces_nothing() {
        let (folder, path) = folder();
        let former = MasterKey::load_or_create(&path).expect("created");
        let beside = folder.path().join("copy.key");
        copy(&path, &beside).expect("copied");
        assert!(copy(&path, &beside).is_err(), "it exists");
        let (fresh, aside) = start_anew(&path).expect("made");
        assert_ne!(fresh.fingerprints(), former.fingerprints());
        let aside = MasterKey::load(&aside.expect("moved")).expect("loads");
        assert_eq!(aside.fingerprints(), former.fingerprints());
        let copied = MasterKey::load(&beside).expect("loads");
        assert_eq!(copied.fingerprints(), former.fingerprints());
    }
}

//! The files of a journal's directory, sorted by what they are.

use crate::damage::Refusal;
use crate::disk::Disk;
use crate::id::Sequence;
use crate::instance::INSTANCE_FILE;
use crate::segment::segment_first;
use crate::spare::is_spare;
use crate::watermark::WATERMARK_FILE;

/// The file whose lock makes the directory ours.
pub(crate) const LOCK_FILE: &str = "lock";

const UNFINISHED_SUFFIX: &str = ".tmp";

/// What lies in the directory.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    /// First sequence (by name) and name of each segment, in order.
    pub segments: Vec<(Sequence, String)>,
    /// Zeroed files waiting to become segments.
    pub spares: Vec<String>,
    /// Files whose creation was interrupted; they hold nothing yet.
    pub unfinished: Vec<String>,
    pub has_instance: bool,
    pub has_watermark: bool,
}

impl Inventory {
    /// Reads the directory.
    ///
    /// # Errors
    /// A file is there that no journal has made.
    pub fn read<D: Disk>(disk: &D) -> Result<Inventory, Refusal> {
        let mut inventory = Inventory::default();
        for name in disk.list()? {
            inventory.add(name)?;
        }
        mutant::plant!("directory-order-trusted", (), inventory.segments.sort());
        inventory.spares.sort();
        inventory.unfinished.sort();
        Ok(inventory)
    }

    fn add(&mut self, name: String) -> Result<(), Refusal> {
        match name.as_str() {
            LOCK_FILE => {}
            INSTANCE_FILE => self.has_instance = true,
            WATERMARK_FILE => self.has_watermark = true,
            other => match segment_first(other) {
                Some(first) => self.segments.push((first, name)),
                None if is_spare(other) => self.spares.push(name),
                None if is_unfinished(other) => self.unfinished.push(name),
                None => return Err(Refusal::UnknownFile { name }),
            },
        }
        Ok(())
    }
}

fn is_unfinished(name: &str) -> bool {
    name.strip_suffix(UNFINISHED_SUFFIX)
        .is_some_and(|stem| stem == INSTANCE_FILE || stem == WATERMARK_FILE)
}

//! A journal whose files were damaged: it opens with a prefix of what was written, or not at all.

use super::damaged::{Files, damage, payload};
use super::engine_total::tape::Tape;
use crate::trace::Trace;
use journal::id::{ClusterId, Sequence};
use journal::journal::Journal;
use journal::memory_disk::MemoryDisk;
use journal::open::Opened;
use journal::options::{Options, Replay, Waivers};
use std::sync::OnceLock;

/// Frames of the sound journal: enough for several segments.
const FRAMES: u64 = 40;

/// Damages a sound journal as the bytes say and opens it.
pub fn run(bytes: &[u8], trace: &mut Trace) {
    let mut files = sound().clone();
    let mut tape = Tape::new(bytes);
    damage(&mut files, &mut tape);
    let mut frames = 0;
    let opened = Journal::open(MemoryDisk::holding(files), options(), &mut |frame| {
        frames += 1;
        assert!(frame.first == Sequence(frames) && frame.count == 1);
        assert!(frame.payload == payload(frames));
        Ok(())
    });
    match opened {
        Ok(Opened { recovery, .. }) => {
            assert!(recovery.end.sequence == Sequence(frames));
            trace.see((frames, recovery.torn_tail.is_some()));
        }
        Err(refusal) => trace.see_words(&refusal.to_string()),
    }
}

fn options() -> Options {
    Options {
        cluster: ClusterId(7),
        segment_bytes: 8 * 1024,
        reserve_bytes: 1024,
        replay: Replay::Genesis,
        waivers: Waivers::NONE,
    }
}

/// Returns the files of a journal that was written and closed.
fn sound() -> &'static Files {
    static SOUND: OnceLock<Files> = OnceLock::new();
    SOUND.get_or_init(|| write().expect("a disk in memory takes everything"))
}

fn write() -> Result<Files, Box<dyn std::error::Error>> {
    let disk = MemoryDisk::new();
    let Opened {
        mut journal,
        mut watermark,
        ..
    } = Journal::open(disk.clone(), options(), &mut |_| Ok(()))?;
    for number in 1..=FRAMES {
        journal.append(Sequence(number), 1, &payload(number))?;
        let durable = journal.sync()?;
        watermark.advance(durable)?;
    }
    journal.close(watermark)?;
    Ok(disk.files())
}

//! The row of segments, judged by their headers alone: all there, each once, each under its name,
//! each of its length.

use crate::cursor::SegmentFile;
use crate::damage::{Damage, Fault, Refusal, damage};
use crate::disk::{Access, Disk};
use crate::id::{Epoch, SegmentIndex, Sequence};
use crate::instance::{self, INSTANCE_FILE, Instance};
use crate::inventory::Inventory;
use crate::options::Options;
use crate::watermark::{WATERMARK_FILE, Watermark};

pub(crate) fn open_segments<D: Disk>(
    disk: &D,
    options: &Options,
    inventory: &Inventory,
) -> Result<Vec<SegmentFile<D>>, Refusal> {
    let open = |(_, name): &(Sequence, String)| {
        Ok(SegmentFile::open(
            disk,
            name,
            Access::Read,
            options.cluster,
        )?)
    };
    inventory.segments.iter().map(open).collect()
}

/// Checks by their headers alone that the segments are all there, each once, each under its name,
/// each of its length.
pub(crate) fn check_row<D: Disk>(
    segments: &[SegmentFile<D>],
    watermark: Option<&Watermark>,
) -> Result<(), Damage> {
    check_no_duplicates(segments)?;
    segments.iter().try_for_each(SegmentFile::check_name)?;
    check_none_missing(segments, watermark)?;
    segments
        .windows(2)
        .try_for_each(|pair| check_size(&pair[0], pair[0].header.segment_bytes))?;
    segments.last().map_or(Ok(()), |last| {
        // The last one may have lost its end in a crash; it cannot have grown.
        check_size(last, last.size_bytes.min(last.header.segment_bytes))
    })
}

fn check_no_duplicates<D: Disk>(segments: &[SegmentFile<D>]) -> Result<(), Damage> {
    let mut by_index: Vec<_> = segments.iter().collect();
    by_index.sort_by_key(|segment| segment.header.index);
    for pair in by_index.windows(2) {
        let index = pair[1].header.index;
        if pair[0].header.index == index {
            let fault = Fault::Duplicate {
                other: pair[0].name.clone(),
                index,
            };
            return Err(damage(&pair[1].name, 0, fault));
        }
    }
    Ok(())
}

fn check_none_missing<D: Disk>(
    segments: &[SegmentFile<D>],
    watermark: Option<&Watermark>,
) -> Result<(), Damage> {
    for (expected, segment) in (0..).zip(segments) {
        let index = SegmentIndex(expected);
        if mutant::plant!(
            "missing-segment-unseen",
            false,
            segment.header.index != index
        ) {
            return Err(damage(&segment.name, 0, Fault::SegmentMissing { index }));
        }
    }
    let needed = watermark.map_or(0, |watermark| watermark.position.segment.0);
    if segments.len() as u64 <= needed {
        let index = SegmentIndex(segments.len() as u64);
        return Err(damage(WATERMARK_FILE, 0, Fault::SegmentMissing { index }));
    }
    Ok(())
}

fn check_size<D: Disk>(segment: &SegmentFile<D>, expected_bytes: u64) -> Result<(), Damage> {
    if segment.size_bytes != expected_bytes {
        let fault = Fault::Size {
            found_bytes: segment.size_bytes,
            expected_bytes,
        };
        return Err(damage(
            &segment.name,
            segment.size_bytes.min(expected_bytes),
            fault,
        ));
    }
    Ok(())
}

/// Checks that epochs never go back from one segment to the next, and none is newer than the
/// instance file.
pub(crate) fn check_epochs<D: Disk>(
    segments: &[SegmentFile<D>],
    instance: Option<&Instance>,
    watermark: Option<&Watermark>,
) -> Result<(), Damage> {
    let at_most = instance::newest_epoch(instance);
    let mut at_least = Epoch(0);
    for segment in segments {
        let found = segment.header.epoch;
        if found < at_least || at_most < found {
            return Err(damage(
                &segment.name,
                0,
                Fault::Epoch {
                    found,
                    at_least,
                    at_most,
                },
            ));
        }
        at_least = found;
    }
    let found = watermark.map_or(at_least, |watermark| watermark.epoch);
    if at_most < found {
        return Err(damage(
            INSTANCE_FILE,
            0,
            Fault::Epoch {
                found: at_most,
                at_least: found,
                at_most: found,
            },
        ));
    }
    Ok(())
}

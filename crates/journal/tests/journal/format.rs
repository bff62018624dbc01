//! The bytes on disk are those the documentation gives, and stay so: older journals must open.

use sha2::{Digest, Sha256};

use crate::support::*;

fn journal() -> Written {
    write(options(), &[batch(1, 2, 30), batch(3, 1, 50)], Left::Closed)
}

fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    u64::from_le_bytes(bytes[offset..offset + 8].try_into().expect("eight bytes"))
}

fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(bytes[offset..offset + 4].try_into().expect("four bytes"))
}

#[test]
fn a_segment_header_lies_as_documented() {
    let written = journal();
    let bytes = &written.files["journal-00000000000000000001.log"];
    assert_eq!(&bytes[..8], b"BJSEGMNT");
    assert_eq!(u32_at(bytes, 8), 1);
    assert_eq!(bytes[16..32], CLUSTER.0.to_le_bytes());
    let (epoch, index, first, size_bytes) = (
        u64_at(bytes, 32),
        u64_at(bytes, 40),
        u64_at(bytes, 48),
        u64_at(bytes, 56),
    );
    assert_eq!((epoch, index, first, size_bytes), (1, 0, 1, SEGMENT_BYTES));
    assert_eq!(bytes[64..124], [0; 60]);
    assert_eq!(u32_at(bytes, 124), crc32c::crc32c(&bytes[..124]));
}

#[test]
fn frames_lie_as_documented_and_name_the_hash_before_them() {
    let written = journal();
    let bytes = &written.files["journal-00000000000000000001.log"];
    let frame = &bytes[128..128 + 130];
    assert_eq!(&frame[..4], b"BJFR");
    assert_eq!(frame[4..8], [1, 0, 1, 0]);
    assert_eq!((u32_at(frame, 8), u32_at(frame, 12)), (30, 2));
    assert_eq!(frame[16..32], CLUSTER.0.to_le_bytes());
    assert_eq!((u64_at(frame, 32), u64_at(frame, 40)), (1, 1));
    assert_eq!((u64_at(frame, 48), u64_at(frame, 56)), (0, 128));
    assert_eq!(frame[64..96], *Sha256::digest(&bytes[..128]));
    let covered = [&frame[..96], &frame[100..]].concat();
    assert_eq!(u32_at(frame, 96), crc32c::crc32c(&covered));
    assert_eq!(frame[100..], written.batches[0].payload);

    let next = &bytes[258..258 + 150];
    assert_eq!((u64_at(next, 40), u64_at(next, 56)), (3, 258));
    assert_eq!(next[64..96], *Sha256::digest(frame));
}

#[test]
fn the_watermark_lies_as_documented_twice_after_a_close() {
    let written = journal();
    let bytes = &written.files["watermark"];
    assert_eq!(bytes.len(), 8192);
    for slot in [&bytes[..128], &bytes[4096..4096 + 128]] {
        assert_eq!(&slot[..8], b"BJWATERM");
        assert_eq!((u32_at(slot, 8), u32_at(slot, 12)), (1, 2));
        assert_eq!((u64_at(slot, 40), u64_at(slot, 48)), (1, 3));
        assert_eq!(
            (u64_at(slot, 56), u64_at(slot, 64)),
            (0, written.end().offset)
        );
        assert_eq!(slot[72..104], written.end().hash.0);
        assert_eq!(u32_at(slot, 124), crc32c::crc32c(&slot[..124]));
    }
    assert_eq!(u64_at(bytes, 16) % 2, 0);
    assert_eq!(u64_at(bytes, 4096 + 16) % 2, 1);
}

#[test]
fn the_bytes_of_version_one_never_change() {
    let written = journal();
    let digest = |name: &str| {
        let digest = Sha256::digest(&written.files[name]);
        digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let found = ["journal-00000000000000000001.log", "watermark", "instance"].map(digest);
    assert_eq!(
        found,
        ["afba39767db7ea50", "d7be793ff5e0ba52", "4df4db9089d34c31"]
    );
}

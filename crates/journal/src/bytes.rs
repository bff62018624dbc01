//! Fixed little-endian fields at fixed offsets, the only encoding in this crate.

/// Writes `value` at `offset`.
pub(crate) fn put<const N: usize>(into: &mut [u8], offset: usize, value: [u8; N]) {
    into[offset..offset + N].copy_from_slice(&value);
}

/// Returns the `N` bytes at `offset`.
pub(crate) fn take<const N: usize>(from: &[u8], offset: usize) -> [u8; N] {
    from[offset..offset + N]
        .try_into()
        .expect("the slice is N bytes long")
}

pub(crate) fn u16_at(from: &[u8], offset: usize) -> u16 {
    u16::from_le_bytes(take(from, offset))
}

pub(crate) fn u32_at(from: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(take(from, offset))
}

pub(crate) fn u64_at(from: &[u8], offset: usize) -> u64 {
    u64::from_le_bytes(take(from, offset))
}

pub(crate) fn u128_at(from: &[u8], offset: usize) -> u128 {
    u128::from_le_bytes(take(from, offset))
}

/// A run of zeros to compare with and to write from.
pub(crate) static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

/// Whether every byte is zero.
pub(crate) fn is_blank(bytes: &[u8]) -> bool {
    // Slice comparison is a memcmp: far faster than a loop over bytes, also without optimisation.
    bytes
        .chunks(ZEROS.len())
        .all(|chunk| chunk == &ZEROS[..chunk.len()])
}

//! Asking for memory before it is needed.
//!
//! A load waits for what it reads, and a processor that waits long enough carries out nothing behind it. A request
//! waits for nothing, so that the memory of a whole batch of commands is on its way at once. This is the one crate of
//! the workspace with unsafe code ([ADR 0006](../../../docs/adr/0006-warming-by-request.md)).
//!
//! ```
//! let rows = vec![0_u64; 1 << 20];
//! warm::line(&rows[77]);
//! assert_eq!(rows[77], 0);
//! ```

/// The bytes that come near together.
const LINE_BYTES: usize = 64;

/// Asks for the line in which `value` begins. Changes nothing, and reads nothing.
///
/// **Shape** a request of x86-64; on other processors nothing is asked for, and what follows is only slower.
#[inline(always)]
pub fn line<T>(value: &T) {
    request(core::ptr::from_ref(value).cast());
}

/// Asks for all lines of `value`, as [`line()`] does.
#[inline(always)]
pub fn whole<T>(value: &T) {
    let start = core::ptr::from_ref(value).cast::<u8>();
    for offset in (0..size_of::<T>()).step_by(LINE_BYTES) {
        request(start.wrapping_add(offset));
    }
}

#[inline(always)]
fn request(address: *const u8) {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: every processor of x86-64 has this instruction, and it faults at no address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_as_it_is() {
        let values = [[1_u8; 200], [2; 200]];
        values.iter().for_each(whole);
        line(&values[1][199]);
        whole(&());
        assert_eq!(values, [[1; 200], [2; 200]]);
    }
}

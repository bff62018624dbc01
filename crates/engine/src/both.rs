//! Work in two halves, which whoever asks for it may do on two threads: there are none here.

/// Half of some work.
pub type Half<'a> = &'a mut (dyn FnMut() + Send);

/// Does one half after the other.
pub fn in_turn(first: Half<'_>, second: Half<'_>) {
    first();
    second();
}

/// Returns what both halves return.
///
/// # Panics
/// When `run` leaves one out.
pub(crate) fn both<A: Send, B: Send>(
    run: impl Fn(Half<'_>, Half<'_>),
    mut first: impl FnMut() -> A + Send,
    mut second: impl FnMut() -> B + Send,
) -> (A, B) {
    let mut done = (None, None);
    run(&mut || done.0 = Some(first()), &mut || {
        done.1 = Some(second());
    });
    match done {
        (Some(first), Some(second)) => (first, second),
        _ => panic!("a half of the work was left out"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_halves_are_told_apart_whichever_is_done_first() {
        let backwards = |first: Half<'_>, second: Half<'_>| in_turn(second, first);
        assert_eq!(both(in_turn, || 1, || "two"), (1, "two"));
        assert_eq!(both(backwards, || 1, || "two"), (1, "two"));
    }

    #[test]
    #[should_panic(expected = "left out")]
    fn a_half_that_is_left_out_is_noticed() {
        both(|first, _| first(), || (), || ());
    }
}

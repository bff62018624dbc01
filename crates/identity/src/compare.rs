//! Comparing secrets in a time that does not tell where they differ.
//!
//! **Source** OWASP ASVS 5.0 V11.2.4.

use core::hint::black_box;

/// Returns whether two texts are the same; their lengths are no secret.
///
/// **Cost** that of all bytes, wherever the first difference is.
pub(crate) fn is_same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let pairs = left.iter().zip(right);
    // Without the box a compiler may see that one difference decides.
    let difference = pairs.fold(0, |all, (a, b)| black_box(all | (a ^ b)));
    difference == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_anywhere_is_one() {
        let secret = [7; 64];
        assert!(is_same(&secret, &secret));
        assert!(is_same(b"", b""));
        for place in 0..secret.len() {
            for bit in 0..8 {
                let mut other = secret;
                other[place] ^= 1 << bit;
                assert!(!is_same(&secret, &other), "{place} {bit}");
            }
        }
        assert!(!is_same(&secret, &secret[1..]));
    }
}

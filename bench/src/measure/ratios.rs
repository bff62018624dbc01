//! One number beside another, of each pair of runs.

pub struct Ratios(Vec<f64>);

impl Ratios {
    /// # Panics
    /// Without a pair.
    pub fn sorted(mut ratios: Vec<f64>) -> Ratios {
        assert!(!ratios.is_empty(), "there is a pair");
        ratios.sort_by(f64::total_cmp);
        Ratios(ratios)
    }

    pub fn median(&self) -> f64 {
        self.0[self.0.len() / 2]
    }

    pub fn text(&self) -> String {
        let last = self.0.len() - 1;
        format!(
            "{:.2} ({:.2}–{:.2} of {} pairs)",
            self.median(),
            self.0[0],
            self.0[last],
            self.0.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_pairs_is_what_counts() {
        let ratios = Ratios::sorted(vec![3.0, 1.0, 2.0]);
        assert!((ratios.median() - 2.0).abs() < f64::EPSILON);
        assert_eq!(ratios.text(), "2.00 (1.00–3.00 of 3 pairs)");
    }
}

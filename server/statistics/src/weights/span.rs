//! Finds a weight that somebody should look at.

/// How many times as large as the smallest weight the largest one may be before somebody should look.
const STRANGE_SPAN: f64 = 100.0;

/// The weight that is farthest from the others, where weights span two orders of magnitude or more: often a decimal
/// point that separates thousands.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error(
    "the weight {weight} is far from the others: weights go from {least} to {most}, and half of them are {median} or \
     less; is a point or comma in the wrong place?"
)]
pub struct StrangeWeight {
    /// Its row.
    pub row: usize,
    /// The weight.
    pub weight: f64,
    /// The smallest weight.
    pub least: f64,
    /// The largest weight.
    pub most: f64,
    /// The one in the middle.
    pub median: f64,
}

impl StrangeWeight {
    /// The strange one among weights above 0, if there is one.
    pub fn among(weights: &[f64]) -> Option<Self> {
        let mut sorted = weights.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (least, most) = (*sorted.first()?, *sorted.last()?);
        if most < STRANGE_SPAN * least {
            return None;
        }
        let median = sorted[sorted.len() / 2];
        let distance = |weight: f64| (weight / median).ln().abs();
        let rows = weights.iter().copied().enumerate();
        let (row, weight) = rows.max_by(|a, b| distance(a.1).total_cmp(&distance(b.1)))?;
        Some(Self { row, weight, least, most, median })
    }
}

#[cfg(test)]
mod tests {
    use super::StrangeWeight;

    #[test]
    fn the_weight_farthest_from_the_middle_is_named() {
        let strange = StrangeWeight::among(&[950.0, 1.25, 980.0]).unwrap();
        assert_eq!(
            (strange.row, strange.least, strange.most, strange.median),
            (1, 1.25, 980.0, 950.0)
        );
        assert_eq!(StrangeWeight::among(&[1.0, 2.0, 250.0, 1.5]).unwrap().row, 2);
        assert_eq!(StrangeWeight::among(&[1.0, 99.0]), None);
        assert_eq!(StrangeWeight::among(&[]), None);
    }
}

//! Describe an axis and find the range of values that it shows.

use crate::page::text::Text;

/// Larger magnitudes are gaps, smaller ones zero, so that no difference or ratio of two values overflows.
const LARGEST: f64 = 1e300;
const SMALLEST: f64 = 1e-290;

/// A spread below this share of the magnitude is rounding noise on a constant.
const NOISE: f64 = 1e-6;

/// How values become lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Equal steps.
    #[default]
    Linear,
    /// Equal ratios; values that are not positive leave gaps.
    Log,
    /// Equal steps with ticks at simple fractions of π; values in radians.
    Angle,
}

/// What stands along one side of a panel.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Axis {
    pub(crate) label: Text,
    pub(crate) unit: Text,
    pub(crate) scale: Scale,
    pub(crate) limits: Option<(f64, f64)>,
    pub(crate) zero_below: f64,
    pub(crate) includes_zero: bool,
}

impl Axis {
    /// A linear axis of `label` (in [`Text::markup`]) with its `unit`, empty for a pure number.
    pub fn new(label: &str, unit: &str) -> Self {
        Self { label: Text::markup(label), unit: Text::markup(unit), ..Self::default() }
    }

    /// A linear axis of a label and a unit that are texts already, such as names that a user gave.
    pub fn of(label: Text, unit: Text) -> Self {
        Self { label, unit, ..Self::default() }
    }

    /// An axis of angles in radians.
    pub fn angle(label: &str) -> Self {
        Self { scale: Scale::Angle, ..Self::new(label, "rad") }
    }

    /// Show equal ratios as equal lengths.
    #[must_use]
    pub fn log(mut self) -> Self {
        self.scale = Scale::Log;
        self
    }

    /// Show exactly `low` to `high` instead of what the data span; ignored unless both are finite and `low` < `high`.
    #[must_use]
    pub fn limits(mut self, low: f64, high: f64) -> Self {
        self.limits = Some((low, high));
        self
    }

    /// Take data that nowhere exceed `floor` in magnitude for zero: they show as a line at 0 on an axis from −1 to 1
    /// instead of as magnified rounding noise.
    #[must_use]
    pub fn zero_below(mut self, floor: f64) -> Self {
        self.zero_below = floor;
        self
    }

    /// Let the range reach zero.
    #[must_use]
    pub fn include_zero(mut self) -> Self {
        self.includes_zero = true;
        self
    }

    /// The range to show for `values`, widened by `margin` of its length at both ends.
    pub(crate) fn range(&self, values: impl Iterator<Item = f64>, margin: f64) -> Range {
        let log = self.scale == Scale::Log;
        if let Some((low, high)) = self.limits
            && let (Some(low), Some(high)) = (usable(low), usable(high))
            && low < high
            && (!log || low > 0.0)
        {
            return Range { low, high, log };
        }
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter_map(usable).filter(|v| !log || *v > 0.0) {
            low = low.min(value);
            high = high.max(value);
        }
        if log {
            return Self::log_range(low, high, margin);
        }
        if low > high {
            return Range { low: 0.0, high: 1.0, log };
        }
        if low.abs().max(high.abs()) <= self.zero_below.max(0.0) {
            return Range { low: -1.25, high: 1.25, log };
        }
        if self.includes_zero {
            low = low.min(0.0);
            high = high.max(0.0);
        }
        let magnitude = low.abs().max(high.abs());
        if high - low <= NOISE * magnitude {
            return Range { low: low - 0.1 * magnitude, high: high + 0.1 * magnitude, log };
        }
        let extra = margin * (high - low);
        Range { low: low - extra, high: high + extra, log }
    }

    fn log_range(low: f64, high: f64, margin: f64) -> Range {
        if low > high {
            return Range { low: 1.0, high: 10.0, log: true };
        }
        let span = high.ln() - low.ln();
        let extra = if span < NOISE { 3.0_f64.ln() } else { margin * span };
        Range { low: bounded_exp(low.ln() - extra), high: bounded_exp(high.ln() + extra), log: true }
    }

    /// The label with its unit, in which a power of ten of the tick labels is taken up.
    pub(crate) fn title(&self, exponent: i32) -> Text {
        let mut unit = Text::default();
        if exponent != 0 {
            let power = crate::page::text::number(f64::from(exponent), 0);
            unit = unit.then("10").then_superscript(&power);
            if !self.unit.is_empty() {
                unit = unit.then(" ");
            }
        }
        let unit = unit.then_text(self.unit.clone());
        if unit.is_empty() {
            return self.label.clone();
        }
        self.label.clone().then(" (").then_text(unit).then(")")
    }
}

/// The value as a figure can show it, or a gap.
pub(crate) fn usable(value: f64) -> Option<f64> {
    if value.abs() < SMALLEST { Some(0.0) } else { (value.abs() <= LARGEST).then_some(value) }
}

/// The exponential, kept inside what a double holds with room to spare.
fn bounded_exp(logarithm: f64) -> f64 {
    logarithm.clamp(-690.0, 700.0).exp()
}

/// Whether `low` to `high` is a constant with rounding noise.
pub(crate) fn is_constant(low: f64, high: f64) -> bool {
    high - low <= NOISE * low.abs().max(high.abs())
}

/// The values at the ends of an axis; `low` < `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) log: bool,
}

impl Range {
    /// Where a value stands: 0 at the low end, 1 at the high one. `None` where nothing can be drawn.
    pub(crate) fn share(&self, value: f64) -> Option<f64> {
        let value = usable(value)?;
        let share = if self.log {
            if value <= 0.0 {
                return None;
            }
            (value.ln() - self.low.ln()) / (self.high.ln() - self.low.ln())
        } else {
            (value - self.low) / (self.high - self.low)
        };
        // Far outside is far outside: the bound keeps the products that follow finite.
        (!share.is_nan()).then(|| share.clamp(-1e6, 1e6))
    }

    /// The range with its upper end raised so that the old one fills `share` of it.
    pub(crate) fn filling(&self, share: f64) -> Self {
        let high = if self.log {
            bounded_exp(self.low.ln() + (self.high.ln() - self.low.ln()) / share)
        } else {
            self.low + (self.high - self.low) / share
        };
        Self { high, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(values: &[f64]) -> (f64, f64) {
        let range = Axis::default().range(values.iter().copied(), 0.0);
        (range.low, range.high)
    }

    #[test]
    fn gaps_do_not_count() {
        assert_eq!(range(&[f64::NAN, -2.0, f64::INFINITY, 3.0]), (-2.0, 3.0));
        assert_eq!(range(&[]), (0.0, 1.0));
        assert_eq!(range(&[f64::NAN]), (0.0, 1.0));
    }

    #[test]
    fn a_constant_with_rounding_noise_stays_flat() {
        let (low, high) = range(&[0.0272, 0.0272 + 1e-17]);
        assert!(low < 0.025 && high > 0.0295, "{low} {high}");
        let currents = Axis::default().zero_below(1e-9).range([1e-19, -3e-19].into_iter(), 0.05);
        assert_eq!((currents.low, currents.high), (-1.25, 1.25));
        assert!((currents.share(1e-19).unwrap() - 0.5).abs() < 1e-12);
        assert_eq!(range(&[0.0, 0.0]), (-1.25, 1.25));
    }

    #[test]
    fn limits_that_make_no_sense_are_ignored() {
        for (low, high) in [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
            let range = Axis::default().limits(low, high).range([3.0, 4.0].into_iter(), 0.0);
            assert_eq!((range.low, range.high), (3.0, 4.0));
        }
        let range = Axis::default().limits(0.0, 9.0).range([3.0].into_iter(), 0.0);
        assert_eq!((range.low, range.high), (0.0, 9.0));
    }

    #[test]
    fn a_log_axis_shows_positive_values_only() {
        let range = Axis::default().log().range([-1.0, 0.0, 0.1, 100.0].into_iter(), 0.0);
        assert!((range.low - 0.1).abs() < 1e-12 && (range.high - 100.0).abs() < 1e-9);
        assert_eq!(range.share(-1.0), None);
        assert!((range.share(1.0).unwrap() - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn the_power_of_ten_goes_into_the_unit() {
        assert_eq!(Axis::new("*ξ*", "eV ps").title(-3).to_string(), "ξ (10−3 eV ps)");
        assert_eq!(Axis::new("Dir", "").title(0).to_string(), "Dir");
        assert_eq!(Axis::new("*p*", "").title(2).to_string(), "p (102)");
    }

    #[test]
    fn the_longest_log_axis_has_finite_ends() {
        let range = Axis::default().log().range([1e-290, 1e300].into_iter(), 0.06);
        let filled = range.filling(0.6);
        for end in [range.low, range.high, filled.high] {
            assert!(end > 0.0 && end.is_finite(), "{end}");
        }
        assert!((range.share(1e-290).unwrap() - 0.0).abs() < 0.1);
    }
}

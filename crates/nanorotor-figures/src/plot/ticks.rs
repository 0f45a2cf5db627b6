//! Choose ticks at round values and print their labels.

use std::f64::consts::PI;

use crate::page::text::{Text, number};
use crate::plot::axis::{Range, Scale};

/// The ticks of one axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Ticks {
    /// Values with their labels.
    pub(crate) major: Vec<(f64, Text)>,
    /// Values of the short ticks between.
    pub(crate) minor: Vec<f64>,
    /// The labels are to be multiplied by ten to this power.
    pub(crate) exponent: i32,
}

/// Ticks of `range`, at most about `most` with labels.
pub(crate) fn ticks(range: Range, scale: Scale, most: usize) -> Ticks {
    let most = most.clamp(2, 12);
    match scale {
        Scale::Linear => linear(range, most),
        Scale::Log => log(range, most),
        Scale::Angle => angle(range, most).unwrap_or_else(|| linear(range, most)),
    }
}

/// The whole multiples of `step` in the range, as multipliers; empty where they could not be told apart or counted.
fn multiples(range: Range, step: f64) -> std::ops::Range<i64> {
    let slack = 1e-9;
    let (first, last) = ((range.low / step - slack).ceil(), (range.high / step + slack).floor());
    if first.abs().max(last.abs()) < 1e15 && last - first < 1e3 {
        first as i64..last as i64 + 1
    } else {
        0..0
    }
}

fn linear(range: Range, most: usize) -> Ticks {
    let raw = (range.high - range.low) / most as f64;
    let power = raw.log10().floor() as i32;
    let lead = raw / ten(power);
    // Minor steps divide a major step of 1, 2, 5 or 10 into 5, 4, 5 or 5.
    let (digit, power, parts) = match lead {
        l if l <= 1.0 + 1e-9 => (1.0, power, 5),
        l if l <= 2.0 + 1e-9 => (2.0, power, 4),
        l if l <= 5.0 + 1e-9 => (5.0, power, 5),
        _ => (1.0, power + 1, 5),
    };
    let step = digit * ten(power);
    let largest = range.low.abs().max(range.high.abs());
    let exponent = shared_exponent(largest);
    let decimals = usize::try_from(exponent - power).unwrap_or_default();
    let unit = ten(power - exponent) * digit;
    let major = multiples(range, step)
        .map(|k| (k as f64 * step, Text::plain(&number(k as f64 * unit, decimals))))
        .collect();
    let small = step / f64::from(parts);
    let minor = multiples(range, small)
        .filter(|k| k.rem_euclid(i64::from(parts)) != 0)
        .map(|k| k as f64 * small)
        .collect();
    Ticks { major, minor, exponent }
}

/// The one tick of a colour bar that has a single value, to four digits.
pub(crate) fn single(value: f64) -> Ticks {
    let exponent = shared_exponent(value.abs());
    let lead = value / ten(exponent);
    let digits = if lead == 0.0 { 0 } else { lead.abs().log10().floor() as i32 };
    let decimals = usize::try_from(3 - digits).unwrap_or_default().min(6);
    let text = number(lead, decimals);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    Ticks { major: vec![(value, Text::plain(text))], minor: Vec::new(), exponent }
}

/// The power of ten that goes into the title: none for magnitudes that read well as they are.
fn shared_exponent(largest: f64) -> i32 {
    let magnitude = largest.log10() + 1e-9;
    if largest == 0.0 || (-2.0..4.0).contains(&magnitude) { 0 } else { magnitude.floor() as i32 }
}

fn log(range: Range, most: usize) -> Ticks {
    let (low, high) = (range.low.log10(), range.high.log10());
    let inside = |value: f64| value >= range.low * (1.0 - 1e-9) && value <= range.high * (1.0 + 1e-9);
    let decades = (low.floor() as i32)..=(high.ceil() as i32);
    let whole: Vec<i32> = decades.clone().filter(|d| inside(ten(*d))).collect();
    let parts = || decades.clone().flat_map(|d| (1..10).map(move |m| (m, d)));
    if whole.len() < 2 || (high - low < 1.7 && most > 4) {
        // Too short for powers of ten alone: label 1, 2 and 5, or equal steps where even these are too few.
        let labelled: Vec<_> =
            parts().filter(|(m, d)| [1, 2, 5].contains(m) && inside(part(*m, *d))).collect();
        if labelled.len() < 2 {
            return Ticks { minor: Vec::new(), ..linear(range, most.min(4)) };
        }
        let major = labelled.into_iter().map(|(m, d)| (part(m, d), decade_label(m, d))).collect();
        let minor = parts()
            .filter(|(m, d)| ![1, 2, 5].contains(m) && inside(part(*m, *d)))
            .map(|(m, d)| part(m, d))
            .collect();
        return Ticks { major, minor, exponent: 0 };
    }
    let stride = i32::try_from(whole.len().div_ceil(most)).unwrap_or(i32::MAX);
    let major = whole
        .iter()
        .filter(|d| d.rem_euclid(stride) == 0)
        .map(|d| (ten(*d), Text::plain("10").then_superscript(&number(f64::from(*d), 0))))
        .collect();
    let minor = if stride == 1 {
        parts().filter(|(m, d)| *m > 1 && inside(part(*m, *d))).map(|(m, d)| part(m, d)).collect()
    } else {
        whole.iter().filter(|d| d.rem_euclid(stride) != 0).map(|d| ten(*d)).collect()
    };
    Ticks { major, minor, exponent: 0 }
}

fn part(multiplier: i32, decade: i32) -> f64 {
    f64::from(multiplier) * ten(decade)
}

/// The label of a value on a short logarithmic axis: plain where that is short, a power of ten elsewhere.
fn decade_label(multiplier: i32, decade: i32) -> Text {
    if (-2..=3).contains(&decade) {
        return Text::plain(&number(part(multiplier, decade), usize::try_from(-decade).unwrap_or_default()));
    }
    let lead = if multiplier == 1 { "10".to_owned() } else { format!("{multiplier}×10") };
    Text::plain(&lead).then_superscript(&number(f64::from(decade), 0))
}

/// Steps for angles in units of π: numerator and denominator, the preferred first where several fit.
const ANGLE_STEPS: [(i64, i64); 9] =
    [(1, 4), (1, 2), (1, 6), (1, 3), (1, 8), (1, 12), (1, 1), (2, 1), (4, 1)];

/// Ticks at fractions of π; `None` where the range is too long or too short for them.
fn angle(range: Range, most: usize) -> Option<Ticks> {
    let length = range.high - range.low;
    let fits = |(p, q): &&(i64, i64)| {
        let parts = length / (PI * *p as f64 / *q as f64);
        (1.9..most as f64 + 0.01).contains(&parts)
    };
    // A step that ends on the end of the range closes the period with a label.
    let closes = |(p, q): &&(i64, i64)| {
        let parts = length / (PI * *p as f64 / *q as f64);
        (parts - parts.round()).abs() < 1e-6 && parts > 2.5
    };
    let steps = || ANGLE_STEPS.iter().filter(fits);
    let (p, q) = *steps().find(closes).or_else(|| steps().next())?;
    let step = PI * p as f64 / q as f64;
    let major =
        multiples(range, step).map(|k| (k as f64 * step, Text::plain(&fraction_of_pi(k * p, q)))).collect();
    let small = step / 2.0;
    let minor = multiples(range, small).filter(|k| k % 2 != 0).map(|k| k as f64 * small).collect();
    Some(Ticks { major, minor, exponent: 0 })
}

/// p π / q in lowest terms: 0, π/4, 3π/2, −2π.
pub(crate) fn fraction_of_pi(p: i64, q: i64) -> String {
    if p == 0 {
        return "0".to_owned();
    }
    let divisor = greatest_common_divisor(p.abs(), q);
    let (p, q) = (p / divisor, q / divisor);
    let sign = if p < 0 { "−" } else { "" };
    let count = if p.abs() == 1 { String::new() } else { p.abs().to_string() };
    let below = if q == 1 { String::new() } else { format!("/{q}") };
    format!("{sign}{count}π{below}")
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// Ten to a whole power, the nearest double.
fn ten(power: i32) -> f64 {
    // Powers computed by multiplication are off by ulps, which show in coordinates; parsing rounds correctly.
    format!("1e{power}").parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64, scale: Scale, most: usize) -> (Vec<String>, i32) {
        let ticks = ticks(Range { low, high, log: scale == Scale::Log }, scale, most);
        (ticks.major.iter().map(|(_, text)| text.to_string()).collect(), ticks.exponent)
    }

    #[test]
    fn linear_ticks_are_round() {
        assert_eq!(labels(-0.003, 0.0781, Scale::Linear, 4), (vec!["0.00".into(), "0.05".into()], 0));
        assert_eq!(labels(-0.003, 0.0781, Scale::Linear, 5).0, ["0.00", "0.02", "0.04", "0.06"]);
        assert_eq!(labels(-10.0, 10.0, Scale::Linear, 4).0, ["−10", "−5", "0", "5", "10"]);
    }

    #[test]
    fn tiny_and_huge_values_share_a_power_of_ten() {
        assert_eq!(
            labels(0.0, 3.3e-7, Scale::Linear, 4),
            (vec!["0".into(), "1".into(), "2".into(), "3".into()], -7)
        );
        assert_eq!(labels(0.0, 2.5e8, Scale::Linear, 3), (vec!["0".into(), "1".into(), "2".into()], 8));
        assert_eq!(labels(0.0, 1e-289, Scale::Linear, 2).1, -289);
    }

    #[test]
    fn angles_are_fractions_of_pi() {
        assert_eq!(labels(0.0, PI, Scale::Angle, 6).0, ["0", "π/4", "π/2", "3π/4", "π"]);
        assert_eq!(labels(0.0, 2.0 * PI, Scale::Angle, 6).0, ["0", "π/2", "π", "3π/2", "2π"]);
        assert_eq!(labels(-PI / 2.0, PI / 2.0, Scale::Angle, 6).0, ["−π/2", "−π/4", "0", "π/4", "π/2"]);
        assert_eq!(labels(0.0, 2.0 * PI / 3.0, Scale::Angle, 6).0, ["0", "π/6", "π/3", "π/2", "2π/3"]);
        // A range that no fraction divides well falls back to plain numbers.
        assert_eq!(labels(0.0, 0.1, Scale::Angle, 6).0[1], "0.02");
    }

    #[test]
    fn log_ticks_are_powers_of_ten() {
        assert_eq!(labels(0.5, 2e3, Scale::Log, 6).0, ["100", "101", "102", "103"]);
        assert_eq!(labels(1.5, 8.0, Scale::Log, 6).0, ["2", "5"]);
        assert_eq!(labels(4.5, 110.0, Scale::Log, 6).0, ["5", "10", "20", "50", "100"]);
        assert_eq!(labels(4.5, 110.0, Scale::Log, 3).0, ["101", "102"]);
        assert_eq!(labels(1.5e-5, 8e-5, Scale::Log, 6).0, ["2×10−5", "5×10−5"]);
        assert!(labels(1e-200, 1e200, Scale::Log, 6).0.len() <= 7);
        assert!(labels(1.0, 1.01, Scale::Log, 6).0.len() >= 2);
    }
}

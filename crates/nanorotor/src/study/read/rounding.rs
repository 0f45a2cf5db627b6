//! Tell how far numbers may have been rounded when they were printed.

/// Half a unit of the last digit that each of some numbers was printed with.
///
/// Programs print with a fixed number of decimals or of significant digits, and some drop zeros at the end: the most decimals and
/// the most significant digits of all numbers tell the format, whichever it was.
pub(super) fn half_units<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<f64> {
    let places: Vec<(Option<i32>, i32)> = cells.map(places).collect();
    let digits = places.iter().filter_map(|(first, last)| Some((*first)? - last + 1)).max().unwrap_or(0);
    let finest = places.iter().map(|(_, last)| *last).min().unwrap_or(0);
    let unit = |(first, _): &(Option<i32>, i32)| first.map_or(finest, |first| finest.max(first + 1 - digits));
    places.iter().map(|place| 0.5 * 10_f64.powi(unit(place))).collect()
}

/// Far more digits, and far larger exponents, than numbers have.
const MOST: i32 = 10_000;

/// The powers of ten of the first digit of a number that is not zero, and of the last one that is printed.
fn places(cell: &str) -> (Option<i32>, i32) {
    let (mantissa, exponent) = cell.split_once(['e', 'E']).unwrap_or((cell, "0"));
    let small = |count: usize| i32::try_from(count).unwrap_or(MOST).min(MOST);
    let exponent = exponent.parse::<i32>().unwrap_or(0).clamp(-MOST, MOST);
    let digits = |text: &str| small(text.chars().filter(char::is_ascii_digit).count());
    let last = exponent - mantissa.split_once('.').map_or(0, |(_, decimals)| digits(decimals));
    let mut places = mantissa.chars().filter(char::is_ascii_digit);
    let first = places.position(|digit| digit != '0');
    (first.map(|zeros| last + digits(mantissa) - 1 - small(zeros)), last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_that_of_all_numbers_together() {
        let units = |cells: &[&str]| half_units(cells.iter().copied());
        // Four decimals, with and without zeros at the end.
        assert_eq!(units(&["0", "0.3927", "0.785", "3.1416"]), [0.5e-4; 4]);
        assert_eq!(units(&["-3.1416", "-1.5708", "0.0000", "1.57"]), [0.5e-4; 4]);
        // Four significant digits.
        let found = units(&["0", "0.09817", "0.3927", "3.142", "1.571e+00"]);
        for (found, expected) in found.iter().zip([0.5e-5, 0.5e-5, 0.5e-4, 0.5e-3, 0.5e-3]) {
            assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
        }
        // Whole degrees.
        assert_eq!(units(&["0", "7", "15", "350"]), [0.5; 4]);
        assert_eq!(places("-0.0120e3"), (Some(1), -1));
        assert_eq!(places("0e5"), (None, 5));
        // Whatever somebody writes.
        assert_eq!(half_units(["1e-2147483648", "9e2147483647", ""].into_iter()).len(), 3);
    }
}

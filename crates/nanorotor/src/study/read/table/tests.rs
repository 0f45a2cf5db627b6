//! Read tables, right and wrong.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::f64::consts::TAU;

use super::*;
use crate::units::HARTREE_IN_EV;

const HEADER: &str =
    "# made for a test\ntheta [deg], torque [eV/rad], friction (au), diffusion [Ha^2 au_time]\n";

const FOURIER: Interpolation = Interpolation::Fourier { rounding: 0.0 };

fn table(angles: impl Iterator<Item = f64>) -> String {
    let rows = angles.map(|t| {
        let r = t.to_radians();
        format!("{t},{},{},{}\n", r.sin(), 2.0 + r.cos(), 3.0)
    });
    HEADER.to_string() + &rows.collect::<String>()
}

#[test]
fn even_angles_become_a_series_and_uneven_ones_a_spline() {
    for (angles, interpolation, tolerance) in [
        ((0..36).map(|j| 10.0 * f64::from(j)).collect::<Vec<_>>(), FOURIER, 1e-12),
        ((0..=36).map(|j| 10.0 * f64::from(j)).collect(), FOURIER, 1e-12),
        ((0..36).map(|j| 5.0 + 10.0 * f64::from(j)).collect(), FOURIER, 1e-12),
        ((0..36).map(|j| 10.0 * f64::from(j) - 180.0).collect(), FOURIER, 1e-12),
        ((0..=37).map(|j| 360.0 * f64::from(j) / 37.0 - 180.0).collect(), FOURIER, 1e-12),
        (
            (0..36).rev().map(|j| 10.0 * f64::from(j) + f64::from(j % 3)).collect(),
            Interpolation::Spline,
            1e-4,
        ),
    ] {
        let table = Table::parse(&table(angles.into_iter()), "t.csv").unwrap();
        let ([torque, friction, diffusion], found) = table.profiles(TAU).unwrap();
        assert_eq!(found, interpolation);
        for theta in [0.1f64, 1.0, 3.0, 6.2, -1.0] {
            assert!((torque.at(theta) * HARTREE_IN_EV - theta.sin()).abs() < tolerance);
            assert!((friction.at(theta) - 2.0 - theta.cos()).abs() < tolerance);
            assert!((diffusion.at(theta) - 3.0).abs() < tolerance);
        }
    }
}

#[test]
fn angles_that_are_rounded_where_they_are_printed_are_equidistant() {
    let rows = |angles: &[String]| {
        let row = |(j, angle): (usize, &String)| {
            let exact = TAU * j as f64 / 16.0;
            format!("{angle},{},{},3\n", exact.sin(), 2.0 + exact.cos())
        };
        let rows: String = angles.iter().enumerate().map(row).collect();
        "theta [rad], torque [eV/rad], friction [au], diffusion [au]\n".to_string() + &rows
    };
    let angle = |j: i32| TAU * f64::from(j) / 16.0;
    let printed = [
        (0..16).map(|j| format!("{:.4}", angle(j))).collect::<Vec<_>>(),
        (0..16).map(|j| format!("{:.3}", angle(j))).collect(),
        // Zeros at the end are dropped: 0, 0.3927, 0.7854, …
        (0..16).map(|j| format!("{}", (angle(j) * 1e4).round() / 1e4)).collect(),
        (0..16).map(|j| format!("{:.3e}", angle(j))).collect(),
        // The end of the period once more.
        (0..=16).map(|j| format!("{:.4}", angle(j))).collect(),
    ];
    for angles in printed {
        let table = Table::parse(&rows(&angles), "t.csv").unwrap();
        let ([torque, friction, _], found) = table.profiles(TAU).unwrap();
        let Interpolation::Fourier { rounding } = found else { panic!("{found} for {angles:?}") };
        assert!(rounding > 1e-5 && rounding < 1e-3, "{rounding}");
        assert!(found.to_string().contains("rounded to 5e-"), "{found}");
        for theta in [0.1f64, 1.0, 3.0, 6.2] {
            assert!((torque.at(theta) * HARTREE_IN_EV - theta.sin()).abs() < rounding);
            assert!((friction.at(theta) - 2.0 - theta.cos()).abs() < rounding);
        }
    }
    // Off by more than they are rounded, or rounded so far that they tell nothing.
    let mut off: Vec<String> = (0..16).map(|j| format!("{:.4}", angle(j))).collect();
    off[3] = format!("{:.4}", angle(3) + 3e-4);
    let whole = (0..16).map(|j| format!("{:.1}", angle(j))).collect::<Vec<_>>();
    for angles in [off, whole] {
        let found = Table::parse(&rows(&angles), "t.csv").unwrap().profiles(TAU).unwrap().1;
        assert_eq!(found, Interpolation::Spline, "{angles:?}");
    }
}

#[test]
fn wrong_tables_are_named() {
    let fault = |text: &str| Table::parse(text, "t.csv").unwrap_err();
    let found = fault("theta [rad], torqe [eV], friction [au], diffusion [au]\n");
    assert_eq!(
        (found.message.as_str(), found.hint.as_str()),
        ("unknown column `torqe`", "did you mean `torque`?")
    );
    let text = "# a comment\n\n# another\ntheta [rad]; torque [eV]; friction [au]; diffusion [au]\n";
    let found = fault(text);
    assert_eq!(found.message, "the columns of the table are separated by semicolons");
    assert!(
        text[found.labels[0].0.clone()].starts_with("theta [rad];"),
        "the header is marked, not the comment"
    );
    let found = fault("theta [rad], torque, friction [au], diffusion [au]\n");
    assert_eq!(found.message, "the column `torque` has no unit");
    let found = fault("theta [rad], torque [ps], friction [au], diffusion [au]\n");
    assert_eq!(found.message, "the column `torque` is an energy, its unit `ps` is not");
    let found = fault("theta [rad], torque [eV], friction [au]\n");
    assert_eq!(found.message, "the table has no column `diffusion`");
    assert_eq!(fault("").message, "the table has 0 rows");
    let text = format!("{HEADER}0,1,2,3\n1,nan,2,3\n");
    let found = fault(&text);
    assert_eq!(found.message, "`nan` is not a finite number");
    assert_eq!(&text[found.labels[0].0.clone()], "1,nan,2,3");
    assert_eq!(fault(&format!("{HEADER}0,1,2\n")).message, "a row has 3 values");
    let text = format!("{HEADER}0,1,2,3\n1,1,2,-1e-9\n");
    let found = fault(&text);
    assert_eq!(found.message, "the diffusion is -1e-9");
    assert_eq!(&text[found.labels[0].0.clone()], "1,1,2,-1e-9");
    for (row, message, hint) in [
        (
            "2,1,,1",
            "the friction is missing",
            "write decimals with a point and exponents with e, as in 1.5e-3",
        ),
        (
            "2,1e300,2,3",
            "the torque is 1e300, more than any rotor has",
            "look at the exponent and at the unit in the header",
        ),
        ("2,0,5,1,0,2,0,3", "a row has 8 values", "write decimals with a point"),
        (
            "2,1d-5,2,3",
            "`1d-5` is not a finite number",
            "write decimals with a point and exponents with e, as in 1.5e-3",
        ),
    ] {
        let found = fault(&format!("{HEADER}0,1,2,3\n{row}\n"));
        assert_eq!((found.message.as_str(), found.hint.as_str()), (message, hint));
    }
    let minus = table((0..36).map(|j| 10.0 * f64::from(j))).replace(",-", ",−");
    assert!(minus.contains('−') && Table::parse(&minus, "t.csv").is_ok());
    let degrees = table((0..36).map(|j| 10.0 * f64::from(j))).replace("theta [deg]", "theta [rad]");
    let found = Table::parse(&degrees, "t.csv").unwrap().profiles(TAU).unwrap_err();
    assert_eq!(found.hint, "angles in degrees stand under theta [deg]");
    let text = table((0..36).map(|j| 10.0 * f64::from(j)).chain([70.0]));
    let found = fault(&text);
    assert_eq!(found.message, "an angle is in the table twice");
    let lines = found.labels.iter().map(|(span, _)| &text[span.clone()]);
    assert!(lines.clone().count() == 2 && lines.clone().all(|line| line.starts_with("70,")));
}

#[test]
fn a_table_that_does_not_cover_its_period_is_refused() {
    let half = Table::parse(&table((0..18).map(|j| 10.0 * f64::from(j))), "t.csv").unwrap();
    assert!(half.profiles(TAU).unwrap_err().message.contains("between lines 20 and 3 of t.csv"));
    assert!(half.profiles(TAU / 2.0).is_ok());
    assert_eq!(half.profiles(TAU).unwrap_err().labels[0].1, "it does not cover the period");
    let twice = Table::parse(&table((0..72).map(|j| 10.0 * f64::from(j))), "t.csv").unwrap();
    assert_eq!(
        twice.profiles(TAU).unwrap_err().labels[0].1,
        "two angles agree, or they cover more than a period"
    );
}

/// The first fault of a table over a whole turn.
fn refused(text: &str) -> String {
    Table::parse(text, "t.csv").unwrap().profiles(TAU).unwrap_err().message
}

#[test]
fn rows_one_period_apart_that_differ_are_named_by_their_lines() {
    let text = table((0..36).map(|j| 10.0 * f64::from(j))) + "360,0.5,3,3\n";
    let found = refused(&text);
    assert!(found.contains("the torque of the table does not come back"), "{found}");
    assert!(found.contains("lines 3 and 39 of t.csv, one period apart"), "{found}");
}

#[test]
fn a_diffusion_that_falls_below_zero_between_the_rows_is_refused() {
    // A peak on a floor of zero: both interpolations ring beside it.
    let rows = |angle: fn(i32) -> f64, peak: f64| {
        let row = |j: i32| format!("{},0,1,{}\n", angle(j), if j == 10 { peak } else { 1.0 });
        let floor = |j: i32| format!("{},0,1,{}\n", angle(j), if j == 10 { peak } else { 0.0 });
        let all = |row: &dyn Fn(i32) -> String| HEADER.to_string() + &(0..36).map(row).collect::<String>();
        (all(&row), all(&floor))
    };
    let even = |j: i32| 10.0 * f64::from(j);
    let uneven = |j: i32| 10.0 * f64::from(j) + f64::from(j % 3);
    for (angle, name) in [(even as fn(i32) -> f64, "Fourier"), (uneven, "spline")] {
        let (raised, floor) = rows(angle, 1.5);
        assert!(Table::parse(&raised, "t.csv").unwrap().profiles(TAU).is_ok());
        let found = refused(&floor);
        assert!(found.contains(name) && found.contains("undershoots"), "{found}");
        let lines = found.strip_prefix("between lines ").unwrap();
        let line: i32 = lines[..lines.find(' ').unwrap()].parse().unwrap();
        // The row of the peak stands on line 13.
        assert!((8..=18).contains(&line), "{found}");
    }
}

#[test]
fn a_table_of_more_rows_than_any_grid_resolves_is_refused() {
    let rows = |count: usize| (0..count).fold(HEADER.to_string(), |text, j| text + &format!("{j},2,3,4\n"));
    assert!(Table::parse(&rows(100_000), "t.csv").is_ok());
    let found = Table::parse(&rows(100_001), "t.csv").unwrap_err();
    assert_eq!(
        (found.message.as_str(), found.labels[0].1.as_str()),
        ("the table has 100001 rows", "at most 100000 are read")
    );
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*", rows in "[0-9.,e\n#-]{0,200}") {
        let _ = Table::parse(&text, "t");
        let _ = Table::parse(&format!("{HEADER}{rows}"), "t").map(|table| table.profiles(TAU).map(|_| ()));
    }
}

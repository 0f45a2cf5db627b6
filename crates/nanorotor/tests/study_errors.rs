//! Show what a wrong study is told: message, the marked text with its label, and the hint.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(clippy::too_many_lines, reason = "tables of cases are long")]

use std::fmt::Write;

use nanorotor::Error;
use nanorotor::study::Study;

/// An error as lines: `line:column: message`, each marked text with its label, the hint.
fn shown(error: &Error) -> String {
    let Error::Study(study) = error else { return format!("{error} | {}", error.hint()) };
    let place = study.labels.first().map_or((0, 0), |(span, _)| study.line_and_column(span.start));
    let mut labels = String::new();
    for (span, label) in &study.labels {
        write!(labels, "\n  `{}` {label}", &study.text[span.clone()]).unwrap();
    }
    format!("{}:{}: {}{labels}\n  hint: {}", place.0, place.1, study.message, study.hint)
}

/// What the preset is told when texts in it are replaced.
fn told(changes: &[(&str, &str)]) -> String {
    let mut text = Study::preset("preston2023").unwrap().text().to_string();
    for (from, to) in changes {
        assert!(text.contains(from), "the preset does not contain {from}");
        text = text.replacen(from, to, 1);
    }
    match Study::from_toml(&text, "study.toml", None).and_then(|study| study.resolve()) {
        Ok(_) => "no error".into(),
        Err(error) => shown(&error),
    }
}

fn set(name: &str, value: &str) -> String {
    match Study::preset("preston2023").unwrap().with(name, value).and_then(|study| study.resolve()) {
        Ok(_) => "no error".into(),
        Err(error) => shown(&error),
    }
}

/// Compare what is told with what should be, for several changes of the preset.
fn expect(cases: &[(&[(&str, &str)], &str)]) {
    for (changes, expected) in cases {
        assert_eq!(told(changes), expected.trim(), "{changes:?}");
    }
}

#[test]
fn references_and_connections() {
    let molecule = |line: &str| told(&[("[molecule]", &format!("[molecule]\n{line}"))]);
    for (line, expected) in [
        ("reference = \"equilibrum\"", "the reference of [molecule] is \"equilibrum\""),
        ("reference = 3", "the reference of [molecule] is not a text"),
        (
            "reference = { state = \"molecule\", thermal_energy = \"300 K\" }",
            "`thermal_energy` does not belong to the reference \"molecule\"",
        ),
        ("reference = { chemical_potential = \"0 eV\" }", "the reference of [molecule] has no `state`"),
        (
            "reference = { state = \"equilibrium\", thermal_energy = \"-1 K\" }",
            "thermal_energy of the reference of [molecule] is -1 K",
        ),
        ("connection = [[\"0\"]]", "the connection has 1 rows"),
        (
            "connection = [[\"0\", \"1\"], [\"1\", \"0\"]]",
            "the connection is not anti-Hermitian: see entries (1, 2) and (2, 1)",
        ),
        (
            "connection = [[\"0.5\", \"0\"], [\"0\", \"0\"]]",
            "the connection is not anti-Hermitian: see entries (1, 1) and (1, 1)",
        ),
        (
            "connection = [[\"0\", \"theta\"], [\"-theta\", \"0\"]]",
            "connection entry (1, 2) does not have the period",
        ),
        (
            "connection = [[\"0\", \"1 eV\"], [\"-1 eV\", \"0\"]]",
            "connection entry (1, 2) is a pure number, not an energy",
        ),
    ] {
        let text = molecule(line);
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn names_that_do_not_exist_are_shown_with_the_nearest_one() {
    expect(&[
        (
            &[("\"Gamma_L/2\"", "\"Gama_L/2\"")],
            "
11:12: unknown parameter `Gama_L`
  `Gama_L` not defined
  hint: did you mean `Gamma_L`?
",
        ),
        (
            &[("\"Gamma_L/2\"", "\"foo/2\"")],
            "
11:12: unknown parameter `foo`
  `foo` not defined
  hint: define it under [parameters]; known are V, phi, A, Gamma_L, Gamma_R, E_1, E_2, v, kT, band_bottom, xi_solv, I
",
        ),
        (
            &[("thermal_energy = \"kT\"\nchannel", "thermal_enery = \"kT\"\nchannel")],
            "
30:1: unknown key `thermal_enery` in lead 1
  `thermal_enery` not known here
  hint: did you mean `thermal_energy`?
",
        ),
        (
            &[("[rotor]", "[roter]")],
            "
39:2: unknown key `roter` in the study
  `roter` not known here
  hint: did you mean `rotor`?
",
        ),
        (
            &[("[environment]", "[sweep]\nW = { values = [1] }\n[environment]")],
            "
46:1: the sweep of `W` has no parameter of that name
  `W` not defined under [parameters]
  hint: only parameters can be swept: define it under [parameters]
",
        ),
        (
            &[("[environment]", "[compute]\nwhat = [\"rates\"]\n[environment]")],
            r#"
46:9: `rates` cannot be computed
  `"rates"` not known
  hint: did you mean `rate`?
"#,
        ),
    ]);
}

#[test]
fn matrices_and_couplings_that_do_not_fit() {
    expect(&[
        (
            &[("[\"v\", \"E_2\"]", "[\"2*v\", \"E_2\"]")],
            r#"
21:24: the hamiltonian is not Hermitian: entries (1, 2) and (2, 1) are not conjugate
  `"v"` 1.25 eV at theta = 0.000
  `"2*v"` 2.5 eV
  hint: entry (j, i) is the complex conjugate of entry (i, j)
"#,
        ),
        (
            &[("[\"v\", \"E_2\"]", "[\"v\", [\"E_2\", \"0.1 eV\"]]")],
            r#"
21:37: the hamiltonian is not Hermitian: entry (2, 2) is not real
  `"E_2"` 0 eV + i × 0.1 eV at theta = 0.000
  hint: the entries on the diagonal are real energies
"#,
        ),
        (
            &[("[\"v\", \"E_2\"]", "[[\"v\", \"0.1 eV\"], \"E_2\"]")],
            r#"
21:24: the hamiltonian is not Hermitian: entries (1, 2) and (2, 1) are not conjugate
  `"v"` 1.25 eV at theta = 0.000
  `"v"` 1.25 eV + i × 0.1 eV
  hint: entry (j, i) is the complex conjugate of entry (i, j)
"#,
        ),
        (
            &[("site = 2", "site = 3")],
            r#"
37:46: channel 1 of lead "right" couples to site 3, the hamiltonian has 2 levels
  `3` no such site
  hint: sites count from 1 to 2
"#,
        ),
        (
            &[("site = 2", "site = 0")],
            r#"
37:46: channel 1 of lead "right" couples to site 0, the hamiltonian has 2 levels
  `0` no such site
  hint: sites count from 1 to 2
"#,
        ),
        (
            &[("site = 2, amplitude = \"1 + A/2*(cos(2*(theta + phi)) - 1)\"", "vector = [1, 0, 0]")],
            r#"
37:48: the vector of channel 1 of lead "right" has 3 amplitudes, the hamiltonian 2 levels
  `[1, 0, 0]` 3 amplitudes
  hint: give one amplitude for each level, 0 where the channel does not couple
"#,
        ),
        (
            &[("[\"v\", \"E_2\"]", "[\"v\"]")],
            r#"
21:30: the hamiltonian is not square: row 2 has length 1, not 2
  `["v"]` this row
  hint: 2 rows need 2 entries each; a complex entry is ["re", "im"]
"#,
        ),
        (
            &[("broadening = \"Gamma_L\"", "broadening = \"Gamma_L*(1+cos(2*theta)^2)\"")],
            r#"
31:28: broadening of channel 1 of lead "left" depends on theta
  `"Gamma_L*(1+cos(2*theta)^2)"` must be the same at every angle
  `"0.272 eV"` `Gamma_L` is 0.272 eV
  hint: only amplitudes, the hamiltonian, the potential and the environment may depend on theta
"#,
        ),
        (
            &[("name = \"right\"", "name = \"left\"")],
            r#"
34:8: a lead cannot be called "left"
  `"left"` another lead has this name
  hint: give each lead its own name
"#,
        ),
    ]);
}

#[test]
fn periods_that_are_none() {
    expect(&[
        (
            &[("period = \"pi\"", "period = \"pi/2\"")],
            r#"
31:61: the amplitude of channel 1 of lead "left" does not have the period 1.5708 of [rotor]
  `"1 + A/2*(cos(2*theta) - 1)"` does not come back after the period
  `"pi/2"` the period
  hint: everything has the period pi: write period = "pi"
"#,
        ),
        (
            &[("period = \"pi\"", "period = 3")],
            r#"
40:10: period of [rotor] is 3
  `3` not 2 pi / n with n = 1, 2, …
  hint: a full turn must be a whole number of periods: write for example "pi" or "2*pi/3"
"#,
        ),
        (
            &[("period = \"pi\"", "period = \"2*pi/0\"")],
            r#"
40:10: period of [rotor] is inf
  `"2*pi/0"` must be finite and smooth at every angle
  hint: look for a division by zero, a logarithm or root of a negative number, or an overflow
"#,
        ),
        (
            &[("cos(2*theta)", "cos(2.5*theta)")],
            r#"
31:61: the amplitude of channel 1 of lead "left" does not have the period 3.14159 of [rotor]
  `"1 + A/2*(cos(2.5*theta) - 1)"` does not come back after the period
  `"pi"` the period
  hint: not even a full turn brings everything back: theta belongs inside sin and cos, in whole multiples
"#,
        ),
        (
            &[("cos(2*theta)", "cos(theta)")],
            r#"
31:61: the amplitude of channel 1 of lead "left" does not have the period 3.14159 of [rotor]
  `"1 + A/2*(cos(theta) - 1)"` does not come back after the period
  `"pi"` the period
  hint: everything has the period 2 pi: write period = "2*pi"
"#,
        ),
    ]);
}

#[test]
fn energies_and_temperatures_that_cannot_be() {
    expect(&[
        (
            &[("\"-10 eV\"", "\"10 eV\"")],
            r#"
25:10: bottom of [band] is 10 eV, above the chemical potential of lead "left", 2.5 eV
  `"band_bottom"` the bottom
  `"10 eV"` `band_bottom` is 10 eV
  `"V/2"` the chemical potential
  hint: the bottom is an absolute energy on the zero of the levels, such as "-10 eV"
"#,
        ),
        (
            &[("kT = \"0.0272 eV\"", "kT = \"-0.0272 eV\"")],
            r#"
30:18: thermal_energy of lead "left" is -0.0272 eV
  `"kT"` not positive
  `"-0.0272 eV"` `kT` is -0.0272 eV
  hint: temperatures are absolute: write for example "300 K" or "0.0272 eV"
"#,
        ),
        (
            &[("kT = \"0.0272 eV\"", "kT = \"0 K\"")],
            r#"
30:18: thermal_energy of lead "left" is 0 eV
  `"kT"` not positive
  `"0 K"` `kT` is 0 K
  hint: temperatures are absolute: write for example "300 K" or "0.0272 eV"
"#,
        ),
        (
            &[("Gamma_L = \"0.272 eV\"", "Gamma_L = \"-0.272 eV\"")],
            r#"
31:28: broadening of channel 1 of lead "left" is -0.272 eV
  `"Gamma_L"` negative
  `"-0.272 eV"` `Gamma_L` is -0.272 eV
  hint: a broadening is zero or more; signs and angles belong to the amplitude
"#,
        ),
        (
            &[("xi_solv = \"5 au\"", "xi_solv = \"-5 au\"")],
            r#"
46:12: friction of [environment] is -5 au
  `"xi_solv"` negative
  `"-5 au"` `xi_solv` is -5 au
  hint: an environment in equilibrium only takes energy: zero or more
"#,
        ),
        (
            &[("[environment]", "[simulate]\ntotal_time = \"-1 ns\"\n[environment]")],
            r#"
46:14: total_time of [simulate] is -1 ns
  `"-1 ns"` not positive
  hint: a time or an error is positive
"#,
        ),
    ]);
}

#[test]
fn numbers_that_are_none() {
    expect(&[
        (
            &[("A = 0.95", "A = 1e999")],
            "
9:5: the parameter `A` is not a finite number
  `1e999` infinite, not a number, or too large
  hint: numbers end at 1.8e308
",
        ),
        (
            &[("A = 0.95", "A = nan")],
            "
9:5: the parameter `A` is not a finite number
  `nan` infinite, not a number, or too large
  hint: numbers end at 1.8e308
",
        ),
        (
            &[("A = 0.95", "A = \"1/0\"")],
            r#"
9:5: `A` is inf
  `"1/0"` not a finite number
  hint: look for a division by zero, a logarithm or root of a negative number, or an overflow
"#,
        ),
        (
            &[("1 + A/2*(cos(2*theta)", "1 + log(A*cos(2*theta))*(cos(2*theta)")],
            r#"
31:61: the amplitude of channel 1 of lead "left" is NaN at theta = 1.483
  `"1 + log(A*cos(2*theta))*(cos(2*theta) - 1)"` must be finite and smooth at every angle
  hint: look for a division by zero, a logarithm or root of a negative number, or an overflow
"#,
        ),
    ]);
}

#[test]
fn units_and_dimensions_that_are_wrong() {
    expect(&[
        (
            &[("V = \"5 eV\"", "V = \"5 ns\"")],
            r#"
29:22: chemical_potential of lead "left" is an energy, not a time
  `"V/2"` a time, expected an energy
  `"5 ns"` `V` is a time
  hint: write for example "0.5 eV"
"#,
        ),
        (
            &[("V = \"5 eV\"", "V = \"5 V\"")],
            r#"
7:8: unknown unit `V`
  `V` not a unit
  hint: a bias is written as an energy: "5 eV" is the bias of 5 V
"#,
        ),
        (
            &[("V = \"5 eV\"", "V = \"5 ev\"")],
            "
7:8: unknown unit `ev`
  `ev` not a unit
  hint: did you mean `eV`?
",
        ),
        (
            &[("V = \"5 eV\"", "V = \"1/2 eV\"")],
            r#"
7:6: `1/2 eV` can be read in two ways
  `1/2 eV` a unit binds tighter than * and /
  hint: write "0.5 eV"
"#,
        ),
        (
            &[("chemical_potential = \"V/2\"", "chemical_potential = \"5/2\"")],
            r#"
29:22: chemical_potential of lead "left" is an energy, not a pure number
  `"5/2"` a pure number, expected an energy
  hint: give it a unit, as in "0.5 eV"
"#,
        ),
        (
            &[("\"V/2\"", "\"V/2 + 0.1\"")],
            r#"
29:23: an energy and a pure number do not add
  `V/2` an energy
  `0.1` a pure number
  hint: a bare number in a formula has no dimension: give it a unit, as in "0.5 eV"
"#,
        ),
        (
            &[("xi_solv = \"5 au\"", "xi_solv = 5"), ("load = \"0 eV\"", "load = \"xi_solv\"")],
            r#"
46:12: friction of [environment] is a friction (energy × time), not an energy
  `"xi_solv"` an energy, expected a friction (energy × time)
  `"xi_solv"` `xi_solv` became an energy here
  hint: write its unit, or use two parameters: `au` or no unit leaves the dimension to the first use
"#,
        ),
        (
            &[("A = 0.95", "A = 0.95\neV = 3\nns=1"), ("\"V/2\"", "\"V/2 + 0.1 eV/ns\"")],
            "
31:36: `ns` could be the unit or the parameter
  `ns` both exist
  hint: put the quantity in parentheses to use the parameter, or rename the parameter `ns`
",
        ),
        (
            &[("E_1 = \"0 eV\"", "E_1 = \"0.5 \\u0065v\"")],
            r#"
12:7: unknown unit `ev`
  `"0.5 \u0065v"` not a unit
  hint: did you mean `eV`?
"#,
        ),
    ]);
}

#[test]
fn numbers_without_a_unit_where_a_dimension_is_expected() {
    expect(&[
        (
            &[("kT = \"0.0272 eV\"", "kT = 300")],
            r#"
15:6: `kT` is an energy and needs a unit
  `300` a number without a unit
  `"kT"` used as an energy here
  hint: write "300 K", "300 eV" or "300 au"
"#,
        ),
        (
            &[("V = \"5 eV\"", "V = \"-0.5\"")],
            r#"
7:5: `V` is an energy and needs a unit
  `"-0.5"` a number without a unit
  `"V/2"` used as an energy here
  hint: write "-0.5 eV" or "-0.5 au"
"#,
        ),
        (
            &[("xi_solv = \"5 au\"", "xi_solv = 5")],
            r#"
17:11: `xi_solv` is a friction (energy × time) and needs a unit
  `5` a number without a unit
  `"xi_solv"` used as a friction (energy × time) here
  hint: write "5 eV ps" or "5 au"
"#,
        ),
        (
            &[("[\"E_1\", \"v\"]", "[0.5, \"v\"]")],
            r#"
21:17: hamiltonian entry (1, 1) is an energy and needs a unit
  `0.5` a number without a unit
  hint: write "0.5 eV" or "0.5 au"
"#,
        ),
        (
            &[("moment_of_inertia = \"I\"", "moment_of_inertia = \"4.5e5\"")],
            r#"
41:21: moment_of_inertia of [rotor] is a moment of inertia (energy × time²) and needs a unit
  `"4.5e5"` a number without a unit
  hint: write "450000 kg m^2" or "450000 au"
"#,
        ),
        (
            &[("[environment]", "[simulate]\ntarget = { rotation_rate = 0.06 }\n[environment]")],
            r#"
46:28: rotation_rate of the target is a rate (1/time) and needs a unit
  `0.06` a number without a unit
  hint: write "0.06 /ns" or "0.06 au"
"#,
        ),
        (
            &[("[environment]", "[sweep]\nV = { values = [0, \"1 eV\", 2] }\n[environment]")],
            r#"
46:28: `V` is an energy and needs a unit
  `2` a number without a unit
  hint: write "2 eV" or "2 au"
"#,
        ),
        // Zero needs no unit, and a pure number has none.
        (
            &[
                ("load = \"0 eV\"", "load = 0"),
                ("V = \"5 eV\"", "V = 0"),
                ("E_1 = \"0 eV\"", "E_1 = \"-0.0\""),
            ],
            "no error",
        ),
        (&[("[environment]", "[sweep]\nphi = { values = [0, 1, \"pi\"] }\n[environment]")], "no error"),
    ]);
}

#[test]
fn names_values_and_sweeps_that_nobody_can_mean() {
    expect(&[
        (
            &[("A = 0.95", "A = 0.95\nlead = 1")],
            "
10:1: `lead` cannot be a parameter
  `lead` a name that results use for something else
  hint: choose another name: `lead_` would do
",
        ),
        (
            &[("A = 0.95", "A = 0.95\nparameter_V = 1")],
            "
10:1: `parameter_V` cannot be a parameter
  `parameter_V` a name that results use for something else
  hint: choose another name: `V_` would do
",
        ),
        (
            &[("period = \"pi\"", "period = \"1e-9\"")],
            r#"
40:10: period of [rotor] is 1e-9
  `"1e-9"` a turn would have more than 1000 periods
  hint: write the angle after which the rotor looks the same: for example "pi" or "2*pi/3"
"#,
        ),
        (
            &[("[environment]", "[simulate]\ntotal_time = \"1e300 ns\"\n[environment]")],
            r#"
46:14: total_time of [simulate] is 1e300 ns
  `"1e300 ns"` longer than 1e15 ns
  hint: no computer runs that long: write for example "1e4 ns"
"#,
        ),
        (
            &[(
                "[environment]",
                "[sweep]\nV = { values = [\"2 eV\", \"3 eV\", \"2000 meV\"] }\n[environment]",
            )],
            "
46:1: the sweep of `V` has 2 eV twice
  `V` a value stands twice
  hint: give each value once
",
        ),
        (
            &[("[environment]", "[sweep]\nphi = { from = 1, to = 1, points = 3 }\n[environment]")],
            "
46:1: the sweep of `phi` has 1 twice
  `phi` a value stands twice
  hint: give each value once
",
        ),
        (
            &[
                ("A = 0.95", "A = 0.95\nB = 1\nC = \"2*B\""),
                ("[environment]", "[sweep]\nB = { values = [1, 2] }\n[environment]"),
            ],
            "
48:1: nothing depends on `B`
  `B` all points of this sweep would be the same
  hint: use the parameter somewhere in the study, or leave the sweep out
",
        ),
        (
            &[
                ("A = 0.95", "A = 0.95\nstep = \"2 au\""),
                (
                    "[environment]",
                    "[simulate]\ndt = \"step\"\n[sweep]\nstep = { values = [\"2 au\", \"3 au\"] }\n[environment]",
                ),
            ],
            "
49:1: nothing that is computed depends on `step`
  `step` all points of this sweep would be the same
  hint: only trajectories do: add \"simulate\" to what of [compute], or leave the sweep out
",
        ),
    ]);
    // A parameter that only another one uses can lose its use from outside.
    let text = format!(
        "{}\n[sweep]\nGamma_L = {{ values = [\"0.1 eV\", \"0.2 eV\"] }}\n",
        Study::preset("preston2023").unwrap().text()
    );
    let text = text.replace("broadening = \"Gamma_L\"", "broadening = \"0.272 eV\"");
    let study = Study::from_toml(&text, "study.toml", None).unwrap();
    assert_eq!(study.unused(), Vec::<&str>::new());
    assert!(shown(&study.with("Gamma_R", "0.1 eV").unwrap_err()).contains("nothing depends on `Gamma_L`"));
    assert_eq!(
        study.with("Gamma_L", "0.1 eV").unwrap().with("Gamma_R", "0.1 eV").unwrap().unused(),
        ["Gamma_L"]
    );
    // An axis from outside is known before its tasks are; the grid refuses it.
    let text = Study::preset("preston2023").unwrap().text().replace("A = 0.95", "A = 0.95\nstep = \"2 au\"");
    let steps = |what: &str| {
        let text = format!("{text}\n[simulate]\ndt = \"step\"\n[compute]\nwhat = [\"{what}\"]\n");
        let study = Study::from_toml(&text, "study.toml", None).unwrap();
        assert_eq!(study.unused(), Vec::<&str>::new());
        study.with_axis("step", &[2.0, 3.0]).and_then(|study| nanorotor::sweep::Grid::new(&study).map(|_| ()))
    };
    assert!(steps("simulate").is_ok());
    for what in ["landscape", "rate"] {
        let error = shown(&steps(what).unwrap_err());
        assert!(error.contains("nothing that is computed depends on `step`"), "{error}");
    }
    let preset = Study::preset("preston2023").unwrap();
    assert!(
        shown(&preset.with_axis("V", &[1.0, 2.0, 1.0]).unwrap_err())
            .contains("the sweep of `V` has 1 eV twice")
    );
}

#[test]
fn slips_that_other_languages_and_keyboards_teach() {
    expect(&[
        (
            &[("phi = \"-pi/4\"", "psi = \"-pi/4\"")],
            "
37:86: unknown parameter `phi`
  `phi` not defined
  hint: did you mean `psi`?
",
        ),
        (
            &[("phi = \"-pi/4\"  ", "twist = \"-pi/4\"")],
            "
37:86: unknown parameter `phi`
  `phi` not defined
  hint: define it under [parameters]; known are V, twist, A, Gamma_L, Gamma_R, E_1, E_2, v, kT, band_bottom, xi_solv, I
",
        ),
        (
            &[("kT = \"0.0272 eV\"", "kT = \"25 degC\"")],
            r#"
15:10: unknown unit `degC`
  `degC` not a unit
  hint: temperatures are absolute: write "300 K"
"#,
        ),
        (
            &[("A = 0.95", "A = \"1.5d0\"")],
            r#"
9:6: a number is followed directly by `d0`
  `1.5d0` expected an operator, or one space and a unit
  hint: write the exponent with e: "1.5e0"
"#,
        ),
        (
            &[("1 + A/2*(cos(2*theta)", "1j*theta + (cos(2*theta)")],
            r#"
31:62: a number is followed directly by `j`
  `1j` expected an operator, or one space and a unit
  hint: write a complex entry as ["re", "im"]
"#,
        ),
        (
            &[("kT = \"0.0272 eV\"", "kT = \"200 /cm\"")],
            r#"
15:12: unknown parameter `cm`
  `cm` not defined
  hint: a wavenumber is written "200 cm^-1"
"#,
        ),
        (
            &[("[environment]", "[sweep]\nV = { from = 0, to = \"1 eV\", points = \"41\" }\n[environment]")],
            r#"
46:39: points is not a whole number that is not negative
  `"41"` this is a text
  hint: write 41, without quotes, point or exponent
"#,
        ),
        (&[("phi = \"-pi/4\"", "phi = \"−pi/４\""), ("V = \"5 eV\"", "V = \"５ eV\""), ("cos(2*theta)", "cos(2×theta)")], "no error"),
    ]);
}

#[test]
fn definitions_that_are_none() {
    expect(&[
        (
            &[("v = \"1.25 eV\"", "v = \"Gamma_R*4\""), ("Gamma_L = \"0.272 eV\"", "Gamma_L = \"v/2\"")],
            r#"
10:11: parameters are defined in a circle: Gamma_L → v → Gamma_R → Gamma_L
  `"v/2"` `Gamma_L` needs itself
  `"Gamma_R*4"` through `v`
  `"Gamma_L/2"` through `Gamma_R`
  hint: give one of them a value of its own
"#,
        ),
        (
            &[("A = 0.95", "A = \"A\"")],
            r#"
9:5: parameters are defined in a circle: A → A
  `"A"` `A` needs itself
  hint: give one of them a value of its own
"#,
        ),
        (
            &[("A = 0.95", "A = 0.95\nA = 0.9")],
            "
10:1: duplicate key
  `A` not valid TOML here
  hint: each name may be defined once
",
        ),
        (
            &[("A = 0.95", "pi = 0.95")],
            "
9:1: `pi` cannot be a parameter
  `pi` reserved
  hint: theta, pi and the names of functions belong to the language of formulas: choose another name
",
        ),
        (
            &[("A = 0.95", "\"2A\" = 0.95")],
            r#"
9:1: `2A` cannot be a parameter
  `"2A"` not a name
  hint: a name is made of letters, digits and _ and does not begin with a digit
"#,
        ),
        (
            &[("A = 0.95", "A = [0.95]")],
            r#"
9:5: the parameter `A` is not a number, a quantity or a formula
  `[0.95]` this is a list
  hint: write one value, such as "0.272 eV"; several belong under [sweep]
"#,
        ),
        (
            &[("A = 0.95", "A = 0.95 eV")],
            r#"
9:5: string values must be quoted, expected literal string
  `0.95 eV` not valid TOML here
  hint: a line reads name = 1.5 or name = "formula or quantity": text stands in quotes
"#,
        ),
    ]);
}

#[test]
fn slips_of_the_keyboard() {
    expect(&[
        (
            &[("[[lead]]\nname = \"right\"", "[lead]\nname = \"right\"")],
            "
33:2: duplicate key
  `lead` not valid TOML here
  hint: each lead begins with [[lead]], in two pairs of brackets
",
        ),
        (
            &[("A = 0.95", "A = 0,95")],
            "
9:6: unexpected key or value, expected newline, `#`
  `` not valid TOML here
  hint: write decimals with a point
",
        ),
        (
            &[("cos(2*theta)", "cos(2*θ)")],
            "
31:77: unknown parameter `θ`
  `θ` not defined
  hint: write theta
",
        ),
        (
            &[("name = \"left\"", "name = \"le\\nft\"")],
            r#"
28:8: a lead cannot be called "le\nft"
  `"le\nft"` more than one line of text
  hint: give each lead its own name
"#,
        ),
    ]);
}

#[test]
fn sections_that_are_missing_or_too_many() {
    expect(&[
        (
            &[("[rotor]\nperiod = \"pi\"", "[rotor]")],
            r#"
39:1: [rotor] has no `period`
  `[rotor]` `period` is missing
  hint: add for example: period = "2*pi"
"#,
        ),
        (
            &[("[environment]\nfriction = \"xi_solv\"", "[environment]")],
            r#"
45:1: [environment] has no `friction`
  `[environment]` `friction` is missing
  hint: add for example: friction = "5 au"
"#,
        ),
        (
            &[("[band]\nbottom = \"band_bottom\"", "")],
            r#"
20:1: the study does not say where the band ends
  `[molecule]` the torque on this molecule depends on it
  hint: add [band] with bottom = "-10 eV", or to each lead: lorentzian = { center = "0 eV", half_width = "4 eV" }
"#,
        ),
        (
            &[(
                "thermal_energy = \"kT\"\nchannel",
                "lorentzian = { center = \"0 eV\", half_width = \"4 eV\" }\nthermal_energy = \"kT\"\nchannel",
            )],
            r#"
24:1: a study has one kind of band
  `[band]` a bottom for the whole junction
  hint: remove [band], or the lorentzian of lead "left"
"#,
        ),
        (
            &[("[molecule]", "[landscape]\ntable = \"nowhere.csv\"\n[molecule]")],
            "
20:1: a study has either a junction or a [landscape]
  `[landscape]` a landscape
  `[molecule]` part of a junction
  hint: remove [landscape], or [molecule], [band] and [[lead]] (molecule is there)
",
        ),
    ]);
}

#[test]
fn sweeps_that_go_nowhere() {
    expect(&[
        (
            &[("[environment]", "[sweep]\nV = { from = 0, to = \"1 ns\", points = 3 }\n[environment]")],
            r#"
46:22: `V` is an energy, not a time
  `"1 ns"` a time
  hint: write for example "0.5 eV"
"#,
        ),
        (
            &[("[environment]", "[sweep]\nGamma_R = { from = 0, to = 1, points = 3 }\n[environment]")],
            r#"
46:28: `Gamma_R` is an energy and needs a unit
  `1` a number without a unit
  hint: write "1 eV" or "1 au"
"#,
        ),
        (
            &[("[environment]", "[sweep]\nV = { from = 0, to = \"1 eV\", points = 1e9 }\n[environment]")],
            "
46:39: points is not a whole number that is not negative
  `1e9` this is a number
  hint: write 1000000000, without quotes, point or exponent
",
        ),
        (
            &[(
                "[environment]",
                "[sweep]\nV = { from = 0, to = \"1 eV\", points = 3, scale = \"log\" }\n[environment]",
            )],
            r#"
46:5: the logarithmic sweep of `V` touches zero
  `{ from = 0, to = "1 eV", points = 3, scale = "log" }` both ends must have one sign and differ from zero
  hint: leave out scale = "log", or begin above zero
"#,
        ),
    ]);
}

#[test]
fn values_from_outside_that_are_refused() {
    for (name, value, expected) in [
        (
            "V",
            "3 ns",
            r#"
1:3: `V` is an energy, not a time
  `3 ns` a time
  hint: write for example "0.5 eV"
"#,
        ),
        (
            "W",
            "3",
            "
1:1: unknown parameter `W`
  `W` not in the study
  hint: known are V, phi, A, Gamma_L, Gamma_R, E_1, E_2, v, kT, band_bottom, xi_solv, I
",
        ),
        (
            "Gamma_r",
            "3 eV",
            "
1:1: unknown parameter `Gamma_r`
  `Gamma_r` not in the study
  hint: did you mean `Gamma_R`?
",
        ),
        (
            "Gamma_R",
            "3",
            r#"
1:9: `Gamma_R` is an energy and needs a unit
  `3` a number without a unit
  hint: write "3 eV" or "3 au"
"#,
        ),
        (
            "V",
            "2*W",
            "
1:5: unknown parameter `W`
  `W` not defined
  hint: define it under [parameters]; known are V, phi, A, Gamma_L, Gamma_R, E_1, E_2, v, kT, band_bottom, xi_solv, I; a unit follows a number after one space, as in \"2 W\"
",
        ),
        (
            "V",
            "(",
            "
1:4: the formula ends too early
  `` expected a value
  hint: complete it
",
        ),
        (
            "V",
            "1e999",
            "
1:3: the number is too large
  `1e999` overflows
  hint: numbers end at 1.8e308
",
        ),
        (
            "V",
            "V",
            "
1:3: parameters are defined in a circle: V → V
  `V` `V` needs itself
  hint: give one of them a value of its own
",
        ),
        (
            "Gamma_L",
            "Gamma_R",
            "
1:9: parameters are defined in a circle: Gamma_L → Gamma_R → Gamma_L
  `Gamma_R` `Gamma_L` needs itself
  `Gamma_R` through `Gamma_R`
  hint: give one of them a value of its own
",
        ),
        (
            "kT",
            "-1 eV",
            r#"
30:18: thermal_energy of lead "left" is -1 eV
  `"kT"` not positive
  `"0.0272 eV"` `kT` is -1 eV
  hint: temperatures are absolute: write for example "300 K" or "0.0272 eV" (set from outside: kT = -1 eV)
"#,
        ),
        (
            "A",
            "1/0",
            "
1:3: `A` is inf
  `1/0` not a finite number
  hint: look for a division by zero, a logarithm or root of a negative number, or an overflow
",
        ),
        (
            "",
            "",
            "
1:1: unknown parameter ``
  `` not in the study
  hint: known are V, phi, A, Gamma_L, Gamma_R, E_1, E_2, v, kT, band_bottom, xi_solv, I
",
        ),
        (
            "V",
            "",
            "
1:3: the formula ends too early
  `` expected a value
  hint: complete it
",
        ),
    ] {
        assert_eq!(set(name, value), expected.trim(), "{name}={value}");
    }
}

/// The first line of what a study is told, without its place.
fn message(changes: &[(&str, &str)]) -> String {
    told(changes)
        .lines()
        .next()
        .unwrap_or_default()
        .split_once(": ")
        .map_or_else(String::new, |(_, m)| m.into())
}

#[test]
fn values_that_no_rotor_has_are_refused_before_work_starts() {
    let inertia = "I = \"4.5e5 au\"";
    assert_eq!(
        told(&[("E_1 = \"0 eV\"", "E_1 = \"1e5 eV\"")]),
        "21:17: hamiltonian entry (1, 1) is 100000 eV, more than any rotor has
  `\"E_1\"` beyond 10000 eV
  hint: look at the unit and the exponent: at most 10000 eV is taken"
    );
    for (change, expected) in [
        ((inertia, "I = \"1 kg m^2\""), "moment_of_inertia of [rotor] is"),
        ((inertia, "I = \"1e-75 kg m^2\""), "moment_of_inertia of [rotor] is"),
        (("xi_solv = \"5 au\"", "xi_solv = \"5e30 au\""), "friction of [environment] is"),
        (("kT = \"0.0272 eV\"", "kT = \"1e-9 K\""), "thermal_energy of lead \"left\" is 8.61733e-14 eV"),
        (("kT = \"0.0272 eV\"", "kT = \"1e9 K\""), "thermal_energy of lead \"left\" is 86173.3 eV"),
        (("band_bottom = \"-10 eV\"", "band_bottom = \"-1e9 eV\""), "bottom of [band] is"),
        (("spin_degeneracy = 1", "spin_degeneracy = 1.5"), "spin_degeneracy of [molecule] is 1.5"),
        (("spin_degeneracy = 1", "spin_degeneracy = 1e5"), "spin_degeneracy of [molecule] is 100000"),
        (("[environment]", "[simulate]\ndt = \"1e-20 ns\"\n[environment]"), "dt of [simulate] is 1e-20 ns"),
        (
            ("[environment]", "[simulate]\ntarget = { directionality = 0.7 }\n[environment]"),
            "directionality of the target is 0.7",
        ),
        (
            ("[environment]", "[simulate]\ntarget = { rotation_rate = \"1e-300 /ns\" }\n[environment]"),
            "rotation_rate of the target is 1e-300 /ns",
        ),
        (("cite = [\"preston2023\"]", "cite = [\"two words\"]"), "\"two words\" is no key of a citation"),
        (("cite = [\"preston2023\"]", "cite = [\"\"]"), "\"\" is no key of a citation"),
    ] {
        let found = message(&[change]);
        assert!(found.starts_with(expected), "{change:?}: {found}");
    }
    // A band may be as deep as somebody wants to see.
    assert_eq!(told(&[("band_bottom = \"-10 eV\"", "band_bottom = \"-1e5 eV\"")]), "no error");
}

#[test]
fn what_is_wrong_within_a_narrow_angle_only_is_found() {
    let potential = "potential = \"0 eV\"";
    // Negative under the root for 0.028 rad around 0.3 + pi/2.
    let found = message(&[(potential, "potential = \"1 eV*sqrt(cos(2*(theta - 0.3)) + 0.9996)\"")]);
    assert!(found.starts_with("potential of [rotor] is NaN at theta = "), "{found}");
    // A spike of 4 mrad on one of two entries.
    let spike = "exp(-50000*(1 - cos(2*(theta - 0.123))))";
    let hamiltonian = "hamiltonian = [[\"E_1\", \"v\"], [\"v\", \"E_2\"]]";
    let uneven = format!("hamiltonian = [[\"E_1\", \"v*(1 + {spike})\"], [\"v\", \"E_2\"]]");
    let found = message(&[(hamiltonian, &uneven)]);
    assert!(found.contains("entries (1, 2) and (2, 1) are not conjugate"), "{found}");
    let even = format!("hamiltonian = [[\"E_1\", \"v*(1 + {spike})\"], [\"(1 + {spike})*v\", \"E_2\"]]");
    assert_eq!(told(&[(hamiltonian, &even)]), "no error");
    // A spike that stands once in a turn, where half a turn is the period.
    let once = spike.replace("2*(theta - 0.123)", "theta - 0.123");
    let found = message(&[(potential, &format!("potential = \"1 eV*{once}\""))]);
    assert!(found.starts_with("potential of [rotor] does not have the period 3.14159"), "{found}");
}

#[test]
fn a_number_beside_an_atomic_unit_stays_a_number() {
    for friction in ["A*5 au", "5 au*A", "xi_solv*A"] {
        let change = ("friction = \"xi_solv\"", format!("friction = \"{friction}\""));
        assert_eq!(told(&[(change.0, &change.1)]), "no error", "{friction}");
    }
}

//! Read what `nanorotor check` and `nanorotor cite` say about studies.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{Folder, preset_with, study};

/// The text of `check` with runs of spaces made one.
fn checked(folder: &Folder, arguments: &[&str]) -> String {
    let run = folder.run(&[&["check"], arguments].concat());
    let lines = run.data().lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn check_shows_values_with_units_the_band_and_what_a_deeper_one_does() {
    let text = checked(&Folder::new(), &["preston2023"]);
    for line in [
        "Molecular motor driven by the Landauer blowtorch effect",
        "V 5 eV",
        "Gamma_R 0.136 eV = Gamma_L/2",
        "phi -0.7853981633974 = -pi/4",
        "I 450000 au",
        "levels 2",
        "h(1, 1) 0.000000 eV",
        "h(1, 2) 1.250000 eV",
        "lead \"left\": mu = 2.500000 eV, k_BT = 0.027200 eV = 315.64 K",
        "channel broadening 0.272000 eV, site 1, amplitude 0.050000 to 1.000000",
        "lead \"right\": mu = -2.500000 eV, k_BT = 0.027200 eV = 315.64 K",
        "channel broadening 0.136000 eV, site 2, amplitude 0.050000 to 1.000000",
        "period 3.141593 rad = pi",
        "inertia 1.147899e-45 kg m^2",
        "load 0.000000 eV/rad",
        "friction 0.003291 eV ps",
        "k_BT 0.027200 eV",
        "barrier 0.074464 eV",
        "mean torque 0.000000 eV/rad",
        "period holds: 3.141593 rad = pi is the smallest",
        "torque holds: conservative: the electrons and a rotor that turns once exchange no work",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
    }
    assert!(text.contains("\nband wide band from -10.000000 eV"), "{text}");
    assert!(
        text.contains("\nband questionable: barrier 0.0745 eV; from -100.0000 eV it would be 0.1875 eV"),
        "{text}"
    );
    for name in ["adiabaticity", "white noise", "classical rotor", "resonances", "friction"] {
        assert!(text.contains(&format!("\n{name} ")), "{name}\n{text}");
    }
}

#[test]
fn a_swapped_order_and_a_parameter_that_nothing_uses_can_be_seen() {
    let folder = Folder::new();
    let text = checked(&folder, &[&study("three_leads.toml")]);
    for line in [
        "h(1, 1) 0.100000 eV",
        "h(2, 2) -0.200000 eV",
        "h(2, 3) 0.750000 eV to 0.850000 eV",
        "channel broadening 0.050000 eV, site 2, amplitude 0.500000",
        "channel broadening 0.100000 eV, site 2, amplitude -1.000000 to 1.000000; \
         site 3, amplitude 0.600000 + i (-0.200000 to 0.200000)",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
    }
    assert!(!text.contains("h(1, 3)"), "{text}");
    folder.write("idle.toml", preset_with("A = 0.95", "A = 0.95\nidle = \"3 eV\""));
    let run = folder.run(&["check", "idle.toml"]);
    assert!(run.stdout.contains("(nothing uses it)"), "{}", run.stdout);
    assert_eq!(run.stderr, "note: nothing in the study uses the parameter `idle`\n");
}

#[test]
fn a_potential_without_a_reference_and_a_basis_without_a_connection_are_told() {
    let folder = Folder::new();
    let text = preset_with("potential = \"0 eV\"", "potential = \"0.05 eV*cos(2*theta)\"");
    folder.write("potential.toml", &text);
    let with = |reference: &str| {
        folder.write(
            "reference.toml",
            text.replace("[molecule]", &format!("[molecule]\nreference = {reference}")),
        );
        checked(&folder, &["reference.toml"])
    };
    let barrier = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("barrier ")).unwrap();
        line.split(' ').nth(1).unwrap().parse::<f64>().unwrap()
    };
    let (bare, equilibrium) = (checked(&folder, &["potential.toml"]), with("\"equilibrium\""));
    let line = bare.lines().find(|line| line.starts_with("reference questionable")).unwrap();
    assert!(line.contains(&format!("barrier {:.4} eV", barrier(&bare))), "{line}");
    assert!(line.contains(&format!("; {:.4} eV if that potential", barrier(&equilibrium))), "{line}");
    assert!(equilibrium.contains("\nreference the torque is measured from that of the junction in equilibrium at mu = 0.000000 eV and k_BT = 0.027200 eV"), "{equilibrium}");
    assert!(equilibrium.contains("it depends on no end of the band"), "{equilibrium}");
    assert!(
        bare.contains(
            "\nbasis holds: taken to be at rest, as no connection is given; were levels 1 and 2 a pair"
        ),
        "{bare}"
    );
    assert!(!with("\"none\"").contains("\nbasis holds: moves"));
}

#[test]
fn the_barrier_of_the_deeper_band_is_that_of_the_deeper_band() {
    let folder = Folder::new();
    let barrier = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("barrier ")).unwrap();
        line.split(' ').nth(1).unwrap().parse::<f64>().unwrap()
    };
    let shallow = checked(&folder, &["preston2023"]);
    let deep = checked(&folder, &["preston2023", "--set", "band_bottom=-100 eV"]);
    assert!(
        shallow.contains(&format!("from -100.0000 eV it would be {:.4} eV", barrier(&deep))),
        "{shallow}"
    );
    assert!((barrier(&shallow) - barrier(&deep)).abs() > 0.1);
    assert!(deep.contains("band_bottom -100 eV (set from outside)"), "{deep}");
}

#[test]
fn check_says_when_a_smaller_period_holds() {
    let folder = Folder::new();
    folder.write("slow.toml", preset_with("period = \"pi\"", "period = \"2*pi\""));
    let text = checked(&folder, &["slow.toml"]);
    assert!(
        text.contains("period 6.283185 rad = 2 pi\n")
            && text.contains(
                "the landscape already repeats after 3.141593 rad = pi, not only after the study's"
            )
    );
    assert!(!checked(&folder, &["preston2023"]).contains("already repeats"));
}

#[test]
fn check_tells_wind_from_potential_and_shows_the_sweep() {
    let folder = Folder::new();
    let text = checked(&folder, &[&study("wind.toml")]);
    assert!(text.contains("torque holds: a nonconservative drive, a wind: the electrons do"), "{text}");
    assert!(
        text.ends_with("sweep\nV: 13 values from 0 eV to 6 eV\nload: 3 values from 0 eV to 0.005 eV\n"),
        "{text}"
    );
    let text = checked(&folder, &[&study("wind.toml"), "--set", "V=0", "--set", "load=0"]);
    assert!(text.contains("torque holds: conservative: ") && !text.contains("sweep"), "{text}");
}

#[test]
fn check_shows_every_kind_of_study() {
    let folder = Folder::new();
    let text = checked(&folder, &[&study("three_leads.toml")]);
    for line in [
        "\nchannel broadening 0.200000 eV, site 3",
        "\nchannel broadening 0.050000 eV, site 2",
        "lead \"tip\"",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert!(text.contains("kT 300 K") && text.contains("spin factor 2"), "{text}");
    assert!(text.contains("potential 0.000000 eV to 0.040000 eV"), "{text}");
    let text = checked(&folder, &[&study("blowtorch.toml")]);
    assert!(text.contains("landscape given by the study\nformulas\n"), "{text}");
    assert!(text.contains("environment\nnone\n") && !text.contains("band questionable"), "{text}");
    let text = checked(&folder, &[&study("blowtorch_table.toml")]);
    assert!(text.contains("blowtorch_table.csv, 48 rows, Fourier series"), "{text}");
}

#[test]
fn a_lorentzian_band_is_shown_lead_by_lead() {
    let folder = Folder::new();
    let band = "lorentzian = { center = \"0 eV\", half_width = \"4 eV\" }\nname =";
    let text = preset_with("[band]\nbottom = \"band_bottom\"\n", "").replace("name =", band);
    folder.write("lorentzian.toml", text.replace("band_bottom = \"-10 eV\"", ""));
    let text = checked(&folder, &["lorentzian.toml"]);
    assert!(text.contains("left: center 0.000000 eV, half width 4.000000 eV"), "{text}");
}

#[test]
fn what_lies_at_the_bottom_of_the_band_fails_in_every_command() {
    let folder = Folder::new();
    // The levels of the preset are at ±1.25 eV, its chemical potentials at ±V/2.
    let cases = [
        ("-1.25 eV", "1 eV", "a level"),
        ("-1 eV", "1 eV", "a level"),
        ("-2.55 eV", "5 eV", "the chemical potential of lead"),
        ("-2.6 eV", "-5 eV", "the chemical potential of lead"),
    ];
    let commands: [&[&str]; 4] = [
        &["check"],
        &["landscape", "--theta", "0"],
        &["rate"],
        &["simulate", "--time", "1 ns", "--dt", "2000 au", "--trajectories", "16"],
    ];
    let standing = |bottom: &str, bias: &str, command: &[&str]| {
        let sets = [format!("band_bottom={bottom}"), format!("V={bias}")];
        let arguments = [command, &["preston2023", "--set", &sets[0], "--set", &sets[1]]].concat();
        let run = folder.run(&arguments);
        let line = run.stdout.lines().find(|line| line.trim_start().starts_with("band edge"));
        line.unwrap_or_else(|| panic!("{run:?}")).trim_start().to_string()
    };
    for (bottom, bias, what) in cases {
        for command in commands {
            let told = standing(bottom, bias, command);
            assert!(told.contains("fails: ") && told.contains(what), "{command:?} {bottom} {bias}: {told}");
        }
    }
    let told = standing("-10 eV", "5 eV", &["check"]);
    assert!(told.contains("holds: "), "{told}");
}

#[test]
fn cite_prints_bibtex_for_every_study() {
    let folder = Folder::new();
    let silent = preset_with("cite = [\"preston2023\"]\n", "") + "\n[compute]\nwhat = [\"simulate\"]\n";
    folder.write("silent.toml", silent);
    folder.write(
        "limit.toml",
        preset_with("cite = [\"preston2023\"]\n", "") + "\n[rate]\nmethod = \"overdamped\"\n",
    );
    for (name, keys) in [
        (
            study("preston2023.toml"),
            &["preston2023", "brouwer1998", "moskalets2005", "buttiker1992", "risken1989"][..],
        ),
        (
            study("wind.toml"),
            &["preston2023", "brouwer1998", "moskalets2005", "buttiker1992", "risken1989", "dundas2009"],
        ),
        (
            study("three_leads.toml"),
            &["preston2023", "brouwer1998", "moskalets2005", "buttiker1992", "risken1989"],
        ),
        (study("blowtorch.toml"), &["risken1989", "landauer1975", "buttiker1987"]),
        (study("blowtorch_table.toml"), &["risken1989", "landauer1975", "buttiker1987"]),
        // The theory is named where the study names nothing, and so is the method of its trajectories.
        (
            "silent.toml".into(),
            &["preston2023", "brouwer1998", "moskalets2005", "buttiker1992", "risken1989", "leimkuhler2013"],
        ),
        (
            "limit.toml".into(),
            &["preston2023", "brouwer1998", "moskalets2005", "buttiker1992", "risken1989", "hottovy2012"],
        ),
    ] {
        let run = folder.run(&["cite", &name]);
        let bibtex = run.data();
        let found: Vec<&str> = bibtex
            .lines()
            .filter(|line| line.starts_with('@'))
            .map(|l| &l[l.find('{').unwrap() + 1..])
            .collect();
        let expected: Vec<String> = ["nanorotor"].iter().chain(keys).map(|key| format!("{key},")).collect();
        assert_eq!(found, expected);
        assert_eq!(bibtex.matches('{').count(), bibtex.matches('}').count());
    }
    folder.write("unknown.toml", preset_with("cite = [\"preston2023\"]", "cite = [\"nobody1900\"]"));
    let run = folder.run(&["cite", "unknown.toml"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.stderr, "note: no entry for \"nobody1900\" in the literature that comes with nanorotor\n");
    assert!(run.stdout.starts_with("@software{nanorotor,") && run.stdout.contains("@article{preston2023,"));
}

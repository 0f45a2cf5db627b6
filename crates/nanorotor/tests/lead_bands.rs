//! Check leads with bands of their own: fitted sites against closed forms, and the junctions that they make.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::f64::consts::PI;

use nanorotor::coefficients::{Coefficients, Family};
use nanorotor::junction::{Band, Junction, Lorentzian, Shape, chain, fit};
use nanorotor::scattering::Scattering;
use nanorotor::study::Study;
use nanorotor::units::HARTREE_IN_EV;

const EV: f64 = 1.0 / HARTREE_IN_EV;

/// The preset with bands of its own in the place of the bottom.
fn study(left: &str, right: &str, bias: &str) -> Study {
    let mut text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/studies/preston2023.toml"))
        .unwrap()
        .replace("[band]\nbottom = \"band_bottom\"\n", "");
    let line = text.lines().find(|line| line.starts_with("band_bottom")).unwrap().to_owned();
    text = text.replace(&line, "");
    for (lead, band) in [("left", left), ("right", right)] {
        let name = format!("name = \"{lead}\"\n");
        text = text.replace(&name, &format!("{name}{band}\n"));
    }
    Study::from_toml(&text, "bands.toml", None).unwrap().with("V", bias).unwrap()
}

const CHAIN: &str = "chain = { center = \"0 eV\", hopping = \"5 eV\" }";

fn junction(study: &Study) -> Junction {
    study.resolve().unwrap().electrons().unwrap().junction().unwrap().clone()
}

#[test]
fn the_sites_of_a_lorentzian_are_fitted_to_itself() {
    // Outside of the band that is given nothing is left, so that it must reach far.
    let wide = |x: f64| 1.0 / (1.0 + (20.0 * x).powi(2));
    let found = fit(wide, 0.02).unwrap();
    for i in -20..=20 {
        let x = 1e-2 * f64::from(i);
        assert!((-2.0 * found_self_energy(&found, x) - wide(x)).abs() <= found.error + 1e-12);
    }
}

fn found_self_energy(found: &nanorotor::junction::Fit, x: f64) -> f64 {
    Shape::fitted("test", found, 0.0, 1.0).sites.self_energy(x)[(0, 0)].im
}

#[test]
fn a_chain_has_its_self_energy_and_transmits_like_one() {
    let found = chain(0.02).unwrap();
    let (center, hopping) = (0.01, 0.2);
    let shape = Shape::fitted("chain", &found, center, 2.0 * hopping);
    assert!(shape.error <= 0.02 && shape.words.contains("sites"), "{}", shape.words);
    for i in -40..=40 {
        let x = 0.05 * f64::from(i) + 1e-3;
        let sigma = shape.sites.self_energy(center + 2.0 * hopping * x)[(0, 0)];
        let outside = (x * x - 1.0).max(0.0).sqrt().copysign(x);
        assert!((sigma.re - 0.5 * (x - outside)).abs() < 0.03, "{x}: {sigma}");
        assert!(
            (-2.0 * sigma.im - (1.0 - x * x).max(0.0).sqrt()).abs() <= shape.error + 1e-12,
            "{x}: {sigma}"
        );
    }
}

#[test]
fn what_the_electrons_obey_holds_for_chains() {
    let junction = junction(&study(CHAIN, CHAIN, "0 eV"));
    assert!(matches!(junction.band(), Band::Shaped(_)));
    let thermal = junction.leads()[0].thermal_energy;
    for theta in [0.3, 1.0] {
        let found = Coefficients::at(&junction, theta, &[Family::Current, Family::Occupation]).unwrap();
        let rest = found.diffusion.value - 2.0 * thermal * found.friction.value;
        assert!(rest.abs() <= 1e-10 * found.diffusion.value, "{rest}");
        // No wind without bias: the torque is that of a potential, and electrons fill two levels at most.
        assert!(found.of(Family::Occupation).iter().all(|n| n.value > -1e-9 && n.value < 1.0 + 1e-9));
        let direct = Coefficients::direct_at(&junction, theta, &[]).unwrap();
        assert!(
            (found.torque.value - direct.torque.value).abs()
                <= found.torque.error + direct.torque.error + 1e-12
        );
    }
    let scattering = Scattering::new(&junction.frame(0.3).unwrap()).unwrap();
    let resonances = scattering.resonances(2);
    // Of the poles of bands and molecule these are the two levels, at −1.25 and 1.25 eV.
    for (z, energy) in resonances.iter().zip([-1.25, 1.25]) {
        assert!((z.re / EV - energy).abs() < 0.2, "{resonances:?}");
    }
    let turn: f64 = (0..64)
        .map(|i| Coefficients::at(&junction, PI * f64::from(i) / 64.0, &[]).unwrap().torque.value * PI / 64.0)
        .sum();
    assert!(turn.abs() < 1e-9, "a perpetual motion of {turn} Ha a turn");
}

#[test]
fn leads_may_have_bands_of_different_kinds() {
    let lorentzian = "lorentzian = { center = \"0 eV\", half_width = \"4 eV\" }";
    let mixed = junction(&study(CHAIN, lorentzian, "2 eV"));
    let Band::Shaped(shapes) = mixed.band() else { unreachable!() };
    assert_eq!((shapes[1].sites.count(), shapes[1].error), (1, 0.0));
    let same = junction(&study(lorentzian, lorentzian, "2 eV"));
    let band = Lorentzian { center: 0.0, half_width: 4.0 * EV };
    assert_eq!(same.band(), &Band::Lorentzian(vec![band; 2]));
    assert_eq!(shapes[1].sites, band.sites());
}

#[test]
fn a_band_that_is_symmetric_makes_no_wind() {
    // Two levels of one energy between symmetric bands at a symmetric bias: the mean torque vanishes.
    let landscape = study(CHAIN, CHAIN, "5 eV").resolve().unwrap().landscape().unwrap();
    assert!(landscape.mean_torque().abs() < 1e-10 * landscape.barrier(), "{}", landscape.mean_torque());
}

#[test]
fn a_better_fit_moves_the_barrier_less() {
    let barrier = |accuracy: &str| {
        let band = CHAIN.replace(" }", &format!(", accuracy = {accuracy} }}"));
        study(&band, &band, "5 eV").resolve().unwrap().landscape().unwrap().barrier()
    };
    let (rough, good, best) = (barrier("0.2"), barrier("0.05"), barrier("0.02"));
    assert!((good - best).abs() < (rough - best).abs(), "{rough} {good} {best}");
    assert!((good - best).abs() < 0.05 * best, "{good} {best}");
}

#[test]
fn wrong_bands_are_told_what_is_wrong() {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/studies/graphene.toml")).unwrap();
    let own = "tabulated = { file = \"graphene_band.csv\", accuracy = 0.05 }";
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/studies"));
    for (band, says) in [
        ("tabulated = { file = \"none.csv\" }", "cannot read the band"),
        (
            "tabulated = { file = \"graphene_band.csv\", accuracy = 1e-4 }",
            "of its maximum, more than the accuracy",
        ),
        ("tabulated = { file = \"graphene_band.csv\", accuracy = 2 }", "the accuracy of a band is 2"),
        ("tabulated = { file = \"blowtorch_table.csv\" }", "unknown column"),
        ("chain = { center = \"0 eV\", hopping = \"0 eV\" }", "not positive"),
        ("chain = { center = \"0 eV\" }", "hopping"),
        (
            &format!("{own}\nlorentzian = {{ center = \"0 eV\", half_width = \"1 eV\" }}"),
            "both `lorentzian` and `tabulated`",
        ),
    ] {
        let text = text.replacen(own, band, 1);
        let error =
            Study::from_toml(&text, "bands.toml", Some(folder)).and_then(|s| s.resolve()).err().unwrap();
        let told = format!("{error:?}");
        assert!(told.contains(says), "{band}: {told}");
    }
}

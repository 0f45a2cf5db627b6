//! Run `nanorotor check`: validate a study and show what it says once every value is known.

use std::f64::consts::{PI, TAU};
use std::io::Write;

use nanorotor::junction::Lead;
use nanorotor::study::{Assumption, Model, Resolved, Source, band_in_words, resolution_in_words};
use nanorotor::units::{HARTREE_IN_EV, Quantity, System, output_unit};

use crate::arguments::Check;
use crate::failure::Failure;

pub(crate) fn run(arguments: &Check) -> Result<(), Failure> {
    let study = arguments.study.load()?;
    let resolved = study.resolve()?;
    let landscape = resolved.landscape()?;
    let mut out = std::io::stdout().lock();

    writeln!(out, "{}", resolved.title.as_deref().unwrap_or_else(|| study.name()))?;
    parameters(&mut out, &resolved)?;
    model(&mut out, &resolved)?;
    rotor(&mut out, &resolved)?;

    writeln!(out, "\nlandscape")?;
    let barrier = landscape.barrier();
    writeln!(out, "  barrier        {}", shown("barrier", barrier))?;
    let mean = landscape.mean_torque();
    // Ten digits of the largest torque are asked for, so a mean below that is none.
    let is_none = mean.abs() <= 1e-10 * landscape.torque().magnitude();
    writeln!(out, "  mean torque    {}", shown("mean_torque", if is_none { 0.0 } else { mean }))?;
    let temperature =
        range("effective_temperature", landscape.period(), |theta| landscape.effective_temperature(theta));
    writeln!(out, "  k_BT_eff       {temperature}")?;
    if let Some(resolution) = landscape.resolution() {
        writeln!(out, "  theta grid     {}", resolution_in_words(&resolution))?;
    }
    writeln!(out, "\nvalidity")?;
    for Assumption { name, standing, text } in resolved.assumptions(&landscape)? {
        writeln!(out, "  {name:<15} {}: {text}", standing.in_words())?;
    }
    if !study.axes().is_empty() {
        writeln!(out, "\nsweep")?;
        for axis in study.axes() {
            let unit = resolved.parameters.iter().find(|p| p.name == axis.name).map(|p| p.unit.clone());
            let ends = match (axis.values.first(), axis.values.last(), unit) {
                (Some(&first), Some(&last), Some(unit)) => {
                    let end = |value| rounded(&Quantity::from_atomic(value, unit.clone()));
                    format!(" from {} to {}", end(first), end(last))
                }
                _ => String::new(),
            };
            writeln!(out, "  {}: {} values{ends}", axis.name, axis.values.len())?;
        }
    }
    Ok(())
}

fn parameters(out: &mut impl Write, resolved: &Resolved) -> Result<(), Failure> {
    let width = resolved.parameters.iter().map(|p| p.name.chars().count()).max().unwrap_or(0);
    if width > 0 {
        writeln!(out, "\nparameters")?;
    }
    for parameter in &resolved.parameters {
        let value =
            parameter.quantity().map_or_else(|| "depends on theta".to_string(), |q| rounded(&q).to_string());
        let origin = if parameter.set { "  (set from outside)" } else { "" };
        // "4.5e5 au" beside 450000 au tells nothing; a formula does.
        let is_same = parameter.text.parse::<Quantity>().is_ok_and(|q| rounded(&q).to_string() == value)
            || value.split(' ').next() == Some(&parameter.text);
        let formula = if is_same { String::new() } else { format!("  = {}", parameter.text) };
        writeln!(out, "  {:<width$}  {value}{formula}{origin}", parameter.name)?;
    }
    Ok(())
}

fn model(out: &mut impl Write, resolved: &Resolved) -> Result<(), Failure> {
    match &resolved.model {
        Model::Landscape(given) => {
            writeln!(out, "\nlandscape given by the study")?;
            match &given.source {
                Source::Formulas => writeln!(out, "  formulas")?,
                Source::Table { file, rows, interpolation } => {
                    writeln!(out, "  table          {file}, {rows} rows, {interpolation}")?;
                }
            }
        }
        Model::Junction(junction) => {
            writeln!(out, "\njunction")?;
            writeln!(out, "  levels         {}", junction.hamiltonian.len())?;
            writeln!(out, "  spin           factor {}", junction.spin_degeneracy)?;
            for lead in &junction.leads {
                let Lead { name, chemical_potential, thermal_energy } = &lead.lead;
                let broadenings: Vec<String> =
                    lead.channels.iter().map(|c| format!("{:.6} eV", c.broadening * HARTREE_IN_EV)).collect();
                writeln!(
                    out,
                    "  lead \"{name}\": mu = {:.6} eV, k_BT = {:.6} eV, broadening {}",
                    chemical_potential * HARTREE_IN_EV,
                    thermal_energy * HARTREE_IN_EV,
                    broadenings.join(", ")
                )?;
            }
            writeln!(out, "  band           {}", band_in_words(resolved))?;
        }
    }
    Ok(())
}

fn rotor(out: &mut impl Write, resolved: &Resolved) -> Result<(), Failure> {
    let rotor = &resolved.rotor;
    writeln!(out, "\nrotor")?;
    writeln!(out, "  period         {:.6} rad = {}", rotor.period, fraction_of_turn(rotor.period))?;
    writeln!(out, "  inertia        {}", shown("moment_of_inertia", rotor.moment_of_inertia))?;
    let potential = range("potential", rotor.period, |theta| rotor.potential.at(theta).value);
    writeln!(out, "  potential      {potential} (of the study, without the electrons)")?;
    writeln!(out, "  load           {}", shown("load", rotor.load))?;

    let environment = &resolved.environment;
    writeln!(out, "\nenvironment")?;
    if (0..ANGLES).all(|j| environment.friction.at(angle(rotor.period, j)).value == 0.0) {
        writeln!(out, "  none")?;
        return Ok(());
    }
    let friction = range("friction", rotor.period, |theta| environment.friction.at(theta).value);
    let temperature =
        range("thermal_energy", rotor.period, |theta| environment.thermal_energy.at(theta).value);
    writeln!(out, "  friction       {friction}")?;
    writeln!(out, "  k_BT           {temperature}")?;
    Ok(())
}

/// 2π/n in words.
fn fraction_of_turn(period: f64) -> String {
    if (period - PI).abs() < 1e-9 {
        return "pi".into();
    }
    let n = (TAU / period).round();
    if n == 1.0 { "2 pi".into() } else { format!("2 pi/{n}") }
}

/// The quantity with 13 digits, without the rounding of its way through atomic units.
fn rounded(quantity: &Quantity) -> Quantity {
    let number = format!("{:.12e}", quantity.number()).parse().unwrap_or_else(|_| quantity.number());
    Quantity::new(number, quantity.unit().clone())
}

/// A value in its practical unit.
fn shown(name: &str, value: f64) -> String {
    match output_unit(name) {
        Some(unit) => {
            let value = value * unit.factor(System::Practical);
            if value != 0.0 && !(1e-3..1e6).contains(&value.abs()) {
                format!("{value:.6e} {}", unit.name(System::Practical))
            } else {
                format!("{value:.6} {}", unit.name(System::Practical))
            }
        }
        None => value.to_string(),
    }
}

/// The angles at which a range is looked for.
const ANGLES: u32 = 2048;

fn angle(period: f64, j: u32) -> f64 {
    period * f64::from(j) / f64::from(ANGLES)
}

/// The lowest and the highest value of a function of theta, or the one value of a constant.
fn range(name: &str, period: f64, f: impl Fn(f64) -> f64) -> String {
    let (low, high) = (0..ANGLES)
        .map(|j| f(angle(period, j)))
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    if high - low <= 1e-12 * low.abs().max(high.abs()) {
        shown(name, low)
    } else {
        format!("{} to {}", shown(name, low), shown(name, high))
    }
}

//! Run `nanorotor check`: validate a study and show what it says once every value is known.

use std::f64::consts::{PI, TAU};
use std::io::Write;

use nanorotor::junction::{Band, Lead};
use nanorotor::study::{Model, Resolved, Source, band_in_words};
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
    if let Some(deeper) = deeper(&resolved) {
        let other = deeper.landscape()?.barrier();
        writeln!(
            out,
            "  barrier        {} with a band ten times deeper: it depends on where the band ends",
            shown("barrier", other)
        )?;
    }
    let mean = landscape.mean_torque();
    // Ten digits of the largest torque are asked for, so a mean below that is none.
    let conservative = mean.abs() <= 1e-10 * landscape.torque().magnitude();
    let kind = if conservative {
        "the electrons' torque is conservative"
    } else {
        "a nonconservative drive, an electron wind"
    };
    writeln!(
        out,
        "  mean torque    {} ({kind})",
        shown("mean_torque", if conservative { 0.0 } else { mean })
    )?;
    let (hottest, coldest) = extremes(&landscape);
    writeln!(
        out,
        "  k_BT_eff       {} to {}",
        shown("effective_temperature", coldest),
        shown("effective_temperature", hottest)
    )?;
    let lowest_friction = landscape.total_friction().minimum().1;
    writeln!(
        out,
        "  friction       at least {}{}",
        shown("friction", lowest_friction),
        if lowest_friction <= 0.0 {
            ": negative friction drives the rotor, no stationary state is promised"
        } else {
            ""
        }
    )?;
    if let Some(resolution) = landscape.resolution() {
        writeln!(
            out,
            "  theta grid     {} angles, interpolation error {:.1e} of each function's maximum",
            resolution.points, resolution.error
        )?;
    }
    if !study.axes().is_empty() {
        writeln!(out, "\nsweep")?;
        for axis in study.axes() {
            writeln!(out, "  {}: {} values", axis.name, axis.values.len())?;
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
        let formula = if value == parameter.text { String::new() } else { format!("  = {}", parameter.text) };
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
    let smallest = resolved.smallest_period();
    if smallest < rotor.period * (1.0 - 1e-9) {
        writeln!(
            out,
            "                 everything already repeats after {:.6} rad = {}",
            smallest,
            fraction_of_turn(smallest)
        )?;
    }
    writeln!(out, "  inertia        {}", shown("moment_of_inertia", rotor.moment_of_inertia))?;
    writeln!(out, "  load           {}", shown("load", rotor.load))?;
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

/// The same study with a band ten times deeper, or as wide.
fn deeper(resolved: &Resolved) -> Option<Resolved> {
    let mut other = resolved.clone();
    let Model::Junction(junction) = &mut other.model else {
        return None;
    };
    match &mut junction.band {
        Band::Bottom(bottom) if *bottom < 0.0 => *bottom *= 10.0,
        Band::Bottom(_) => return None,
        Band::Lorentzian(bands) => bands.iter_mut().for_each(|band| band.half_width *= 10.0),
    }
    Some(other)
}

/// The highest and the lowest effective temperature on a fine grid.
fn extremes(landscape: &nanorotor::Landscape) -> (f64, f64) {
    let points = 2048;
    let temperature =
        |j: i32| landscape.effective_temperature(landscape.period() * f64::from(j) / f64::from(points));
    (0..points)
        .map(temperature)
        .fold((f64::NEG_INFINITY, f64::INFINITY), |(high, low), t| (high.max(t), low.min(t)))
}

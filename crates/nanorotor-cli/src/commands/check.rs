//! Run `nanorotor check`: validate a study and show what it says once every value is known.

use std::f64::consts::{PI, TAU};

use nanorotor::Landscape;
use nanorotor::expression::Formula;
use nanorotor::junction::{Channel, ComplexFormula, Lead};
use nanorotor::quantity::in_practical_units;
use nanorotor::results::{Velocity, choices_in_words, resolution_in_words};
use nanorotor::study::{Model, Resolved, Source, Study, Tabulated, TabulatedVariable};
use nanorotor::units::{HARTREE_IN_EV, Quantity};

use crate::arguments::Check;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &Check) -> Result<(), Failure> {
    output::write(&text(&arguments.study.load()?)?)
}

/// Every value of a study with its unit, the band and what it does, and how far the theory holds.
///
/// # Errors
/// As [`Study::resolve`] and [`Resolved::landscape`].
pub fn text(study: &Study) -> nanorotor::Result<String> {
    let resolved = study.resolve()?;
    let landscape = resolved.landscape()?;
    let mut out: Vec<String> = vec![resolved.title.as_deref().unwrap_or_else(|| study.name()).into()];
    parameters(&mut out, study, &resolved);
    model(&mut out, &resolved);
    rotor(&mut out, &resolved);

    out.push("\nlandscape".into());
    let barrier = landscape.barrier();
    out.push(format!("  barrier        {}", in_practical_units("barrier", barrier)));
    let mean = landscape.mean_torque();
    // Ten digits of the largest torque are asked for, so a mean below that is none.
    let is_none = mean.abs() <= 1e-10 * landscape.torque().magnitude();
    out.push(format!(
        "  mean torque    {}",
        in_practical_units("mean_torque", if is_none { 0.0 } else { mean })
    ));
    out.push(format!("  k_BT_eff       {}", effective_temperature(&landscape)));
    if let Some(resolution) = landscape.resolution() {
        out.push(format!("  theta grid     {}", resolution_in_words(&resolution)));
    }
    out.push(String::new());
    out.push(output::validity(&resolved.assumptions(&landscape, Velocity::Unknown)?).trim_end().into());
    if !study.axes().is_empty() {
        out.push("\nsweep".into());
        for axis in study.axes() {
            let unit = resolved.parameters.iter().find(|p| p.name == axis.name).map(|p| p.unit.clone());
            let ends = match (axis.values.first(), axis.values.last(), unit) {
                (Some(&first), Some(&last), Some(unit)) => {
                    let end = |value| rounded(&Quantity::from_atomic(value, unit.clone()));
                    format!(" from {} to {}", end(first), end(last))
                }
                _ => String::new(),
            };
            out.push(format!("  {}: {} values{ends}", axis.name, axis.values.len()));
        }
    }
    if !study.uncertain().is_empty() {
        out.push("\nuncertain (`nanorotor rate STUDY --uncertain` carries it to the rotation rate)".into());
        for uncertain in study.uncertain() {
            let swept = study.axes().iter().any(|axis| axis.name == uncertain.name);
            let swept = if swept {
                "; swept too: its uncertainty is that about the value of [parameters]"
            } else {
                ""
            };
            out.push(format!("  {}: {}{swept}", uncertain.name, study.uncertainty_in_words(uncertain)));
        }
    }
    out.push(String::new());
    Ok(out.join("\n"))
}

fn effective_temperature(landscape: &Landscape) -> String {
    let at = |theta| landscape.effective_temperature(theta);
    if landscape.total_friction().minimum().1 > 0.0 {
        return range("effective_temperature", landscape.period(), at);
    }
    let lowest = (0..ANGLES).map(|j| at(angle(landscape.period(), j))).fold(f64::INFINITY, f64::min);
    if lowest.is_infinite() {
        return "none: the friction is nowhere positive".into();
    }
    format!(
        "at least {}; none where the friction is not positive, and without bound towards there",
        in_practical_units("effective_temperature", lowest)
    )
}

fn parameters(out: &mut Vec<String>, study: &Study, resolved: &Resolved) {
    let width = resolved.parameters.iter().map(|p| p.name.chars().count()).max().unwrap_or(0);
    if width > 0 {
        out.push("\nparameters".into());
    }
    for parameter in &resolved.parameters {
        let value =
            parameter.quantity().map_or_else(|| "depends on theta".to_string(), |q| rounded(&q).to_string());
        let origin = if parameter.set { "  (set from outside)" } else { "" };
        // "4.5e5 au" beside 450000 au tells nothing; a formula does.
        let is_same = parameter.text.parse::<Quantity>().is_ok_and(|q| rounded(&q).to_string() == value)
            || value.split(' ').next() == Some(&parameter.text);
        let origin = if study.unused().contains(&parameter.name.as_str()) {
            format!("{origin}  (nothing uses it)")
        } else {
            origin.to_string()
        };
        let formula = if is_same { String::new() } else { format!("  = {}", parameter.text) };
        out.push(format!("  {:<width$}  {value}{formula}{origin}", parameter.name));
    }
}

fn model(out: &mut Vec<String>, resolved: &Resolved) {
    match &resolved.model {
        Model::Landscape(given) => {
            out.push("\nlandscape given by the study".into());
            match &given.source {
                Source::Formulas => out.push("  formulas".into()),
                Source::Table { file, rows, interpolation } => {
                    out.push(format!("  table          {file}, {rows} rows, {interpolation}"));
                }
            }
        }
        Model::Junction(junction) => {
            out.push("\njunction".into());
            out.push(format!("  levels         {}", junction.hamiltonian.len()));
            if let Some(table) = &junction.table {
                out.push(table_in_words(table));
            }
            matrix(out, "h", &junction.hamiltonian, [HARTREE_IN_EV, resolved.rotor.period], " eV");
            if let Some(connection) = &junction.connection {
                matrix(out, "A", connection, [1.0, resolved.rotor.period], " /rad");
            }
            out.push(format!("  spin           factor {}", junction.spin_degeneracy));
            for lead in &junction.leads {
                let Lead { name, chemical_potential, thermal_energy } = &lead.lead;
                out.push(format!(
                    "  lead \"{name}\": mu = {:.6} eV, k_BT = {:.6} eV = {:.2} K",
                    chemical_potential * HARTREE_IN_EV,
                    thermal_energy * HARTREE_IN_EV,
                    thermal_energy / KELVIN
                ));
                for channel in &lead.channels {
                    out.push(channel_in_words(channel, resolved.rotor.period));
                }
            }
            for (name, text) in choices_in_words(resolved) {
                out.push(format!("  {name:<13}  {text}"));
            }
        }
    }
}

/// One kelvin as an energy k_BT, in hartree.
const KELVIN: f64 = 3.166_811_563_455_6e-6;

/// The largest matrix that is shown entry by entry.
const MOST_SHOWN: usize = 12;

/// The file of sampled matrices with what the study uses of it.
fn table_in_words(table: &Tabulated) -> String {
    let lengths = |shape: &[usize]| shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ");
    let one = |variable: &TabulatedVariable| match &variable.shape[..] {
        [] => variable.name.clone(),
        shape => format!("{} ({})", variable.name, lengths(shape)),
    };
    let variables: Vec<String> = table.variables.iter().map(one).collect();
    let low_pass = table.harmonics.map(|kept| format!(", harmonics up to {kept}")).unwrap_or_default();
    format!(
        "  table          {}, {} angles over {}{low_pass}: {}",
        table.file,
        table.angles,
        fraction_of_turn(table.period),
        variables.join(", ")
    )
}

/// Every entry of a matrix on and above its diagonal that is not zero; the diagonal of a Hamiltonian in any case.
fn matrix(
    out: &mut Vec<String>,
    name: &str,
    rows: &[Vec<ComplexFormula>],
    [scale, period]: [f64; 2],
    unit: &str,
) {
    let mut left_out = 0;
    for (i, row) in rows.iter().enumerate() {
        for (j, entry) in row.iter().enumerate().skip(i) {
            let entry = complex(entry, scale, unit, period);
            let shown = (i == j && name == "h") || entry != format!("0.000000{unit}");
            if shown && rows.len() <= MOST_SHOWN {
                out.push(format!("  {name}({}, {})        {entry}", i + 1, j + 1));
            } else if shown {
                left_out += 1;
            }
        }
    }
    if left_out > 0 {
        out.push(format!(
            "  {name}              {left_out} entries that are not zero, on and above the diagonal"
        ));
    }
}

/// The broadening of a channel, its sites and how strongly it couples to each.
fn channel_in_words(channel: &Channel, period: f64) -> String {
    let sites: Vec<String> = channel
        .amplitude
        .iter()
        .enumerate()
        .map(|(site, amplitude)| (site, complex(amplitude, 1.0, "", period)))
        .filter(|(_, amplitude)| amplitude != "0.000000")
        .map(|(site, amplitude)| format!("site {}, amplitude {amplitude}", site + 1))
        .collect();
    let sites = if sites.is_empty() { "no site".into() } else { sites.join("; ") };
    format!("    channel      broadening {:.6} eV, {sites}", channel.broadening * HARTREE_IN_EV)
}

/// The range of a complex function of theta, its imaginary part where it has one.
fn complex([re, im]: &ComplexFormula, scale: f64, unit: &str, period: f64) -> String {
    let part = |formula: &Formula| {
        let (low, high) = ends(period, |theta| scale * formula.at(theta).value);
        // Rounding at an angle where the function is zero is no sign.
        let number = |x: f64| format!("{:.6}{unit}", if x.abs() < 5e-7 { 0.0 } else { x });
        if formula.is_constant() { number(low) } else { format!("{} to {}", number(low), number(high)) }
    };
    let is_real = im.is_constant() && im.at(0.0).value == 0.0;
    if is_real { part(re) } else { format!("{} + i ({})", part(re), part(im)) }
}

fn rotor(out: &mut Vec<String>, resolved: &Resolved) {
    let rotor = &resolved.rotor;
    out.push("\nrotor".into());
    out.push(format!("  period         {:.6} rad = {}", rotor.period, fraction_of_turn(rotor.period)));
    out.push(format!(
        "  inertia        {}",
        in_practical_units("moment_of_inertia", rotor.moment_of_inertia)
    ));
    let potential = range("potential", rotor.period, |theta| rotor.potential.at(theta).value);
    out.push(format!("  potential      {potential} (of the study, without the electrons)"));
    out.push(format!("  load           {}", in_practical_units("load", rotor.load)));

    let environment = &resolved.environment;
    out.push("\nenvironment".into());
    if (0..ANGLES).all(|j| environment.friction.at(angle(rotor.period, j)).value == 0.0) {
        out.push("  none".into());
        return;
    }
    let friction = range("friction", rotor.period, |theta| environment.friction.at(theta).value);
    let temperature =
        range("thermal_energy", rotor.period, |theta| environment.thermal_energy.at(theta).value);
    out.push(format!("  friction       {friction}"));
    out.push(format!("  k_BT           {temperature}"));
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

/// The angles at which a range is looked for.
const ANGLES: u32 = 2048;

fn angle(period: f64, j: u32) -> f64 {
    period * f64::from(j) / f64::from(ANGLES)
}

/// The lowest and the highest value of a function of theta.
fn ends(period: f64, f: impl Fn(f64) -> f64) -> (f64, f64) {
    (0..ANGLES)
        .map(|j| f(angle(period, j)))
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
}

/// The lowest and the highest value of a function of theta in words, or the one value of a constant.
fn range(name: &str, period: f64, f: impl Fn(f64) -> f64) -> String {
    let (low, high) = ends(period, f);
    if high - low <= 1e-12 * low.abs().max(high.abs()) {
        in_practical_units(name, low)
    } else {
        format!("{} to {}", in_practical_units(name, low), in_practical_units(name, high))
    }
}

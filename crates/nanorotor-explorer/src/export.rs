//! Write what the page shows as a command, as Python, as a study file or as its sweep.

use std::fmt::Write;

use nanorotor::study::{Axis, Study};
use nanorotor::units::Quantity;
use serde_json::{Value, json};

use crate::bundle;
use crate::curve;
use crate::request::{Asked, Origin, Refusal};

/// The text that somebody takes along.
pub(crate) fn text(asked: &Asked) -> Result<Value, Refusal> {
    let axes =
        if asked.body.get("over").is_some_and(Value::is_object) { curve::axes(asked)? } else { Vec::new() };
    let text = match asked.text("as").unwrap_or("command") {
        "command" => command(asked, &axes),
        "python" => python(asked, &axes),
        "toml" => with_sweep(asked.study.text_as_set_in(None), &axes),
        "sweep" if asked.study.axes().is_empty() => sweep(&axes),
        "sweep" => format!("# in place of the study's own [sweep]\n{}", sweep(&axes)),
        other => return Err(Refusal::Request(format!("nothing is exported as {other}"))),
    };
    Ok(json!({ "text": text, "beside": bundle::held(&asked.study)? }))
}

/// The study with its `[sweep]`, if axes are asked for, as a file to keep: alone, or in an archive with the files that it names.
pub(crate) fn to_keep(asked: &Asked) -> Result<(Vec<u8>, &'static str), Refusal> {
    let axes =
        if asked.body.get("over").is_some_and(Value::is_object) { curve::axes(asked)? } else { Vec::new() };
    let study = &asked.study;
    if !axes.is_empty() {
        let text = with_sweep(study.text_as_set(), &axes);
        let read = Study::from_files(&text, bundle::STUDY, study.files())?;
        if !read.axes().iter().map(|axis| &axis.name).eq(axes.iter().map(|axis| &axis.name)) {
            return Err(Refusal::Request("the study has a sweep that this one does not replace".into()));
        }
    }
    if study.named_files().next().is_none() {
        return Ok((with_sweep(study.text_as_set(), &axes).into_bytes(), "toml"));
    }
    Ok((bundle::bundle(study, |text| with_sweep(text, &axes))?, "zip"))
}

fn command(asked: &Asked, axes: &[Axis]) -> String {
    if !axes.is_empty() {
        return "# with the study file and its [sweep] saved as study.toml\nnanorotor run study.toml\n"
            .into();
    }
    let name = match &asked.origin {
        Origin::Preset(name) => name.clone(),
        Origin::File(path) => in_shell(path),
        // What is set is in the file already.
        Origin::Text => {
            return "# with the study file saved as study.toml\nnanorotor rate study.toml\n".into();
        }
    };
    let mut command = format!("nanorotor rate {name}");
    for (name, value) in asked.study.set_from_outside() {
        // Writing to a String cannot fail.
        let _ = write!(command, " --set {}", in_shell(&format!("{name}={value}")));
    }
    command.push('\n');
    command
}

/// A word of a shell.
fn in_shell(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/=+".contains(c);
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

fn python(asked: &Asked, axes: &[Axis]) -> String {
    let literal = |text: &str| Value::from(text).to_string();
    let mut code = String::from("import nanorotor as nr\n");
    if !axes.is_empty() {
        code = format!("import numpy as np\n{code}");
    }
    let study = match &asked.origin {
        Origin::Preset(name) => format!("nr.Study.preset({})", literal(name)),
        Origin::File(path) => format!("nr.Study.load({})", literal(path)),
        Origin::Text => "nr.Study.load(\"study.toml\")  # the study file, saved under this name".into(),
    };
    // Writing to a String cannot fail.
    let _ = writeln!(code, "\nstudy = {study}");
    let set: Vec<String> = match asked.origin {
        Origin::Text => Vec::new(),
        _ => asked
            .study
            .set_from_outside()
            .map(|(name, text)| format!("{}: {}", literal(name), literal(text)))
            .collect(),
    };
    if !set.is_empty() {
        let _ = writeln!(code, "study = study.with_(**{{{}}})", set.join(", "));
    }
    let over: Vec<String> = axes
        .iter()
        .map(|axis| {
            let (from, to) = ends(axis);
            let space = if is_logarithmic(axis) { "geomspace" } else { "linspace" };
            format!("{}: np.{space}({from:?}, {to:?}, {})", literal(&axis.name), axis.numbers.len())
        })
        .collect();
    let arguments = if over.is_empty() { String::new() } else { format!("**{{{}}}", over.join(", ")) };
    let _ = writeln!(code, "print(study.rate({arguments}).rotation_rate)");
    code
}

/// The text of a study with the block `[sweep]` of the axes at its end, in place of its own.
fn with_sweep(text: String, axes: &[Axis]) -> String {
    if axes.is_empty() {
        return text;
    }
    let header = |line: &str| {
        let name = line.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(name, _)| name.trim());
        name.filter(|name| !name.contains(['"', ',']))
            .map(|name| name.trim_start_matches('[').trim().to_owned())
    };
    let mut is_sweep = false;
    let mut kept = String::new();
    for line in text.split_inclusive('\n') {
        if let Some(name) = header(line) {
            is_sweep = name == "sweep" || name.starts_with("sweep.");
        }
        if !is_sweep {
            kept.push_str(line);
        }
    }
    format!("{}\n\n{}", kept.trim_end(), sweep(axes))
}

/// The block `[sweep]` of the axes.
fn sweep(axes: &[Axis]) -> String {
    let line = |axis: &Axis| {
        let (from, to) = ends(axis);
        let quantity =
            |number: f64| Value::from(Quantity::new(number, axis.unit.clone()).to_string()).to_string();
        let scale = if is_logarithmic(axis) { ", scale = \"log\"" } else { "" };
        format!(
            "{} = {{ from = {}, to = {}, points = {}{scale} }}\n",
            axis.name,
            quantity(from),
            quantity(to),
            axis.numbers.len()
        )
    };
    std::iter::once("[sweep]\n".to_owned()).chain(axes.iter().map(line)).collect()
}

fn ends(axis: &Axis) -> (f64, f64) {
    let end = |number: Option<&f64>| number.copied().unwrap_or(f64::NAN);
    (end(axis.numbers.first()), end(axis.numbers.last()))
}

/// Whether the numbers of an axis stand in equal ratios.
fn is_logarithmic(axis: &Axis) -> bool {
    let [first, second, .., last] = axis.numbers[..] else { return false };
    let steps = (axis.numbers.len() - 1) as f64;
    let (linear, ratio) = (first + (last - first) / steps, (last / first).powf(1.0 / steps) * first);
    (second - linear).abs() > 1e-9 * second.abs().max(first.abs())
        && (second - ratio).abs() < 1e-6 * second.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_takes_the_place_of_the_study_s_own() {
        let wind = Study::preset("wind").unwrap();
        let axis = Study::preset("preston2023").unwrap().with_axis("V", &[0.1, 0.2]).unwrap();
        let text = wind.text().replace("[sweep]", "[ sweep ] # mine\n") + "[environment.more]\n";
        let replaced = with_sweep(text, axis.axes());
        assert!(
            !replaced.contains("load = { values") && replaced.contains("[environment.more]"),
            "{replaced}"
        );
        let read = Study::from_toml(&with_sweep(wind.text().into(), axis.axes()), "wind.toml", None).unwrap();
        let names: Vec<&str> = read.axes().iter().map(|axis| axis.name.as_str()).collect();
        assert_eq!((names, read.axes()[0].values.len()), (vec!["V"], 2));
    }
}

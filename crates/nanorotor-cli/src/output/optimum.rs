//! Write what a search found as a table for reading, and its points as CSV.

use nanorotor::design::{Column, Evaluation, Problem};
use nanorotor::quantity::{System, rough};
use serde_json::Value;

/// All points of a search: a row for each, with the reason where it was refused.
pub(crate) fn csv(problem: &Problem, evaluations: &[Evaluation]) -> String {
    rows(problem, evaluations, &(0..evaluations.len()).collect::<Vec<_>>())
}

/// Some points of a search, under the numbers that they have in it.
pub(crate) fn rows(problem: &Problem, evaluations: &[Evaluation], places: &[usize]) -> String {
    let points: Vec<Evaluation> = places.iter().map(|&place| evaluations[place].clone()).collect();
    let table = problem.table(&points, System::Practical);
    let columns: Vec<&Column> =
        table.parameters.iter().chain(table.objectives.iter().flatten()).chain(&table.constraints).collect();
    let head = |column: &Column| {
        if column.unit.is_empty() {
            column.name.clone()
        } else {
            format!("{} [{}]", column.name, column.unit)
        }
    };
    let mut rows = vec![
        ["evaluation".to_string(), "stage".into()]
            .into_iter()
            .chain(columns.iter().map(|c| head(c)))
            .chain(["feasible".into(), "refused".into()])
            .collect::<Vec<String>>(),
    ];
    for (k, point) in points.iter().enumerate() {
        let value = |column: &&Column| {
            let value = column.values[k];
            if value.is_nan() { String::new() } else { value.to_string() }
        };
        let mut row = vec![(places[k] + 1).to_string(), point.stage.clone()];
        row.extend(columns.iter().map(value));
        row.push(u8::from(point.is_feasible()).to_string());
        row.push(point.refused.clone().unwrap_or_default());
        rows.push(row);
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in &rows {
        // Nothing stops a write to memory.
        let _ = writer.write_record(row);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// The report of a search in aligned lines.
pub(crate) fn table(report: &Value) -> String {
    let mut lines: Vec<[String; 2]> = Vec::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    for objective in report["objectives"].as_array().into_iter().flatten() {
        let unit = text(&objective["unit"]);
        let value = measured(&objective["value"], &objective["error"], &unit);
        let before = match objective["before"].as_f64() {
            Some(_) => {
                format!(" (before: {})", measured(&objective["before"], &objective["before_error"], &unit))
            }
            None => String::new(),
        };
        lines.push([text(&objective["formula"]), value + &before]);
    }
    for (name, parameter) in report["parameters"].as_object().into_iter().flatten() {
        let unit = text(&parameter["unit"]);
        let value = with_unit(&short(&parameter["value"]), &unit);
        let place = if let Some(bound) = parameter["at_bound"].as_str() {
            format!("at its {bound} bound")
        } else {
            let side = |key: &str, sign: &str| {
                parameter[key].as_f64().map(|change| format!("{sign}{}", rough(change)))
            };
            let sides: Vec<String> = [side("up", "+"), side("down", "−")].into_iter().flatten().collect();
            if sides.is_empty() {
                "any value within its bounds costs less than 1 %".into()
            } else {
                format!("1 % is lost at {}", with_unit(&sides.join(" or "), &unit))
            }
        };
        lines.push([name.clone(), format!("{value}, {place}")]);
    }
    for constraint in report["constraints"].as_array().into_iter().flatten() {
        let state = if constraint["active"] == true {
            "holds the optimum".into()
        } else {
            let excess = constraint["excess"].as_f64().unwrap_or(f64::NAN);
            format!("holds with {} to spare", with_unit(&rough(-excess), &text(&constraint["unit"])))
        };
        lines.push([text(&constraint["constraint"]), state]);
    }
    if let Some(all) = report["elasticity"].as_object() {
        let mut known: Vec<(&String, f64)> =
            all.iter().filter_map(|(name, value)| Some((name, value.as_f64()?))).collect();
        known.sort_by(|(_, a), (_, b)| b.abs().total_cmp(&a.abs()));
        let each: Vec<String> =
            known.iter().map(|(name, value)| format!("{name} {}", rough(*value))).collect();
        if !each.is_empty() {
            lines.push(["elasticity".into(), format!("{} (of the rate, ∂ln R/∂ln p)", each.join(", "))]);
        }
    }
    let counts = format!("{} points, {} of them refused", report["evaluations"], report["refused"]);
    lines.push(["search".into(), counts]);
    let width = lines.iter().map(|[name, _]| name.chars().count()).max().unwrap_or(0);
    let line = |[name, value]: &[String; 2]| format!("{name:width$}   {value}\n");
    lines.iter().map(line).collect::<Vec<_>>().concat()
}

/// The report of a front: a line for each of its points.
pub(crate) fn front_table(report: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let all = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (objectives, parameters) = (all(&report["objectives"]), report["parameters"].as_object());
    let head = |name: String, unit: String| if unit.is_empty() { name } else { format!("{name} [{unit}]") };
    let of_objectives = objectives.iter().map(|o| head(text(&o["formula"]), text(&o["unit"])));
    let of_parameters =
        parameters.into_iter().flatten().map(|(name, p)| head(name.clone(), text(&p["unit"])));
    let mut lines: Vec<Vec<String>> = vec![of_objectives.chain(of_parameters).collect()];
    let row = |point: &Value| -> Vec<String> {
        let numbers = point["parameters"].as_object().into_iter().flatten().map(|(_, x)| short(x));
        let pairs = all(&point["values"]).into_iter().zip(all(&point["errors"]));
        pairs.map(|(value, error)| measured(&value, &error, "")).chain(numbers).collect()
    };
    lines.extend(all(&report["front"]).iter().map(row));
    let own = report["before"].as_object().map(|_| row(&report["before"]));
    lines.extend(own.into_iter().map(|mut own| {
        if let Some(last) = own.last_mut() {
            last.push_str("   (before)");
        }
        own
    }));
    let widths: Vec<usize> = (0..lines[0].len())
        .map(|k| lines.iter().filter_map(|line| line.get(k)).map(|c| c.chars().count()).max().unwrap_or(0))
        .collect();
    let line = |cells: &Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("   ").trim_end().to_string() + "\n"
    };
    let counts = format!("{} points, {} of them refused\n", report["evaluations"], report["refused"]);
    lines.iter().map(line).collect::<String>() + &counts
}

fn measured(value: &Value, error: &Value, unit: &str) -> String {
    let (Some(value), Some(error)) = (value.as_f64(), error.as_f64()) else { return "none".into() };
    let plain = with_unit(&format!("{value:.9}"), unit);
    let plain =
        if (1e-3..1e6).contains(&value.abs()) { plain } else { with_unit(&format!("{value:.8e}"), unit) };
    if error > 0.0 {
        let number = plain.strip_suffix(unit).unwrap_or(&plain).trim_end().to_string();
        with_unit(&format!("{number} ± {error:.1e}"), unit)
    } else {
        plain
    }
}

fn short(value: &Value) -> String {
    let shown = |x: f64| match x.abs() {
        size if size == 0.0 || (1e-3..1e6).contains(&size) => format!("{x:.6}"),
        _ => format!("{x:.6e}"),
    };
    value.as_f64().map_or_else(|| "none".into(), shown)
}

fn with_unit(number: &str, unit: &str) -> String {
    if unit.is_empty() { number.into() } else { format!("{number} {unit}") }
}

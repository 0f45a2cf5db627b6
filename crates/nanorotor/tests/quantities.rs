//! Hold the registry of quantities against what is computed, and the page of the documentation against the registry.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use nanorotor::quantity::{KINDS, Kind, Named, System, Task};
use nanorotor::results::{BOUNDS, Results, Status};
use nanorotor::study::Study;
use nanorotor::sweep::compute;

/// A short run of all tasks over one point.
fn results(what: &str) -> Results {
    let preset = Study::preset("preston2023").unwrap();
    let short = "[simulate]\ntotal_time = \"0.5 ns\"\ndt = \"500 au\"";
    let text = format!("{}\n[compute]\nwhat = [\"{what}\"]\n{short}\n", preset.text());
    compute(&Study::from_toml(&text, "quantities", None).unwrap()).unwrap()
}

#[test]
fn every_result_is_registered_with_its_axes_and_its_error() {
    for task in Task::ALL {
        let results = results(task.name());
        let mut found = BTreeSet::new();
        let mut errors = BTreeSet::new();
        for variable in &results.variables {
            let named =
                Named::of(&variable.name).unwrap_or_else(|| panic!("{} is in no registry", variable.name));
            if named.is_error {
                errors.insert(named.kind.name);
            } else {
                found.insert(named.kind.name);
            }
            assert_eq!(variable.axes, named.kind.axes, "{}", variable.name);
            assert!(!named.is_simulated || named.kind.is_simulated, "{}", variable.name);
        }
        let mut registered: BTreeSet<&str> = task.kinds().map(|kind| kind.name).collect();
        if task == Task::Simulate {
            registered.extend(KINDS.iter().filter(|kind| kind.is_simulated).map(|kind| kind.name));
        }
        assert_eq!(found, registered, "{}", task.name());
        for name in errors {
            assert!(Named::of(name).unwrap().kind.has_error, "{name} has an error");
        }
    }
}

#[test]
fn axes_are_registered_too() {
    for task in Task::ALL {
        for axis in results(task.name()).axes {
            assert!(Named::of(&axis.name).is_some(), "{}", axis.name);
        }
    }
}

/// A heading of the page with what stands below it.
type Section = (&'static str, fn(&Kind) -> bool);

/// The table of the documentation.
fn page() -> String {
    let mut page = String::from(
        "# Quantities\n\n\
         Every quantity that results hold, by the name that it has in JSON, CSV, NetCDF, Parquet and Python. This page is written\n\
         from the registry in `crates/nanorotor/src/quantity/kind.rs`; a test holds both together.\n\n\
         A quantity that is known to a stated accuracy has its error beside it, as `…_error` in files and Python, under\n\
         `error_estimate` in JSON. What trajectories tell too is called `simulated_…`, but by its plain name in JSON and tables of\n\
         `simulate`, which stand alone. `theta` runs over the angles, `lead` over the\n\
         leads; a sweep puts the axes of its parameters before them.\n",
    );
    let sections: [Section; 5] = [
        ("From `landscape`", |kind| kind.tasks.contains(&Task::Landscape) && kind.tasks.len() < 3),
        ("From `rate`", |kind| kind.tasks.contains(&Task::Rate) && kind.tasks.len() < 3),
        ("From `simulate`", |kind| {
            (kind.tasks.contains(&Task::Simulate) && kind.tasks.len() < 3) || kind.is_simulated
        }),
        ("From all three: what the assumptions of the theory are judged by", |kind| kind.tasks.len() == 3),
        ("On request, as axes, or in messages", |kind| kind.tasks.is_empty()),
    ];
    for (title, is_in) in sections {
        write!(page, "\n## {title}\n\n| name | over | unit | error | what it is |\n|---|---|---|---|---|\n")
            .unwrap();
        for kind in KINDS.iter().filter(|kind| is_in(kind)) {
            let name = if kind.is_simulated && title.contains("simulate") {
                format!("simulated_{}", kind.name)
            } else {
                kind.name.to_owned()
            };
            let over = kind.axes.join(", ");
            let unit = kind.unit.map_or("", |unit| unit.name(System::Practical));
            let error = if kind.has_error { "yes" } else { "" };
            writeln!(page, "| `{name}` | {over} | {unit} | {error} | {} |", kind.words).unwrap();
        }
    }
    page += "\n## Status\n\n\
             By rising severity; of several, the worst is stated. JSON, CSV and `status` of a sweep give the reason in its place, and\n\
             the exit code is then 1.\n\n| status | means |\n|---|---|\n";
    for status in Status::all() {
        writeln!(page, "| {} | {} |", status.name(), status.meaning()).unwrap();
    }
    page += "\n## Thresholds of validity\n\n\
             An assumption holds up to the first bound and fails beyond the second; between them it is questionable. Friction is\n\
             judged by its sign. [Why](physics.md#how-far-the-theory-holds)\n\n\
             | assumption | judged by | holds up to | fails beyond |\n|---|---|---|---|\n";
    for (name, measure, good, bad) in BOUNDS {
        let bad = if bad.is_finite() { bad.to_string() } else { "never".to_owned() };
        writeln!(page, "| {name} | `{measure}` | {good} | {bad} |").unwrap();
    }
    page
}

#[test]
fn the_documentation_lists_the_registry() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/quantities.md");
    let page = page();
    if std::env::var_os("NANOROTOR_WRITE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/quantities.md is stale: run this test with NANOROTOR_WRITE_DOCS=1");
}

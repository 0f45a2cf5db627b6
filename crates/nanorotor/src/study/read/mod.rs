//! Turn a TOML document into a draft of a study, refusing whatever it does not know.

pub(in crate::study) mod axes;
mod band_table;
pub(in crate::study) mod document;
pub(in crate::study) mod draft;
pub(in crate::study) mod inference;
mod junction;
mod leads;
pub(in crate::study) mod matrices;
pub(in crate::study) mod numbers;
mod reader;
mod rounding;
pub(in crate::study) mod table;
pub(in crate::study) mod uncertain;

use std::collections::HashSet;
use std::ops::Range;

use self::document::{Item, Section, count, list, number, short, string, table, truth, wrong_kind};
use self::draft::{Draft, Model, Overrides, Parameter, Simulate, Target};
use self::matrices::MatrixFile;
use self::reader::Reader;
use self::table::Table;
use crate::error::{Error, Fault, did_you_mean};
use crate::expression::is_reserved;
use crate::observables::{Solver, check_tolerance, memory};
use crate::quantity::Task;
use crate::study::files::Files;
use crate::units::{Dimension, plain_text};

/// Dimensions of results, which no parameter may be called like: it could be an axis beside them.
const OF_RESULTS: [&str; 6] = ["lead", "lead_2", "level", "point", "time", "trajectory"];

const SECTIONS: &[&str] = &[
    "title",
    "cite",
    "parameters",
    "molecule",
    "band",
    "lead",
    "landscape",
    "rotor",
    "environment",
    "compute",
    "rate",
    "simulate",
    "sweep",
    "uncertain",
];

/// A mistake in the study, or one in a file that it names.
pub(in crate::study) enum Failure {
    Here(Fault),
    Elsewhere(Error),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Here(fault)
    }
}

/// Read a study with the files that it names.
pub(in crate::study) fn read(text: &str, files: &Files) -> Result<Draft, Failure> {
    let document = document::parse(text)?;
    let root = Section::closed("the study", 0..0, document.get_ref(), SECTIONS)?;
    let mut reader = Reader::new(text);
    let title = root.get("title").map(|item| string(item, "title")).transpose()?;
    let cite = match root.get("cite") {
        Some(item) => {
            list(item, "cite", "[\"preston2023\"]")?.into_iter().map(citation).collect::<Result<_, _>>()?
        }
        None => Vec::new(),
    };
    let parameters = reader.parameters(&root)?;
    reader.parameters = parameters.iter().map(|parameter| parameter.name.clone()).collect();
    let model = reader.model(&root, files)?;
    let rotor = required(
        &root,
        "rotor",
        "period = \"2*pi\" and moment_of_inertia = \"1.15e-45 kg m^2\"",
        &["period", "moment_of_inertia", "potential", "load"],
    )?;
    let period = reader.required(&rotor, "period", "\"2*pi\"", Dimension::NUMBER)?;
    let moment_of_inertia =
        reader.required(&rotor, "moment_of_inertia", "\"1.15e-45 kg m^2\"", Dimension::INERTIA)?;
    let potential = reader.optional(&rotor, "potential", Dimension::ENERGY)?;
    let load = reader.optional(&rotor, "load", Dimension::ENERGY)?;
    let environment = match root.section("environment", &["friction", "thermal_energy"])? {
        Some(section) => Some((
            reader.required(&section, "friction", "\"5 au\"", Dimension::FRICTION)?,
            reader.required(&section, "thermal_energy", "\"300 K\"", Dimension::ENERGY)?,
        )),
        None => None,
    };
    let tasks = tasks(&root)?;
    let (solver, passage) = rate(&root)?;
    let simulate = reader.simulate(&root)?;
    let sweep = reader.sweep(&root)?;
    let uncertain = uncertain::read(&root, text)?;
    let table = reader.used_of_table()?;
    let draft = Draft {
        title,
        cite,
        files: reader.files,
        parameters,
        fields: reader.fields,
        arrays: reader.arrays,
        table,
        model,
        period,
        moment_of_inertia,
        potential,
        load,
        environment,
        tasks,
        solver,
        passage,
        simulate,
        sweep,
        uncertain,
    };
    check_names(&draft)?;
    Ok(draft)
}

/// How the stationary state is found, and whether passages are counted.
fn rate(root: &Section<'_>) -> Result<(Solver, bool), Fault> {
    let mut solver = Solver::default();
    let Some(section) = root.section("rate", &["method", "tolerance", "memory", "passage"])? else {
        return Ok((solver, false));
    };
    let wrong = |item: &Item<'_>, what: &str, hint: String| {
        Fault::new(format!("the {what} of [rate] is wrong"), item.span(), "not understood", hint)
    };
    if let Some(item) = section.get("method") {
        solver.method = string(item, "method")?.parse().map_err(|hint| wrong(item, "method", hint))?;
    }
    if let Some(item) = section.get("tolerance") {
        solver.tolerance = number(item, "the tolerance")?;
        check_tolerance(solver.tolerance).map_err(|hint| wrong(item, "tolerance", hint))?;
    }
    if let Some(item) = section.get("memory") {
        solver.memory_limit = memory(&string(item, "memory")?).map_err(|hint| wrong(item, "memory", hint))?;
    }
    let passage = section.get("passage").map(|item| truth(item, "passage")).transpose()?;
    Ok((solver, passage.unwrap_or(false)))
}

/// A key as BibTeX has them, in one piece.
fn citation(item: &Item<'_>) -> Result<String, Fault> {
    let key = string(item, "a citation")?;
    let splits = |c: char| c.is_whitespace() || c.is_control() || "{}(),\"#%\\~'".contains(c);
    if key.is_empty() || key.contains(splits) {
        return Err(Fault::new(
            format!("{:?} is no key of a citation", short(&key)),
            item.span(),
            if key.is_empty() { "empty" } else { "has a character that BibTeX does not take in a key" },
            "write the key of an entry, as in cite = [\"preston2023\"]",
        ));
    }
    Ok(key)
}

/// A section that must be there.
pub(in crate::study) fn required<'a>(
    root: &Section<'a>,
    key: &str,
    contents: &str,
    known: &[&str],
) -> Result<Section<'a>, Fault> {
    root.section(key, known)?.ok_or_else(|| {
        Fault::new(
            format!("the study has no [{key}]"),
            root.span.clone(),
            format!("[{key}] is missing"),
            format!("add a section [{key}] with {contents}"),
        )
    })
}

/// The error for an axis whose parameter nothing that is computed uses: all its points would be one.
pub(in crate::study) fn sweeps_nothing(
    draft: &Draft,
    overrides: &Overrides,
    name: &str,
    span: Range<usize>,
) -> Fault {
    let (what, hint) = if draft.unused(&Task::ALL, overrides).contains(&name) {
        ("nothing", "use the parameter somewhere in the study, or leave the sweep out")
    } else {
        (
            "nothing that is computed",
            "only trajectories do: add \"simulate\" to what of [compute], or leave the sweep out",
        )
    };
    let message = format!("{what} depends on `{}`", short(name));
    Fault::new(message, span, "all points of this sweep would be the same", hint)
}

/// Refuse names that are not parameters, and axes that sweep nothing.
fn check_names(draft: &Draft) -> Result<(), Fault> {
    let known: HashSet<&str> = draft.parameters.iter().map(|p| p.name.as_str()).collect();
    let of_table = |name: &str| draft.table.as_ref().is_some_and(|table| table.variables.contains_key(name));
    let of_parameters = draft.parameters.iter().map(|p| (&p.expression, false));
    let of_fields = draft.fields.iter().chain(&draft.arrays).map(|f| (&f.expression, true));
    for (expression, may_use_table) in of_parameters.chain(of_fields) {
        let is_known = |name: &str| known.contains(name) || may_use_table && of_table(name);
        if let Some((name, span)) = expression.names().find(|(name, _)| !is_known(name)) {
            let names = if may_use_table { draft.known_names() } else { draft.names() };
            return Err(crate::expression::unknown_name(name, span, &names));
        }
        expression.check_units(&is_known)?;
    }
    for axis in &draft.sweep {
        if !known.contains(axis.name.as_str()) {
            return Err(Fault::new(
                format!("the sweep of `{}` has no parameter of that name", short(&axis.name)),
                axis.name_span.clone(),
                "not defined under [parameters]",
                did_you_mean(&axis.name, known.iter().copied())
                    .unwrap_or_else(|| "only parameters can be swept: define it under [parameters]".into()),
            ));
        }
        if draft.unused(&draft.tasks, &Overrides::new()).contains(&axis.name.as_str()) {
            return Err(sweeps_nothing(draft, &Overrides::new(), &axis.name, axis.name_span.clone()));
        }
    }
    Ok(())
}

fn tasks(root: &Section<'_>) -> Result<Vec<Task>, Fault> {
    let Some(section) = root.section("compute", &["what"])? else { return Ok(vec![Task::Rate]) };
    let Some(what) = section.get("what") else { return Ok(vec![Task::Rate]) };
    let mut tasks = Vec::new();
    for item in list(what, "what", "[\"rate\"]")? {
        let name = string(item, "what")?;
        let Some(task) = Task::ALL.into_iter().find(|task| task.name() == name) else {
            return Err(Fault::new(
                format!("`{}` cannot be computed", short(&name)),
                item.span(),
                "not known",
                did_you_mean(&name, Task::ALL.map(Task::name))
                    .unwrap_or_else(|| "known are landscape, rate and simulate".into()),
            ));
        };
        if !tasks.contains(&task) {
            tasks.push(task);
        }
    }
    if tasks.is_empty() {
        return Err(Fault::new(
            "nothing is to be computed",
            what.span(),
            "an empty list",
            "write what = [\"rate\"]",
        ));
    }
    Ok(tasks)
}

/// Refuse a name that a parameter and a variable of the table have.
pub(in crate::study) fn refuse_two_meanings(
    table: &MatrixFile,
    name: &str,
    span: &Range<usize>,
) -> Result<(), Fault> {
    if !table.has(name) {
        return Ok(());
    }
    Err(Fault::new(
        format!("`{name}` is a parameter, and a variable of the table"),
        span.clone(),
        "which of them is meant?",
        "give the parameter another name",
    ))
}

impl<'a> Reader<'a> {
    fn parameters(&self, root: &Section<'a>) -> Result<Vec<Parameter>, Fault> {
        let Some(item) = root.get("parameters") else { return Ok(Vec::new()) };
        let Some(inner) = item.get_ref().as_table() else {
            return Err(wrong_kind(
                item,
                "[parameters]",
                "a table",
                "write [parameters] and then name = value lines",
            ));
        };
        let section = Section::open("[parameters]", item.span(), inner);
        let mut parameters = Vec::new();
        for (name, name_span, item) in section.entries() {
            let name = plain_text(name);
            check_parameter_name(&name, &name_span)?;
            let expression = document::expression(item, self.text, &format!("the parameter `{name}`"))?;
            parameters.push(Parameter { name, span: item.span(), expression });
        }
        Ok(parameters)
    }

    fn model(&mut self, root: &Section<'a>, files: &Files) -> Result<Model, Failure> {
        let Some(section) = root.section("landscape", &["torque", "friction", "diffusion", "table"])? else {
            return Ok(self.junction(root, files)?);
        };
        for key in ["molecule", "band", "lead"] {
            if let Some(item) = root.get(key) {
                return Err(Fault::new(
                    "a study has either a junction or a [landscape]",
                    section.span.clone(),
                    "a landscape",
                    format!("remove [landscape], or [molecule], [band] and [[lead]] ({key} is there)"),
                )
                .also(item.span(), "part of a junction")
                .into());
            }
        }
        let Some(item) = section.get("table") else {
            return Ok(Model::Formulas {
                torque: self.required(&section, "torque", "\"2*sin(theta) * 1 au\"", Dimension::ENERGY)?,
                friction: self.required(&section, "friction", "\"1 au\"", Dimension::FRICTION)?,
                diffusion: self.required(&section, "diffusion", "\"2 au\"", Dimension::DIFFUSION)?,
            });
        };
        if let Some(key) =
            ["torque", "friction", "diffusion"].into_iter().find(|key| section.get(key).is_some())
        {
            return Err(Fault::new(
                format!("[landscape] has both a table and `{key}`"),
                item.span(),
                "the table has all three columns",
                format!("remove `{key}` or the table"),
            )
            .into());
        }
        let file = string(item, "table")?;
        self.files.push((file.clone(), item.span()));
        let contents = Table::load(files, &file).map_err(|fault| match fault {
            Failure::Here(fault) => Failure::Here(fault.moved(|_| item.span())),
            elsewhere @ Failure::Elsewhere(_) => elsewhere,
        })?;
        Ok(Model::Table { table: contents, span: item.span() })
    }

    fn simulate(&mut self, root: &Section<'a>) -> Result<Simulate, Fault> {
        const KEYS: [&str; 5] = ["total_time", "target", "dt", "counter_origin", "seed"];
        let mut simulate =
            Simulate { total_time: None, target: None, dt: None, counter_origin: None, seed: 1 };
        let Some(section) = root.section("simulate", &KEYS)? else {
            return Ok(simulate);
        };
        simulate.total_time = self.optional(&section, "total_time", Dimension::TIME)?;
        simulate.dt = self.optional(&section, "dt", Dimension::TIME)?;
        simulate.counter_origin = self.optional(&section, "counter_origin", Dimension::NUMBER)?;
        if let Some(item) = section.get("seed") {
            simulate.seed = count(item, "the seed")?;
        }
        let Some(item) = section.get("target") else { return Ok(simulate) };
        if simulate.total_time.is_some() {
            return Err(Fault::new(
                "[simulate] has both a total_time and a target",
                item.span(),
                "runs as long as it needs",
                "remove one of them",
            ));
        }
        let target = table(item, "the target of [simulate]".into(), &["rotation_rate", "directionality"])?;
        simulate.target = match (target.get("rotation_rate"), target.get("directionality")) {
            (Some(item), None) => Some(Target::RotationRate(self.field(
                item,
                "rotation_rate of the target".into(),
                Dimension::RATE,
            )?)),
            (None, Some(item)) => Some(Target::Directionality(self.field(
                item,
                "directionality of the target".into(),
                Dimension::NUMBER,
            )?)),
            _ => {
                return Err(Fault::new(
                    "a target is one error to be reached",
                    item.span(),
                    "expected one of rotation_rate and directionality",
                    "write for example target = { rotation_rate = \"0.06 /ns\" }",
                ));
            }
        };
        Ok(simulate)
    }
}

fn check_parameter_name(name: &str, span: &Range<usize>) -> Result<(), Fault> {
    if is_reserved(name) {
        return Err(Fault::new(
            format!("`{name}` cannot be a parameter"),
            span.clone(),
            "reserved",
            "theta, pi and the names of functions belong to the language of formulas: choose another name",
        ));
    }
    if OF_RESULTS.contains(&name) || name.starts_with("parameter_") {
        return Err(Fault::new(
            format!("`{name}` cannot be a parameter"),
            span.clone(),
            "a name that results use for something else",
            format!("choose another name: `{}_` would do", name.trim_start_matches("parameter_")),
        ));
    }
    let mut letters = name.chars();
    let starts = letters.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    if starts && letters.all(|c| c.is_alphanumeric() || c == '_') {
        return Ok(());
    }
    Err(Fault::new(
        format!("`{}` cannot be a parameter", short(name)),
        span.clone(),
        "not a name",
        "a name is made of letters, digits and _ and does not begin with a digit",
    ))
}

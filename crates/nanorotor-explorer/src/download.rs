//! Draw a panel, or write its numbers, as a file to keep.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use nanorotor::export::csv_text;
use nanorotor::kramers;
use nanorotor::quantity::{System, Task};
use nanorotor::results::{
    Options, Results, SensitivityOptions, THETA_POINTS, Watch, sensitivity_results, spectrum_results,
    theta_grid,
};
use nanorotor::study::Study;
use nanorotor::sweep::{Layout, Record, assemble};
use nanorotor_figures::{
    ElectronsFigure, Figure, Format, LandscapeFigure, RateFigure, SensitivityFigure, SpectrumFigure,
    electrons_figure, landscape_figure, rate_figure, sensitivity_figure, spectrum_figure, sweep_figures,
};

use crate::answer::with_type;
use crate::request::{Asked, Refusal};
use crate::session::Session;
use crate::{curve, export, point};

/// The angles of a map of levels.
const LEVEL_ANGLES: usize = 64;

/// The file of a panel.
pub(crate) fn file(session: &Session, asked: &Asked, cancel: &AtomicBool) -> Result<Response<Body>, Refusal> {
    let panel = asked.text("panel").unwrap_or("landscape");
    if panel == "study" {
        let (bytes, kind) = export::to_keep(asked)?;
        let media = if kind == "zip" { "application/zip" } else { "application/toml" };
        return Ok(attached(bytes, media, &format!("study.{kind}")));
    }
    let (results, figure) = contents(session, asked, panel, cancel)?;
    let kind = asked.text("format").unwrap_or("svg");
    let (bytes, media) = if kind == "csv" {
        (csv_text(&results, System::Practical)?.into_bytes(), "text/csv; charset=utf-8")
    } else {
        let Some(format) = Format::ALL.into_iter().find(|format| format.extension() == kind) else {
            return Err(Refusal::Request(format!("there is no format {kind}")));
        };
        let media = match format {
            Format::Svg => "image/svg+xml",
            Format::Pdf => "application/pdf",
            Format::Png => "image/png",
        };
        let drawn = figure.render(format);
        (drawn.map_err(|error| Refusal::Request(format!("{error}; {}", error.hint())))?, media)
    };
    Ok(attached(bytes, media, &format!("nanorotor_{panel}.{kind}")))
}

/// An answer that a browser keeps as a file.
fn attached(bytes: Vec<u8>, media: &'static str, name: &str) -> Response<Body> {
    let mut response = with_type(Body::from(bytes), media);
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// The results behind a panel and their figure.
fn contents(
    session: &Session,
    asked: &Asked,
    panel: &str,
    cancel: &AtomicBool,
) -> Result<(Results, Figure), Refusal> {
    let system = System::Practical;
    if panel == "curve" {
        let results = over(session, asked, cancel)?;
        let name = curve::quantity(asked)?;
        let (base, _) = name.split_once('.').unwrap_or((name, ""));
        let mut figures = sweep_figures(&results);
        let of = figures.iter().position(|figure| figure.name == base).unwrap_or(0);
        if figures.is_empty() {
            return Err(Refusal::Request("no point of the curve has a value".into()));
        }
        return Ok((results, figures.swap_remove(of).figure));
    }
    let point = point::of(session, asked)?;
    let period = point.resolved().rotor.period;
    let options = Options::default();
    let watch = Watch::cancelled_by(cancel);
    Ok(match panel {
        "landscape" => {
            let results = point.compute(Task::Landscape, &options, watch)?;
            let figure = landscape_figure(&LandscapeFigure::of(&results, period, system));
            (results, figure)
        }
        "electrons" => {
            let results = point.compute(Task::Landscape, &options, watch)?;
            let figure = electrons_figure(&ElectronsFigure::of(&results, period, system));
            (results, figure)
        }
        "rate" => {
            let results = point.compute(Task::Rate, &options, watch)?;
            let figure = rate_figure(&RateFigure::of(&results, point.landscape()?));
            (results, figure)
        }
        "levels" => {
            let results = spectrum_results(point.resolved(), theta_grid(period, LEVEL_ANGLES), None)?;
            let figure = spectrum_figure(&SpectrumFigure::of(&results, system));
            (results, figure)
        }
        "sensitivity" => {
            let theta = Some(theta_grid(period, THETA_POINTS));
            let options = SensitivityOptions { theta, parameters: None };
            let results = sensitivity_results(&asked.study, &options, kramers::Watch::cancelled_by(cancel))?;
            let figure = sensitivity_figure(&SensitivityFigure::of(&results, system));
            (results, figure)
        }
        other => return Err(Refusal::Request(format!("there is no panel {other}"))),
    })
}

/// The rate at all points of a curve or a map; those that were drawn are known.
fn over(session: &Session, asked: &Asked, cancel: &AtomicBool) -> Result<Results, Refusal> {
    let axes = curve::axes(asked)?;
    let layout = Layout {
        title: asked.study.title().map(str::to_owned),
        text: asked.study.text().to_owned(),
        axes,
        tasks: vec![Task::Rate],
    };
    let mut points: Vec<Study> = vec![asked.study.clone()];
    for axis in &layout.axes {
        let mut next = Vec::with_capacity(points.len() * axis.values.len());
        for study in &points {
            for &value in &axis.values {
                next.push(study.with_value(&axis.name, value)?);
            }
        }
        points = next;
    }
    let next = AtomicUsize::new(0);
    let work = || -> Vec<(usize, Record)> {
        let numbers = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)));
        let mine = numbers.take_while(|k| *k < points.len() && !cancel.load(Ordering::Relaxed));
        mine.map(|k| (k, record(session, &points[k], cancel))).collect()
    };
    let mut records: Vec<Option<Record>> = points.iter().map(|_| None).collect();
    std::thread::scope(|scope| {
        let count = std::thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(work)).collect();
        for (k, record) in threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()) {
            records[k] = Some(record);
        }
    });
    Ok(assemble(&layout, &[records])?)
}

/// What a sweep keeps of a point.
fn record(session: &Session, study: &Study, cancel: &AtomicBool) -> Record {
    let options = Options { sequential: true, ..Options::default() };
    let found = study.resolve().and_then(|resolved| session.point(resolved));
    Record::of(found.and_then(|point| point.compute(Task::Rate, &options, Watch::cancelled_by(cancel))))
}

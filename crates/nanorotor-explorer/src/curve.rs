//! Compute a quantity against one parameter or two, and send each point as it is finished, coarse to fine.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use nanorotor::export::json_number;
use nanorotor::quantity::Task;
use nanorotor::results::{Options, Watch};
use nanorotor::study::{Axis, Study};
use nanorotor::units::Quantity;
use serde_json::{Map, Value, json};

use crate::lines::{Lines, lines};
use crate::quantities;
use crate::request::{Asked, Refusal};
use crate::session::Session;

/// The most points of a curve or a map.
const MOST_POINTS: usize = 10_000;

/// How long a point of a curve lets requests pass that somebody waits for.
const PATIENCE: Duration = Duration::from_millis(300);

/// The quantity that is shown where the page does not say which.
const USUAL: &str = "rotation_rate";

/// The quantity of a curve.
pub(crate) fn quantity(asked: &Asked) -> Result<&str, Refusal> {
    let name = asked.text("quantity").unwrap_or(USUAL);
    if quantities::is_known(name) {
        return Ok(name);
    }
    Err(Refusal::Request(format!("there is no quantity {name}")))
}

/// The axes of a curve or a map, the first slowest.
///
/// # Errors
/// [`Refusal::Input`] for an end that the study refuses.
pub(crate) fn axes(asked: &Asked) -> Result<Vec<Axis>, Refusal> {
    let wrong = |what: &str| Refusal::Request(what.to_owned());
    let over =
        asked.body.get("over").and_then(Value::as_object).ok_or_else(|| wrong("there is no `over`"))?;
    if over.is_empty() || over.len() > 2 {
        return Err(wrong("a curve stands over one parameter, a map over two"));
    }
    let axes = over.iter().map(|(name, range)| axis(&asked.study, name, range));
    let axes: Vec<Axis> = axes.collect::<Result<_, _>>()?;
    if axes.iter().map(|axis| axis.values.len()).product::<usize>() > MOST_POINTS {
        return Err(wrong("a curve has at most 10000 points"));
    }
    Ok(axes)
}

fn axis(study: &Study, name: &str, range: &Value) -> Result<Axis, Refusal> {
    let wrong = |what: String| Refusal::Request(what);
    let unit = study.unit(name);
    let end = |key: &str| -> Result<f64, Refusal> {
        let text = match range.get(key) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => format!("{number} {}", unit.text()).trim().to_owned(),
            _ => return Err(wrong(format!("the range of {name} has no `{key}`"))),
        };
        let named = |error| Refusal::Input { error, parameter: Some(name.to_owned()) };
        let resolved = study.with(name, &text).and_then(|study| study.resolve()).map_err(named)?;
        let parameter = resolved.parameters.iter().find(|parameter| parameter.name == name);
        let quantity = parameter.and_then(nanorotor::study::ResolvedParameter::quantity);
        quantity.map(|quantity| quantity.number()).ok_or_else(|| wrong(format!("{name} depends on theta")))
    };
    let (from, to) = (end("from")?, end("to")?);
    let points = range.get("points").and_then(Value::as_u64).unwrap_or(41) as usize;
    if !(2..=MOST_POINTS).contains(&points) || from == to {
        return Err(wrong(format!("the range of {name} needs two ends and 2 to {MOST_POINTS} points")));
    }
    let logarithmic = range.get("spacing").and_then(Value::as_str) == Some("logarithmic");
    if logarithmic && from * to <= 0.0 {
        return Err(wrong(format!("the logarithmic range of {name} touches zero")));
    }
    let number = |k: usize| {
        let t = k as f64 / (points - 1) as f64;
        let number = if logarithmic { from * (to / from).powf(t) } else { from + (to - from) * t };
        // As people write it: 0.3 for 0.30000000000000004.
        let scale = if logarithmic { number.abs() } else { from.abs().max(to.abs()) };
        let digits = (12.0 - scale.log10().floor()).clamp(0.0, 300.0) as usize;
        format!("{number:.digits$}").parse().unwrap_or(number) + 0.0
    };
    let numbers: Vec<f64> = (0..points).map(number).collect();
    let values = numbers.iter().map(|&number| Quantity::new(number, unit.clone()).value()).collect();
    Ok(Axis { name: name.to_owned(), values, numbers, unit })
}

/// The places of all points, those that halve the largest gaps first.
fn coarse_to_fine(axes: &[Axis]) -> Vec<Vec<usize>> {
    let mut places = vec![(0, Vec::new())];
    for axis in axes {
        let levels = levels(axis.values.len());
        places = places
            .iter()
            .flat_map(|(level, place): &(usize, Vec<usize>)| {
                levels.iter().enumerate().map(move |(k, own)| {
                    let place = place.iter().copied().chain([k]).collect();
                    (*own.max(level), place)
                })
            })
            .collect();
    }
    places.sort_by_key(|(level, _)| *level);
    places.into_iter().map(|(_, place)| place).collect()
}

/// How often a range has been halved when each of its places is met; the ends are met at once.
fn levels(count: usize) -> Vec<usize> {
    let mut levels = vec![0; count];
    let mut gaps = vec![(0, count.saturating_sub(1), 1)];
    while let Some((from, to, level)) = gaps.pop() {
        if to - from < 2 {
            continue;
        }
        let middle = usize::midpoint(from, to);
        levels[middle] = level;
        gaps.extend([(from, middle, level + 1), (middle, to, level + 1)]);
    }
    levels
}

/// Begin a curve; its points come as lines of JSON.
pub(crate) fn stream(session: &Arc<Session>, asked: Asked) -> Result<Response<Body>, Refusal> {
    let (quantity, axes) = (quantity(&asked)?.to_owned(), axes(&asked)?);
    let Some(cancel) = session.begin(&asked.tab("curve"), asked.number("sequence").unwrap_or(0)) else {
        return Err(Refusal::Cancelled);
    };
    let (send, response) = lines(Arc::clone(&cancel));
    let described: Map<String, Value> = axes
        .iter()
        .map(|axis| (axis.name.clone(), json!({ "values": axis.numbers, "unit": axis.unit.text() })))
        .collect();
    let mut head = quantities::describe(&quantity);
    head["quantity"] = quantity.as_str().into();
    head["axes"] = described.into();
    send.send(&head);
    let places = coarse_to_fine(&axes);
    let work = Arc::new(Work {
        session: Arc::clone(session),
        study: asked.study,
        quantity,
        axes,
        places,
        next: AtomicUsize::new(0),
        done: AtomicUsize::new(0),
        cancel,
    });
    for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
        let (work, send) = (Arc::clone(&work), send.clone());
        std::thread::spawn(move || work.run(&send));
    }
    Ok(response)
}

/// What the threads of a curve share.
struct Work {
    session: Arc<Session>,
    study: Study,
    quantity: String,
    axes: Vec<Axis>,
    places: Vec<Vec<usize>>,
    next: AtomicUsize,
    done: AtomicUsize,
    cancel: Arc<AtomicBool>,
}

impl Work {
    fn run(&self, send: &Lines) {
        while let Some(place) = self.places.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            self.let_pass();
            let found = self.point(place);
            if self.cancel.load(Ordering::Relaxed) || !send.send(&found) {
                return;
            }
            if self.done.fetch_add(1, Ordering::Relaxed) + 1 == self.places.len() {
                send.send(&json!({ "done": true }));
            }
        }
    }

    /// Wait a moment while somebody waits for an answer.
    fn let_pass(&self) {
        let step = Duration::from_millis(2);
        let mut waited = Duration::ZERO;
        while self.session.is_waited_for() && waited < PATIENCE && !self.cancel.load(Ordering::Relaxed) {
            std::thread::sleep(step);
            waited += step;
        }
    }

    fn point(&self, place: &[usize]) -> Value {
        let at: BTreeMap<&str, f64> =
            self.axes.iter().zip(place).map(|(axis, &k)| (axis.name.as_str(), axis.numbers[k])).collect();
        let found = self.value(place);
        let (value, error, status) = match found {
            Ok((value, error, status)) => (value, error, status),
            Err(error) => (f64::NAN, f64::NAN, format!("{error}; {}", error.hint())),
        };
        json!({
            "index": place, "at": at, "value": json_number(value), "error": json_number(error), "status": status,
        })
    }

    fn value(&self, place: &[usize]) -> nanorotor::Result<(f64, f64, String)> {
        let study =
            self.axes.iter().zip(place).try_fold(self.study.clone(), |study, (axis, &k)| {
                study.with_value(&axis.name, axis.values[k])
            })?;
        let point = self.session.point(study.resolve()?)?;
        if quantities::is_of_landscape(&self.quantity) {
            let (value, error) = quantities::find_in(point.landscape()?, &self.quantity);
            return Ok((value, error, "converged".into()));
        }
        let options = Options { sequential: true, ..Options::default() };
        let results = point.compute(Task::Rate, &options, Watch::cancelled_by(&self.cancel))?;
        let (value, error) = quantities::find(&results, &self.quantity);
        Ok((value, error, results.status.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_comes_once_and_gaps_are_halved() {
        for count in [2, 3, 9, 41] {
            let found = levels(count);
            assert_eq!((found[0], found[count - 1]), (0, 0));
            let deepest = found.iter().max().unwrap();
            assert!(1 << deepest < 4 * count, "{found:?}");
        }
        assert_eq!(levels(9), [0, 3, 2, 3, 1, 3, 2, 3, 0]);
        let axis = |count: usize| Axis {
            name: "V".into(),
            values: vec![0.0; count],
            numbers: vec![0.0; count],
            unit: nanorotor::units::Unit::one(),
        };
        let places = coarse_to_fine(&[axis(3), axis(5)]);
        assert_eq!(&places[..4], [[0, 0], [0, 4], [2, 0], [2, 4]]);
        let distinct: std::collections::BTreeSet<_> = places.iter().collect();
        assert_eq!(distinct.len(), 15);
    }
}

//! Keep what a session shares: the study that was opened, what each tab is waiting for, and the last points.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nanorotor::expression::Formula;
use nanorotor::langevin::Kernel;
use nanorotor::quantity::Task;
use nanorotor::results::Point;
use nanorotor::study::{Environment, Files, Resolved, Rotor, Study};
use nanorotor::sweep::Key;
use nanorotor::{Landscape, Result};
use serde_json::Value;

use crate::guard::Guard;
use crate::sliders::Range;

/// How many points, landscapes and studies are remembered: those of the last curves, so that undo and a reload find them.
const KEPT: usize = 128;

/// How many tabs are remembered while they wait for nothing.
const TABS: usize = 256;

/// The newest request of one kind of a tab.
#[derive(Debug)]
struct Newest {
    sequence: u64,
    cancel: Arc<AtomicBool>,
}

/// What names a study.
#[derive(Debug, PartialEq)]
enum Text {
    Preset(String),
    Whole(String),
}

/// The last few values by their keys.
type Kept<K, V> = Mutex<VecDeque<(K, V)>>;

/// What the requests of a session share.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) guard: Guard,
    pub(crate) opened: Option<Study>,
    tabs: Mutex<HashMap<String, Newest>>,
    points: Kept<Key, Arc<Point>>,
    /// What the electrons do to the rotor.
    electrons: Kept<Key, Landscape>,
    levels: Kept<(Key, usize), Value>,
    ranges: Kept<String, Arc<[Range]>>,
    studies: Kept<Text, Study>,
    /// How many requests that somebody waits for are being computed; curves let them pass.
    waiting: AtomicUsize,
}

impl Session {
    pub(crate) fn new(guard: Guard, opened: Option<Study>) -> Self {
        Self {
            guard,
            opened,
            tabs: Mutex::default(),
            points: Mutex::default(),
            electrons: Mutex::default(),
            levels: Mutex::default(),
            ranges: Mutex::default(),
            studies: Mutex::default(),
            waiting: AtomicUsize::new(0),
        }
    }

    /// Begin a request of a tab; it cancels the one before. None where a newer one has come already.
    pub(crate) fn begin(&self, tab: &str, sequence: u64) -> Option<Arc<AtomicBool>> {
        let mut tabs = lock(&self.tabs);
        if tabs.len() >= TABS {
            tabs.retain(|_, newest| Arc::strong_count(&newest.cancel) > 1);
        }
        if let Some(newest) = tabs.get(tab) {
            if newest.sequence > sequence {
                return None;
            }
            newest.cancel.store(true, Ordering::Relaxed);
        }
        let cancel = Arc::new(AtomicBool::new(false));
        tabs.insert(tab.to_owned(), Newest { sequence, cancel: Arc::clone(&cancel) });
        Some(cancel)
    }

    /// End all that is under way.
    pub(crate) fn stop(&self) {
        for newest in lock(&self.tabs).values() {
            newest.cancel.store(true, Ordering::Relaxed);
        }
    }

    /// The point of a study, with what is known of it: all that surrounds the electrons leaves them as they are.
    ///
    /// # Errors
    /// As [`Resolved::landscape`].
    pub(crate) fn point(&self, resolved: Resolved) -> Result<Arc<Point>> {
        let key = Key::new(&resolved, Task::Rate, Kernel::Portable);
        if let Some(known) = get(&self.points, &key) {
            return Ok(known);
        }
        let electrons = key_of_electrons(&resolved);
        let found = if let Some(known) = get(&self.electrons, &electrons) {
            known
        } else {
            let found = resolved.electronic_landscape()?;
            put(&self.electrons, electrons, found.clone());
            found
        };
        let landscape = resolved.landscape_around(found)?;
        let point = Arc::new(Point::with_landscape(resolved, landscape));
        put(&self.points, key, Arc::clone(&point));
        Ok(point)
    }

    /// The levels at so many angles, which `find` computes where they are not known.
    ///
    /// # Errors
    /// As `find`.
    pub(crate) fn levels(
        &self,
        resolved: &Resolved,
        angles: usize,
        find: impl FnOnce() -> Result<Value>,
    ) -> Result<Value> {
        let key = (key_of_electrons(resolved), angles);
        if let Some(known) = get(&self.levels, &key) {
            return Ok(known);
        }
        let found = find()?;
        put(&self.levels, key, found.clone());
        Ok(found)
    }

    /// The sliders of a study as it was written, which `find` computes where they are not known.
    pub(crate) fn ranges(
        &self,
        study: &Study,
        find: impl FnOnce() -> Result<Vec<Range>>,
    ) -> Result<Arc<[Range]>> {
        let set = study.set_from_outside().map(|(name, text)| format!("\n{name}={text}"));
        let key = std::iter::once(study.text().to_owned()).chain(set).collect();
        if let Some(known) = get(&self.ranges, &key) {
            return Ok(known);
        }
        let found: Arc<[Range]> = find()?.into();
        put(&self.ranges, key, Arc::clone(&found));
        Ok(found)
    }

    /// A study that comes with nanorotor, read once.
    ///
    /// # Errors
    /// As [`Study::preset`].
    pub(crate) fn preset(&self, name: &str) -> Result<Study> {
        let key = Text::Preset(name.to_owned());
        if let Some(known) = get(&self.studies, &key) {
            return Ok(known);
        }
        let study = Study::preset(name)?;
        put(&self.studies, key, study.clone());
        Ok(study)
    }

    /// A study by its text, read once.
    ///
    /// # Errors
    /// As [`Study::from_toml`].
    pub(crate) fn study(&self, text: &str) -> Result<Study> {
        let key = Text::Whole(text.to_owned());
        if let Some(known) = get(&self.studies, &key) {
            return Ok(known);
        }
        // Tables that the text names are where those of the opened study are.
        let files = self.opened.as_ref().map_or_else(Files::default, |study| study.files().clone());
        let study = Study::from_files(text, "study.toml", &files)?;
        put(&self.studies, key, study.clone());
        Ok(study)
    }

    /// Say that somebody waits for an answer until what comes back is dropped.
    pub(crate) fn wait(self: &Arc<Self>) -> Waiting {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(Arc::clone(self))
    }

    /// Whether somebody waits for an answer.
    pub(crate) fn is_waited_for(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }
}

/// What the electrons depend on: all but their surroundings.
fn key_of_electrons(resolved: &Resolved) -> Key {
    let mut bare = resolved.clone();
    let nothing = Formula::constant(0.0);
    bare.environment = Environment { friction: nothing.clone(), thermal_energy: nothing.clone() };
    bare.rotor = Rotor { period: bare.rotor.period, moment_of_inertia: 1.0, potential: nothing, load: 0.0 };
    Key::new(&bare, Task::Landscape, Kernel::Portable)
}

/// Somebody waits for an answer.
#[derive(Debug)]
pub(crate) struct Waiting(Arc<Session>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Cancels work when whoever asked for it has gone.
#[derive(Debug)]
pub(crate) struct CancelledWhenDropped(pub(crate) Arc<AtomicBool>);

impl Drop for CancelledWhenDropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn get<K: PartialEq, V: Clone>(kept: &Kept<K, V>, key: &K) -> Option<V> {
    lock(kept).iter().find(|(known, _)| known == key).map(|(_, value)| value.clone())
}

fn put<K, V>(kept: &Kept<K, V>, key: K, value: V) {
    let mut kept = lock(kept);
    kept.push_front((key, value));
    kept.truncate(KEPT);
}

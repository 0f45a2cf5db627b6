//! Damage a small store at every byte, and demand an error that says what to do or the right data, bit for bit.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use rusqlite::Connection;

use super::fingerprint::{Key, checksum};
use super::layout::Layout;
use super::provenance::Provenance;
use super::record::Record;
use super::store::{Finished, STORE_FILE, Store};
use crate::error::{Error, Result};
use crate::quantity::Task;
use crate::results::{Axis, Coordinates, Results, Status, Variable};
use crate::study::{self, Study};
use crate::units::Unit;

const POINTS: usize = 6;

/// The record of a point; the last is longer than a page, and one is without numbers.
fn record(point: usize) -> Record {
    if point == 2 {
        return Record {
            results: Results::default(),
            status: Status::Failed("rate did not converge: 1e-3".into()),
        };
    }
    let angles = if point == POINTS - 1 { 40_u32 } else { 2 };
    let value = |j: usize| 0.1 + 1e3 * (point as f64 + j as f64).sin();
    let axis = Axis {
        name: format!("theta{angles}"),
        coordinates: Coordinates::Numbers((0..angles).map(f64::from).collect()),
        unit: None,
    };
    let variable = |name: &str, axes: Vec<String>, count: usize| Variable {
        name: name.into(),
        axes,
        values: (0..count).map(value).collect(),
    };
    let results = Results {
        variables: vec![
            variable("rotation_rate", Vec::new(), 1),
            variable(&format!("density{angles}"), vec![axis.name.clone()], angles as usize),
        ],
        axes: vec![axis],
        notes: vec![("band".into(), "bottom -10 eV".into())],
        ..Results::default()
    };
    Record { results, status: Status::Converged }
}

fn keys() -> Vec<Key> {
    (0..POINTS).map(|point| Key(checksum(&[b"point", &point.to_le_bytes()]))).collect()
}

/// The bytes of a finished store with pages of a size.
fn finished(folder: &Path, page_size: usize) -> Vec<u8> {
    let path = folder.join(STORE_FILE);
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "page_size", i64::try_from(page_size).unwrap()).unwrap();
    let store = Store::prepared(connection, path.clone()).unwrap();
    let numbers: Vec<f64> = (0..POINTS).map(|v| v as f64).collect();
    let axis = study::Axis { name: "V".into(), values: numbers.clone(), numbers, unit: Unit::one() };
    let layout = Layout { title: None, text: "a study".into(), axes: vec![axis], tasks: vec![Task::Rate] };
    let study = layout.to_json(&Study::preset("preston2023").unwrap());
    let provenance = |commit: &str| Provenance(vec![("commit".into(), commit.into())]);
    store.begin(&study, &keys(), &provenance("first")).unwrap();
    let run = store.begin(&study, &keys(), &provenance("second")).unwrap();
    for (point, &key) in keys().iter().enumerate() {
        let record = record(point);
        store.put(&[Finished { key, task: "rate", record, run, seconds: 0.25 }]).unwrap();
    }
    drop(store);
    let bytes = fs::read(&path).unwrap();
    assert!(bytes.len().is_multiple_of(page_size) && bytes.len() >= 5 * page_size);
    bytes
}

/// All that a store says, as text with every bit of every number.
fn read(folder: &Path) -> Result<String> {
    let store = Store::existing(folder)?;
    let (layout, results) = super::results(&store)?;
    let records = keys().iter().map(|key| store.get(key)).collect::<Result<Vec<_>>>()?;
    Ok(format!("{layout:?} {results:?} {records:?} {:?} {}", store.runs()?, store.len()?))
}

/// What `read` makes of a file.
struct Trial<'a> {
    right: &'a str,
    records: Vec<String>,
    refused: AtomicUsize,
    right_again: AtomicUsize,
}

impl<'a> Trial<'a> {
    fn new(right: &'a str) -> Self {
        let records = (0..POINTS).map(|point| format!("{:?}", record(point))).collect();
        Self { right, records, refused: AtomicUsize::new(0), right_again: AtomicUsize::new(0) }
    }

    fn of(&self, folder: &Path, bytes: &[u8], damage: &str) {
        for entry in fs::read_dir(folder).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        let path = folder.join(STORE_FILE);
        fs::write(&path, bytes).unwrap();
        match read(folder) {
            Ok(text) => {
                assert!(text == self.right, "{damage}: wrong data: {}", difference(&text, self.right));
                self.right_again.fetch_add(1, Ordering::Relaxed);
                return;
            }
            Err(Error::File { what, hint }) => {
                assert!(what.contains(&path.display().to_string()), "{damage}: {what}");
                assert!(hint.len() > 10, "{damage}: {what}; {hint}");
                self.refused.fetch_add(1, Ordering::Relaxed);
            }
            Err(other) => panic!("{damage}: {other}"),
        }
        // Point by point, as a run that goes on asks: a point that cannot be found is computed anew, a wrong one never read.
        let Ok(store) = Store::open(folder) else { return };
        for (key, right) in keys().iter().zip(&self.records) {
            if let Ok(Some(found)) = store.get(key) {
                assert_eq!(format!("{found:?}"), *right, "{damage}: a wrong record");
            }
        }
    }

    fn counts(&self) -> (usize, usize) {
        (self.refused.load(Ordering::Relaxed), self.right_again.load(Ordering::Relaxed))
    }
}

/// Where two texts part.
fn difference(found: &str, right: &str) -> String {
    let at = found.bytes().zip(right.bytes()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| text.chars().skip(at.saturating_sub(40)).take(80).collect::<String>();
    format!("`{}` for `{}`", around(found), around(right))
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_flipped_byte_anywhere_is_an_error_or_changes_nothing() {
    let home = folder();
    let bytes = finished(home.path(), 512);
    let right = read(home.path()).unwrap();
    let trial = Trial::new(&right);
    (0..bytes.len()).into_par_iter().for_each_init(folder, |folder, at| {
        // One bit, another at each byte, and all bits.
        for change in [1 << (at * 5 % 8), 0xFF] {
            let mut damaged = bytes.clone();
            damaged[at] ^= change;
            trial.of(folder.path(), &damaged, &format!("byte {at} of {}, ^ {change:#04x}", bytes.len()));
        }
    });
    let (refused, right_again) = trial.counts();
    // Free space and a few fields of the header may change unseen; what holds data may not.
    assert!(refused > bytes.len() && right_again > 100, "{refused} {right_again}");
}

#[test]
fn cut_and_zeroed_files_are_errors() {
    for page_size in [512, 4096] {
        let home = folder();
        let bytes = finished(home.path(), page_size);
        let right = read(home.path()).unwrap();
        let trial = Trial::new(&right);
        let mut lengths: Vec<usize> = (0..bytes.len()).step_by(page_size).collect();
        lengths.extend([1, 15, 16, 99, 100, 101, page_size - 1, page_size + 1, bytes.len() - 1]);
        let pages = bytes.len() / page_size;
        for &length in &lengths {
            let folder = folder();
            trial.of(folder.path(), &bytes[..length], &format!("cut to {length} of {}", bytes.len()));
        }
        let refused = trial.counts();
        assert_eq!(refused, (lengths.len(), 0));
        for page in 0..pages {
            for fill in [0, 0xFF, b'a'] {
                let folder = folder();
                let mut damaged = bytes.clone();
                damaged[page * page_size..(page + 1) * page_size].fill(fill);
                trial.of(folder.path(), &damaged, &format!("page {page} filled with {fill}"));
            }
            // A page in the place of another.
            let folder = folder();
            let mut damaged = bytes.clone();
            let other = (page + 1) % pages;
            damaged.copy_within(other * page_size..(other + 1) * page_size, page * page_size);
            trial.of(folder.path(), &damaged, &format!("page {other} in the place of {page}"));
        }
        assert_eq!(trial.counts(), (lengths.len() + 4 * pages, 0));
        // Bytes that do not belong to it do not spoil it.
        let longer = [&bytes[..], &[0x55; 700]].concat();
        trial.of(folder().path(), &longer, "longer");
    }
}

#[test]
fn a_key_that_was_changed_wherever_it_stands_is_not_a_missing_point() {
    let home = folder();
    finished(home.path(), 512);
    let connection = Connection::open(home.path().join(STORE_FILE)).unwrap();
    let key = &keys()[3].0[..];
    let change = |sql: &str| assert_eq!(connection.execute(sql, [key]).unwrap(), 1);
    change("UPDATE point SET key = zeroblob(32) WHERE key = ?1");
    let error = read(home.path()).unwrap_err();
    assert!(error.to_string().contains("the checksum of a finished point is wrong"), "{error}");
    // Computed anew, as `run` does, it is there again, and a point that was never computed is no damage.
    connection.execute("DELETE FROM point WHERE key = zeroblob(32)", []).unwrap();
    let text = read(home.path()).unwrap();
    assert!(text.contains("not computed yet"), "{text}");
}

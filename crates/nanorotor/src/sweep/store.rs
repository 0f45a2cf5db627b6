//! Keep finished points in an SQLite file, one row each, so that nothing finished is ever lost.
//!
//! | table   | a row is                                                     |
//! |---------|--------------------------------------------------------------|
//! | `point` | a finished point: its key and its [`Record`] as JSON         |
//! | `run`   | a run of the program: its [`Provenance`] as JSON             |
//! | `study` | the study that ran last: text, axes and the keys of its grid |
//!
//! Every row carries a checksum of all that it says. Rows are committed under SQLite's rollback journal, which holds on network
//! file systems too: a process that is killed leaves the rows that were finished, and several processes may share one store.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior, params};
use serde_json::{Value, json};

use super::fingerprint::{Key, checksum};
use super::place;
use super::provenance::Provenance;
use super::record::Record;
use crate::error::{Error, Result};

/// The name of the file in the folder of a study.
pub const STORE_FILE: &str = "store.sqlite";

/// The version of the tables; a store of another version is refused.
const FORMAT: i64 = 1;
/// "nrot": tells a store from any other SQLite file.
const APPLICATION: i64 = 0x6e72_6f74;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS point (key BLOB PRIMARY KEY, task TEXT NOT NULL, body TEXT NOT NULL, checksum BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY, body TEXT NOT NULL, checksum BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS study (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL, keys BLOB NOT NULL, checksum BLOB NOT NULL);
";

/// The finished points of a study, in a folder or in memory.
#[derive(Debug)]
pub struct Store {
    connection: Mutex<Connection>,
    path: PathBuf,
}

/// What the store has of a key.
enum Row {
    Missing,
    Damaged,
    Whole(Box<Record>),
}

/// A finished point on its way into the store.
#[derive(Debug, Clone)]
pub(super) struct Finished {
    pub(super) key: Key,
    pub(super) task: &'static str,
    pub(super) record: Record,
    /// The run that computed it.
    pub(super) run: i64,
    /// How long it took.
    pub(super) seconds: f64,
}

/// Make a folder for results, and those above it.
///
/// # Errors
/// [`Error::File`] if it cannot be made, or a file has its name.
pub fn make_folder(folder: &Path) -> Result<()> {
    place::leads_somewhere(folder)?;
    std::fs::create_dir_all(folder).map_err(|reason| {
        let file = folder.ancestors().find(|path| path.is_file());
        Error::File {
            what: match file {
                Some(file) => {
                    format!("cannot make the folder {}: {} is a file", folder.display(), file.display())
                }
                None => format!("cannot make the folder {}: {reason}", folder.display()),
            },
            hint: match file {
                Some(_) => "give a folder with --out",
                None => "give another folder with --out, or make the one above it writable",
            }
            .into(),
        }
    })
}

impl Store {
    /// The store in a folder; both are made if they are not there.
    ///
    /// # Errors
    /// [`Error::File`] if the folder cannot be made or written, or the file is no store or damaged.
    pub fn open(folder: &Path) -> Result<Self> {
        make_folder(folder)?;
        let path = folder.join(STORE_FILE);
        place::suits(folder, &path)?;
        // A path that begins with "file:" would be an address to SQLite.
        let connection =
            Connection::open(Path::new(".").join(&path)).map_err(|error| failure(&path, &error))?;
        Self::prepared(connection, path)
    }

    /// The store that an earlier run left in a folder.
    ///
    /// # Errors
    /// As [`Store::open`]; [`Error::File`] if there is none.
    pub fn existing(folder: &Path) -> Result<Self> {
        let path = folder.join(STORE_FILE);
        if !path.is_file() {
            return Err(Error::File {
                what: format!("there is no {STORE_FILE} in {}", folder.display()),
                hint: "give the folder that `nanorotor run` or `reproduce` has made".into(),
            });
        }
        Self::open(folder)
    }

    /// A store that lives as long as the program.
    ///
    /// # Errors
    /// [`Error::File`] if there is no memory for it.
    pub fn in_memory() -> Result<Self> {
        let path = PathBuf::from("the store in memory");
        let connection = Connection::open_in_memory().map_err(|error| failure(&path, &error))?;
        Self::prepared(connection, path)
    }

    pub(super) fn prepared(mut connection: Connection, path: PathBuf) -> Result<Self> {
        let prepare = |connection: &mut Connection| -> rusqlite::Result<i64> {
            // Another process may be writing; it will not take a minute.
            connection.busy_timeout(Duration::from_secs(60))?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.pragma_update(None, "cell_size_check", true)?;
            let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
            let format: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
            if application == APPLICATION {
                return Ok(format);
            }
            let tables: i64 =
                connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            if tables > 0 && application != APPLICATION {
                // Another process may have prepared it between the two looks.
                let again: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
                return Ok(if again == APPLICATION { FORMAT } else { -1 });
            }
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", FORMAT)?;
            transaction.commit()?;
            Ok(FORMAT)
        };
        match prepare(&mut connection).map_err(|error| failure(&path, &error))? {
            FORMAT => Ok(Self { connection: Mutex::new(connection), path }),
            -1 => Err(Error::File {
                what: format!("{} is an SQLite file, but no store of nanorotor", path.display()),
                hint: "give another folder with --out".into(),
            }),
            other => Err(Error::File {
                what: format!("{} has format {other}; this program reads {FORMAT}", path.display()),
                hint: "use the version of nanorotor that made it, or another folder".into(),
            }),
        }
    }

    /// The file of checkpoints of the trajectories of a key; none if the store is in memory.
    pub(super) fn checkpoint(&self, key: &Key) -> Option<PathBuf> {
        let name = key.to_string();
        self.path.is_file().then(|| self.path.with_file_name(format!("{}.checkpoint", &name[..16])))
    }

    /// Remove the checkpoint of a finished key.
    pub(super) fn drop_checkpoint(&self, key: &Key) {
        if let Some(path) = self.checkpoint(key) {
            // Most points have none.
            let _ = std::fs::remove_file(path);
        }
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Connection> {
        // A thread that panicked left no half transaction: those roll back when they are dropped.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn failed(&self) -> impl Fn(rusqlite::Error) -> Error + '_ {
        |error| failure(&self.path, &error)
    }

    /// The record of a key, if it is finished.
    ///
    /// # Errors
    /// [`Error::File`] if the file cannot be read or the row is damaged.
    pub fn get(&self, key: &Key) -> Result<Option<Record>> {
        match self.look(key)? {
            Row::Missing => Ok(None),
            Row::Whole(record) => Ok(Some(*record)),
            Row::Damaged => Err(self.damaged("a finished point")),
        }
    }

    /// Whether the record of a key is there, whole.
    pub(super) fn has(&self, key: &Key) -> Result<bool> {
        Ok(matches!(self.look(key)?, Row::Whole(_)))
    }

    fn look(&self, key: &Key) -> Result<Row> {
        let connection = self.lock();
        let mut statement = connection
            .prepare_cached(
                "SELECT CAST(task AS BLOB), CAST(body AS BLOB), checksum FROM point WHERE key = ?1",
            )
            .map_err(self.failed())?;
        let row = statement
            .query_row([&key.0[..]], |row| {
                Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, Vec<u8>>(2)?))
            })
            .optional()
            .map_err(self.failed())?;
        let Some((task, body, sum)) = row else { return Ok(Row::Missing) };
        let read = || {
            (sum == checksum(&[&key.0, &task, &body])).then_some(())?;
            let value: Value = serde_json::from_slice(&body).ok()?;
            Record::from_json(value.get("record")?)
        };
        Ok(read().map_or(Row::Damaged, |record| Row::Whole(Box::new(record))))
    }

    /// Refuse a store with a damaged row under any key: where a key is missing, its row may be the one whose key was damaged.
    pub(super) fn check_rows(&self) -> Result<()> {
        let connection = self.lock();
        let whole = || -> rusqlite::Result<bool> {
            let mut statement = connection
                .prepare("SELECT key, CAST(task AS BLOB), CAST(body AS BLOB), checksum FROM point")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let bytes = |column: usize| row.get::<_, Vec<u8>>(column);
                if bytes(3)? != checksum(&[&bytes(0)?, &bytes(1)?, &bytes(2)?]) {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        if whole().map_err(self.failed())? { Ok(()) } else { Err(self.damaged("a finished point")) }
    }

    /// Commit finished points, all in one transaction; a damaged row of the same key is replaced.
    pub(super) fn put(&self, finished: &[Finished]) -> Result<()> {
        let mut connection = self.lock();
        let mut put = || -> rusqlite::Result<()> {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            {
                let mut statement = transaction.prepare_cached(
                    "INSERT OR REPLACE INTO point (key, task, body, checksum) VALUES (?1, ?2, ?3, ?4)",
                )?;
                for Finished { key, task, record, run, seconds } in finished {
                    let body =
                        json!({ "record": record.to_json(), "run": run, "seconds": seconds }).to_string();
                    let sum = checksum(&[&key.0, task.as_bytes(), body.as_bytes()]);
                    statement.execute(params![&key.0[..], task, body, &sum[..]])?;
                }
            }
            transaction.commit()
        };
        put().map_err(self.failed())
    }

    /// Note a run and the study that it works at; the number of the run comes back.
    pub(super) fn begin(&self, study: &Value, keys: &[Key], provenance: &Provenance) -> Result<i64> {
        let body = study.to_string();
        let keys: Vec<u8> = keys.iter().flat_map(|key| key.0).collect();
        let run = provenance.to_json().to_string();
        let mut connection = self.lock();
        let mut begin = || -> rusqlite::Result<i64> {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute(
                "INSERT OR REPLACE INTO study (id, body, keys, checksum) VALUES (1, ?1, ?2, ?3)",
                params![body, keys, &checksum(&[body.as_bytes(), &keys])[..]],
            )?;
            transaction.execute(
                "INSERT INTO run (body, checksum) VALUES (?1, ?2)",
                params![run, &checksum(&[run.as_bytes()])[..]],
            )?;
            let id = transaction.last_insert_rowid();
            transaction.commit()?;
            Ok(id)
        };
        begin().map_err(self.failed())
    }

    /// Refuse a file whose tables and indices contradict each other: from such a one finished points may vanish without a word.
    fn check(&self) -> Result<()> {
        let found: String = self
            .lock()
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
            .map_err(self.failed())?;
        if found == "ok" {
            return Ok(());
        }
        Err(Error::File {
            what: format!(
                "{} is damaged: {}",
                self.path.display(),
                found.lines().collect::<Vec<_>>().join(" ")
            ),
            hint: DAMAGED.into(),
        })
    }

    /// The study that ran last and the keys of its grid, from a store that is sound as a whole.
    pub(super) fn study(&self) -> Result<(Value, Vec<Key>)> {
        self.check()?;
        let row = self
            .lock()
            .query_row("SELECT CAST(body AS BLOB), keys, checksum FROM study WHERE id = 1", [], |row| {
                Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, Vec<u8>>(2)?))
            })
            .optional()
            .map_err(self.failed())?;
        let Some((body, keys, sum)) = row else {
            return Err(Error::File {
                what: format!("{} holds no study", self.path.display()),
                hint: "run the study again".into(),
            });
        };
        let read = || {
            (sum == checksum(&[&body, &keys])).then_some(())?;
            let keys = keys.chunks(32).map(Key::from_bytes).collect::<Option<Vec<Key>>>()?;
            Some((serde_json::from_slice(&body).ok()?, keys))
        };
        read().ok_or_else(|| self.damaged("the study"))
    }

    /// Every run of the program on this store, the first first.
    ///
    /// # Errors
    /// [`Error::File`] if the file cannot be read or is damaged.
    pub fn runs(&self) -> Result<Vec<Provenance>> {
        let connection = self.lock();
        let read = || -> rusqlite::Result<Vec<(Vec<u8>, Vec<u8>)>> {
            let mut statement =
                connection.prepare("SELECT CAST(body AS BLOB), checksum FROM run ORDER BY id")?;
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        let rows = read().map_err(self.failed())?;
        rows.into_iter()
            .map(|(body, sum)| {
                let value = (sum == checksum(&[&body])).then(|| serde_json::from_slice(&body).ok()).flatten();
                value.and_then(|value| Provenance::from_json(&value)).ok_or_else(|| self.damaged("a run"))
            })
            .collect()
    }

    /// The number of finished points, those of earlier versions of the study included.
    ///
    /// # Errors
    /// [`Error::File`] if the file cannot be read.
    pub fn len(&self) -> Result<usize> {
        let count: i64 = self
            .lock()
            .query_row("SELECT count(*) FROM point", [], |row| row.get(0))
            .map_err(self.failed())?;
        Ok(count as usize)
    }

    /// Whether nothing is finished.
    ///
    /// # Errors
    /// As [`Store::len`].
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.len()? == 0)
    }

    pub(super) fn damaged(&self, what: &str) -> Error {
        Error::File {
            what: format!("{} is damaged: the checksum of {what} is wrong", self.path.display()),
            hint: "run the study again: damaged points are computed anew, whole ones are kept".into(),
        }
    }
}

/// What to do about a file that is damaged.
const DAMAGED: &str = "the file is damaged: move it away and run again, or save its whole points with `sqlite3 store.sqlite .recover`";

/// What SQLite says, in words with what to do.
fn failure(path: &Path, error: &rusqlite::Error) -> Error {
    let code = error.sqlite_error_code();
    let hint = match code {
        Some(ErrorCode::DiskFull) => {
            "the disk is full: make room and run again; every point that was finished is kept"
        }
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            "make the folder and the file writable, or give another folder with --out"
        }
        Some(ErrorCode::SystemIoFailure) => {
            "the disk may be full or failing: check it and run again; every point that was finished is kept"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program holds the store; wait for it to end, or give another folder with --out"
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => DAMAGED,
        _ => "run again; if it stays, move the file away",
    };
    Error::File { what: format!("cannot use {}: {error}", path.display()), hint: hint.into() }
}

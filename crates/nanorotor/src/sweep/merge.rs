//! Bring the finished points of several stores of one study together.

use std::collections::HashMap;

use rusqlite::{TransactionBehavior, params};
use serde_json::Value;

use super::belonging;
use super::fingerprint::checksum;
use super::store::Store;
use crate::error::{Error, Result};

/// A row of the table `point` as it stands in the file: key, task, body, checksum.
type Row = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);

/// A row of the table `run` as it stands in the file: number, body, checksum.
type Run = (i64, Vec<u8>, Vec<u8>);

/// How many points are committed in one transaction.
const BATCH: i64 = 1024;

impl Store {
    /// Take every finished point and every run of another store that this one does not have; the number of new points comes back.
    ///
    /// A store that holds no study takes that of the other. Bits are kept as they are, so that the shards of a study, merged in any
    /// order, give what one run gives. Whatever stops it, what was merged stays, and merging again goes on.
    ///
    /// # Errors
    /// [`Error::Model`] if the stores hold different studies; [`Error::File`] if one cannot be read or written, or a row of the
    /// other is damaged.
    pub fn merge(&self, other: &Self) -> Result<usize> {
        if self.has_study()? {
            self.same_study(other)?;
        } else {
            belonging::refuse_search(other, &other.study()?.0)?;
            self.copy_study(other)?;
        }
        let runs = self.copy_runs(other)?;
        let mut new = 0;
        let mut last: Vec<u8> = Vec::new();
        loop {
            let rows = other.rows_after(&last)?;
            let Some(end) = rows.last() else { return Ok(new) };
            last.clone_from(&end.0);
            new += self.take(&rows, &runs)?;
        }
    }

    /// Refuse a store that is no shard of the same study, before anything is written.
    ///
    /// # Errors
    /// [`Error::Model`] if it holds another study; [`Error::File`] if one of them cannot be read, holds none, or holds the points
    /// of a search.
    pub fn same_study(&self, other: &Self) -> Result<()> {
        let (own, of_other) = (self.study()?, other.study()?);
        belonging::refuse_search(self, &own.0)?;
        belonging::refuse_search(other, &of_other.0)?;
        if own == of_other {
            return Ok(());
        }
        Err(Error::Model {
            what: format!("{} and {} hold different studies", self.path().display(), other.path().display()),
            hint: "merge shards of one study, run by the same version with the same --set and --kernel"
                .into(),
        })
    }

    pub(super) fn has_study(&self) -> Result<bool> {
        let count: i64 = self
            .lock()
            .query_row("SELECT count(*) FROM study", [], |row| row.get(0))
            .map_err(self.failed())?;
        Ok(count > 0)
    }

    /// The next rows in the order of their keys, all of them whole.
    fn rows_after(&self, last: &[u8]) -> Result<Vec<Row>> {
        let connection = self.lock();
        let read = || -> rusqlite::Result<Vec<Row>> {
            let mut statement = connection.prepare_cached(
                "SELECT key, CAST(task AS BLOB), CAST(body AS BLOB), checksum FROM point WHERE key > ?1 ORDER BY key LIMIT ?2",
            )?;
            statement
                .query_map(params![last, BATCH], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })?
                .collect()
        };
        let rows = read().map_err(self.failed())?;
        if rows.iter().all(|(key, task, body, sum)| *sum == checksum(&[key, task, body])) {
            Ok(rows)
        } else {
            Err(self.damaged("a finished point"))
        }
    }

    /// Put rows in, except where a whole one stands; how many were put in.
    fn take(&self, rows: &[Row], runs: &HashMap<i64, i64>) -> Result<usize> {
        let mut connection = self.lock();
        let mut take = || -> rusqlite::Result<usize> {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut new = 0;
            {
                let mut own = transaction.prepare_cached(
                    "SELECT CAST(task AS BLOB), CAST(body AS BLOB), checksum FROM point WHERE key = ?1",
                )?;
                let mut put = transaction.prepare_cached(
                    "INSERT OR REPLACE INTO point (key, task, body, checksum) VALUES (?1, CAST(?2 AS TEXT), CAST(?3 AS TEXT), ?4)",
                )?;
                for (key, task, body, _) in rows {
                    let mut found = own.query([key])?;
                    let is_whole = match found.next()? {
                        None => false,
                        Some(row) => {
                            let (task, body): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
                            row.get::<_, Vec<u8>>(2)? == checksum(&[key, &task, &body])
                        }
                    };
                    drop(found);
                    if !is_whole {
                        let body = renumbered(body, runs);
                        let sum = checksum(&[key, task, &body]);
                        put.execute(params![key, task, body, &sum[..]])?;
                        new += 1;
                    }
                }
            }
            transaction.commit()?;
            Ok(new)
        };
        take().map_err(self.failed())
    }

    fn copy_study(&self, other: &Self) -> Result<()> {
        type Study = (Vec<u8>, Vec<u8>, Vec<u8>);
        let (body, keys, sum): Study = other
            .lock()
            .query_row("SELECT CAST(body AS BLOB), keys, checksum FROM study WHERE id = 1", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .map_err(other.failed())?;
        let put =
            "INSERT OR REPLACE INTO study (id, body, keys, checksum) VALUES (1, CAST(?1 AS TEXT), ?2, ?3)";
        self.lock().execute(put, params![body, keys, sum]).map_err(self.failed())?;
        Ok(())
    }

    /// Take the runs of the other that are not there yet, so that numbers can be traced to their machine: the number of each run there
    /// with its number here.
    fn copy_runs(&self, other: &Self) -> Result<HashMap<i64, i64>> {
        other.runs()?;
        let rows = {
            let connection = other.lock();
            let read = || -> rusqlite::Result<Vec<Run>> {
                let mut statement =
                    connection.prepare("SELECT id, CAST(body AS BLOB), checksum FROM run ORDER BY id")?;
                statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
            };
            read().map_err(other.failed())?
        };
        let connection = self.lock();
        let put = |(id, body, sum): Run| -> rusqlite::Result<(i64, i64)> {
            connection.execute(
                "INSERT INTO run (body, checksum) SELECT CAST(?1 AS TEXT), ?2 WHERE NOT EXISTS (SELECT 1 FROM run WHERE checksum = ?2)",
                params![body, sum],
            )?;
            let here = connection
                .query_row("SELECT min(id) FROM run WHERE checksum = ?1", [sum], |row| row.get(0))?;
            Ok((id, here))
        };
        rows.into_iter().map(put).collect::<rusqlite::Result<_>>().map_err(self.failed())
    }
}

/// The body of a point with the number of its run changed to that of another store; as it is if there is no such run.
fn renumbered(body: &[u8], runs: &HashMap<i64, i64>) -> Vec<u8> {
    let renumbered = || {
        let mut value: Value = serde_json::from_slice(body).ok()?;
        let run = value.get_mut("run")?;
        *run = (*runs.get(&run.as_i64()?)?).into();
        Some(value.to_string().into_bytes())
    };
    renumbered().unwrap_or_else(|| body.to_vec())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::study::Study;
    use crate::sweep::{Grid, Options, Shard, results, run};

    fn grid() -> Grid {
        let preset = Study::preset("preston2023").unwrap();
        Grid::new(&preset.with_axis("V", &[2.0, 3.0, 4.0, 5.0, 6.0]).unwrap()).unwrap()
    }

    fn shard(number: usize, of: usize) -> Store {
        let store = Store::in_memory().unwrap();
        let options = Options {
            shard: Some(Shard::new(number, of).unwrap()),
            threads: Some(number),
            ..Options::default()
        };
        let summary = run(&grid(), &store, &options, &AtomicBool::new(false), &|_| {}).unwrap();
        assert!(summary.is_whole() && summary.finished == store.len().unwrap());
        store
    }

    /// Bits, since NaN differs from itself.
    fn bits(store: &Store) -> Vec<u64> {
        let (_, results) = results(store).unwrap();
        results.variables.iter().flat_map(|v| &v.values).map(|x| x.to_bits()).collect()
    }

    #[test]
    fn shards_merged_in_any_order_equal_one_run_bit_for_bit() {
        let whole = shard(1, 1);
        let merged = Store::in_memory().unwrap();
        let sizes: Vec<usize> =
            [3, 1, 2].map(|number| merged.merge(&shard(number, 3)).unwrap()).into_iter().collect();
        assert_eq!(sizes, [1, 2, 2]);
        assert_eq!(bits(&merged), bits(&whole));
        // Every point still tells which of the three runs it came from.
        let threads: Vec<String> =
            merged.runs().unwrap().iter().map(|run| run.0.last().unwrap().1.clone()).collect();
        assert_eq!(threads, ["3", "1", "2"]);
        let bodies: Vec<String> = {
            let connection = merged.lock();
            let mut statement = connection.prepare("SELECT body FROM point").unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        let mut runs: Vec<i64> = bodies
            .iter()
            .map(|body| serde_json::from_str::<Value>(body).unwrap()["run"].as_i64().unwrap())
            .collect();
        runs.sort_unstable();
        assert_eq!(runs, [1, 2, 2, 3, 3]);
        // Again: nothing is new, nothing doubles.
        assert_eq!(merged.merge(&shard(2, 3)).unwrap(), 0);
        assert_eq!(merged.merge(&whole).unwrap(), 0);
        assert_eq!(merged.len().unwrap(), 5);
    }

    #[test]
    fn other_studies_and_damaged_rows_are_refused() {
        let merged = shard(1, 2);
        let other = Store::in_memory().unwrap();
        let preset = Grid::new(&Study::preset("preston2023").unwrap()).unwrap();
        run(&preset, &other, &Options::default(), &AtomicBool::new(false), &|_| {}).unwrap();
        let error = merged.merge(&other).unwrap_err();
        assert!(error.to_string().contains("different studies"), "{error}");
        assert!(
            merged.merge(&Store::in_memory().unwrap()).unwrap_err().to_string().contains("holds no study")
        );

        let damaged = shard(2, 2);
        damaged.lock().execute("UPDATE point SET body = replace(body, '1', '2')", []).unwrap();
        assert!(merged.merge(&damaged).unwrap_err().to_string().contains("checksum"));
        // A damaged point of its own is replaced by a whole one.
        let broken = shard(1, 2);
        broken.lock().execute("UPDATE point SET body = replace(body, '1', '2')", []).unwrap();
        assert_eq!(broken.merge(&shard(1, 2)).unwrap(), 3);
    }
}

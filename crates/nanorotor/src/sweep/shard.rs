//! Divide a sweep among machines that share nothing.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// One of several equal parts of a sweep; written `3/16`, the third of sixteen.
///
/// Part k has every job whose number leaves the remainder k − 1, so that neighbours, which cost the same, are spread evenly.
///
/// ```
/// use nanorotor::sweep::Shard;
/// let shard: Shard = "3/16".parse()?;
/// assert!(shard.has(2) && shard.has(18) && !shard.has(3));
/// # Ok::<(), nanorotor::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    number: usize,
    of: usize,
}

/// The most parts of a sweep; no cluster has as many machines.
const MOST_SHARDS: usize = 1_000_000;

impl Shard {
    /// Part `number`, counted from 1, of `of`.
    ///
    /// # Errors
    /// [`Error::Model`] unless 1 ≤ number ≤ of ≤ 10⁶.
    pub fn new(number: usize, of: usize) -> Result<Self> {
        if of > MOST_SHARDS {
            return Err(Error::Model {
                what: format!("{of} shards are too many"),
                hint: format!("divide the sweep into at most {MOST_SHARDS}"),
            });
        }
        if (1..=of).contains(&number) {
            return Ok(Self { number, of });
        }
        Err(Error::Model {
            what: format!("there is no shard {number} of {of}"),
            hint: format!("shards count from 1: write 1/{0} to {0}/{0}", of.max(1)),
        })
    }

    /// Whether a job belongs to this part.
    pub fn has(self, job: usize) -> bool {
        job % self.of == self.number - 1
    }

    /// Which part it is, counted from 1.
    pub fn number(self) -> usize {
        self.number
    }

    /// Of how many parts.
    pub fn of(self) -> usize {
        self.of
    }
}

impl FromStr for Shard {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let parts = text.split_once('/').and_then(|(number, of)| {
            Some((number.trim().parse::<usize>().ok()?, of.trim().parse::<usize>().ok()?))
        });
        let Some((number, of)) = parts else {
            return Err(Error::Model {
                what: "a shard is two whole numbers with / between".into(),
                hint: "write for example 3/16, the third of sixteen parts".into(),
            });
        };
        Self::new(number, of)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_is_in_one_shard_and_shards_are_equal() {
        for of in 1..6 {
            let shards: Vec<Shard> = (1..=of).map(|number| Shard::new(number, of).unwrap()).collect();
            for job in 0..60 {
                assert_eq!(shards.iter().filter(|shard| shard.has(job)).count(), 1);
            }
            for shard in shards {
                assert_eq!((0..60).filter(|job| shard.has(*job)).count(), 60 / of);
                assert_eq!(shard.to_string().parse::<Shard>().unwrap(), shard);
            }
        }
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        for text in ["", "3", "0/4", "5/4", "1/0", "-1/4", "1/4/2", "a/b", "1/99999999999999999999999"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        assert!("0/4".parse::<Shard>().unwrap_err().hint().contains("1/4 to 4/4"));
    }
}

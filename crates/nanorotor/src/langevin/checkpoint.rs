//! Keep the state of a run as bytes and in a file that is never half written.
//!
//! All numbers are little-endian: the magic `NANOROTR`, the version of the format (u32), the length of what follows the header
//! (u64), its SHA-256 (32 bytes); then the numbers of [`State`] in the order of `write`.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::kernel::Kernel;
use super::problem::{PROBES, Problem};
use super::state::{CounterState, State};
use crate::disk::write_file;
use crate::error::{Error, Result};

const MAGIC: &[u8; 8] = b"NANOROTR";
const VERSION: u32 = 3;
const HEADER: usize = 8 + 4 + 8 + 32;
/// Bytes of what does not depend on the number of trajectories.
const FIXED: usize = 8 * (2 + 3 * PROBES) + 1 + 8 * 9;
/// Bytes of a trajectory, without its marks: fraction, h and two counters.
const EACH: usize = 8 + 8 + 2 * 3 * 4;

impl State {
    /// The state as bytes.
    ///
    /// # Errors
    /// [`Error::File`] if the state contradicts itself, so that it could not be read back.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.checked()?;
        if self.problem.coefficients.iter().any(|c| c.len() != PROBES) {
            return Err(damaged("its problem has not been sampled as it should be"));
        }
        let mut payload = Vec::with_capacity(FIXED + self.fraction.len() * (EACH + 8 * self.marks.len()));
        self.write(&mut payload);
        let mut bytes = Vec::with_capacity(HEADER + payload.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&(payload.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&Sha256::digest(&payload));
        bytes.extend_from_slice(&payload);
        Ok(bytes)
    }

    /// The state from bytes; no more memory is taken than a few times their length.
    ///
    /// # Errors
    /// [`Error::File`] if the bytes are no checkpoint, of another version of the format, cut off or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let header = Header::read(bytes)?;
        let payload = &bytes[HEADER..];
        if header.length != payload.len() as u64 {
            return Err(damaged(&format!(
                "it has {} bytes and should have {}",
                payload.len(),
                header.length
            )));
        }
        if header.checksum[..] != Sha256::digest(payload)[..] {
            return Err(damaged("its checksum is wrong"));
        }
        let state = Self::read(&mut Reader(payload)).ok_or_else(|| damaged("its lengths do not fit"))?;
        state.checked()?;
        Ok(state)
    }

    fn write(&self, to: &mut Vec<u8>) {
        let mut number = |x: f64| to.extend_from_slice(&x.to_le_bytes());
        number(self.problem.moment_of_inertia);
        number(self.problem.period);
        self.problem.coefficients.iter().flatten().for_each(|&x| number(x));
        let kernel = Kernel::ALL.iter().position(|&kernel| kernel == self.kernel).unwrap_or_default();
        to.push(kernel as u8);
        for whole in [
            self.seed,
            self.dt.to_bits(),
            self.origin.to_bits(),
            self.burn_in,
            self.step,
            self.goal,
            self.mark_interval,
            self.fraction.len() as u64,
            self.marks.len() as u64,
        ] {
            to.extend_from_slice(&whole.to_le_bytes());
        }
        for x in self.fraction.iter().chain(&self.half_drift) {
            to.extend_from_slice(&x.to_le_bytes());
        }
        for counter in [&self.hop, &self.revolution] {
            counter.offset.iter().for_each(|x| to.extend_from_slice(&x.to_le_bytes()));
            counter.forward.iter().chain(&counter.back).for_each(|x| to.extend_from_slice(&x.to_le_bytes()));
        }
        for x in self.marks.iter().flatten() {
            to.extend_from_slice(&x.to_le_bytes());
        }
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        let problem = Problem {
            moment_of_inertia: from.number()?,
            period: from.number()?,
            coefficients: [from.numbers(PROBES)?, from.numbers(PROBES)?, from.numbers(PROBES)?],
        };
        let kernel = *Kernel::ALL.get(usize::from(from.take::<1>()?[0]))?;
        let (seed, dt, origin) = (from.whole()?, from.number()?, from.number()?);
        let (burn_in, step, goal) = (from.whole()?, from.whole()?, from.whole()?);
        let mark_interval = from.whole()?;
        let trajectories = usize::try_from(from.whole()?).ok()?;
        let marks = usize::try_from(from.whole()?).ok()?;
        // Before anything is allocated, the lengths must be those of the bytes that are there.
        let of_each = marks.checked_mul(8)?.checked_add(EACH)?;
        if trajectories.checked_mul(of_each)? != from.0.len() || (trajectories == 0 && marks > 0) {
            return None;
        }
        Some(Self {
            problem,
            kernel,
            seed,
            dt,
            origin,
            burn_in,
            step,
            goal,
            mark_interval,
            fraction: from.numbers(trajectories)?,
            half_drift: from.numbers(trajectories)?,
            hop: from.counter(trajectories)?,
            revolution: from.counter(trajectories)?,
            marks: (0..marks).map(|_| from.numbers(trajectories)).collect::<Option<_>>()?,
        })
    }
}

/// Write the state to a file, so that at any moment the file is the old one or the new one.
///
/// # Errors
/// [`Error::File`] if the folder or the disk refuses, or as [`State::to_bytes`]; the old file is then as it was.
pub fn save(path: &Path, state: &State) -> Result<()> {
    write_file(path, &state.to_bytes()?)
}

/// Read a state from a file.
///
/// # Errors
/// [`Error::File`] if the file cannot be read, or as [`State::from_bytes`].
pub fn load(path: &Path) -> Result<State> {
    let refused = |reason: std::io::Error| Error::File {
        what: format!("cannot read the checkpoint {}: {reason}", path.display()),
        hint: "check the name of the file, or start the trajectories anew".into(),
    };
    let mut file = File::open(path).map_err(refused)?;
    let mut header = Vec::new();
    Read::by_ref(&mut file).take(HEADER as u64).read_to_end(&mut header).map_err(refused)?;
    let length = Header::read(&header).map_err(|error| in_file(error, path))?.length;
    let mut bytes = header;
    // One byte more than announced shows a file that is too long, without reading all of it.
    file.take(length.saturating_add(1)).read_to_end(&mut bytes).map_err(refused)?;
    State::from_bytes(&bytes).map_err(|error| in_file(error, path))
}

fn in_file(error: Error, path: &Path) -> Error {
    match error {
        Error::File { what, hint } => Error::File { what: format!("{}: {what}", path.display()), hint },
        other => other,
    }
}

fn damaged(what: &str) -> Error {
    Error::File {
        what: format!("the checkpoint is damaged: {what}"),
        hint: "start the trajectories anew".into(),
    }
}

struct Header {
    length: u64,
    checksum: [u8; 32],
}

impl Header {
    /// The header that bytes begin with.
    fn read(bytes: &[u8]) -> Result<Self> {
        if bytes.iter().zip(MAGIC).any(|(byte, magic)| byte != magic) {
            return Err(Error::File {
                what: "this is no checkpoint of trajectories".into(),
                hint: "give the file that an earlier run of trajectories wrote".into(),
            });
        }
        let mut from = Reader(bytes);
        let parts = (|| Some((from.take::<8>()?, from.take()?, from.whole()?, from.take()?)))();
        let Some((_, version, length, checksum)) = parts else {
            return Err(damaged("it is shorter than its header"));
        };
        let version = u32::from_le_bytes(version);
        if version != VERSION {
            return Err(Error::File {
                what: format!("the checkpoint has format {version}, and this nanorotor reads {VERSION}"),
                hint: "resume with the nanorotor that wrote it, or start the trajectories anew".into(),
            });
        }
        Ok(Self { length, checksum })
    }
}

/// The bytes still to be read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    fn whole(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    fn number(&mut self) -> Option<f64> {
        self.take().map(f64::from_le_bytes)
    }

    fn numbers(&mut self, count: usize) -> Option<Vec<f64>> {
        (0..count).map(|_| self.number()).collect()
    }

    fn counter(&mut self, count: usize) -> Option<CounterState> {
        let offset = (0..count).map(|_| self.take().map(i32::from_le_bytes)).collect::<Option<_>>()?;
        let mut counts = || (0..count).map(|_| self.take().map(u32::from_le_bytes)).collect::<Option<_>>();
        Some(CounterState { offset, forward: counts()?, back: counts()? })
    }
}

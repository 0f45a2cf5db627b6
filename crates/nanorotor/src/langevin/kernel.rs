//! Choose at run time the instructions that trajectories run with.

use std::fmt;
use std::str::FromStr;

use super::lane_steps::{Packet, Task, advance};
use super::lanes::Lanes;
use super::lanes::portable::Portable;
#[cfg(target_arch = "x86_64")]
use super::lanes::{avx2::Avx2, avx512::Avx512};
use crate::error::{Error, Result};
use crate::instructions::Instructions;

/// How trajectories are computed. Each kernel gives the same bits on every machine that has it and with any number of threads;
/// between kernels only the statistics are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kernel {
    /// One trajectory after another in f64, finely tabulated: slow, what the others are checked against.
    Reference,
    /// Sixteen f32 lanes with the instructions that every machine of this architecture has.
    Portable,
    /// Sixteen f32 lanes with AVX2 and FMA.
    Avx2,
    /// Sixteen f32 lanes with AVX-512.
    Avx512,
}

impl Kernel {
    /// Every kernel, the slowest first.
    pub const ALL: [Self; 4] = [Self::Reference, Self::Portable, Self::Avx2, Self::Avx512];

    /// The fastest kernel of this machine.
    pub fn fastest() -> Self {
        Self::ALL.into_iter().rev().find(|kernel| kernel.is_available()).unwrap_or(Self::Portable)
    }

    /// Whether this machine has the kernel's instructions.
    pub fn is_available(self) -> bool {
        self.instructions().is_available()
    }

    fn instructions(self) -> Instructions {
        match self {
            Self::Reference | Self::Portable => Instructions::Portable,
            Self::Avx2 => Instructions::Avx2,
            Self::Avx512 => Instructions::Avx512,
        }
    }

    /// The kernel's name, as `--kernel` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    /// Run a task with this kernel's instructions; one that this machine lacks falls back on the portable ones, which
    /// [`Kernel::checked`] keeps from happening.
    pub(crate) fn run(self, task: &Task<'_>, packets: &mut [Packet]) {
        #[cfg(target_arch = "x86_64")]
        if self == Self::Avx512
            && let Some(m) = Avx512::detect()
        {
            // SAFETY: `m` proves that this machine has the instructions.
            return unsafe { run_avx512(m, task, packets) };
        }
        #[cfg(target_arch = "x86_64")]
        if self == Self::Avx2
            && let Some(m) = Avx2::detect()
        {
            // SAFETY: `m` proves that this machine has the instructions.
            return unsafe { run_avx2(m, task, packets) };
        }
        run::<_, false, 1>(Portable, task, packets);
    }

    /// The kernel, if this machine has it.
    ///
    /// # Errors
    /// [`Error::Model`] if it has not.
    pub fn checked(self) -> Result<Self> {
        if self.is_available() {
            return Ok(self);
        }
        Err(Error::Model {
            what: format!("this machine has no instructions for the kernel {self}"),
            hint: format!("use --kernel {} or portable", Self::fastest()),
        })
    }
}

impl fmt::Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kernel {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kernel| kernel.name().eq_ignore_ascii_case(text)).ok_or_else(|| {
            Error::Model {
                what: format!("there is no kernel called {text:?}"),
                hint: "the kernels are reference, portable, avx2 and avx512".into(),
            }
        })
    }
}

#[inline(always)]
fn run<M: Lanes, const QUARTIC: bool, const G: usize>(m: M, task: &Task<'_>, packets: &mut [Packet]) {
    let (together, rest) = packets.as_chunks_mut::<G>();
    for packets in together {
        advance::<M, QUARTIC, G>(m, task, packets);
    }
    for packet in rest {
        advance::<M, QUARTIC, 1>(m, task, std::array::from_mut(packet));
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn run_avx512(m: Avx512, task: &Task<'_>, packets: &mut [Packet]) {
    if task.tables.quartics_suffice() {
        run::<_, true, 2>(m, task, packets);
    } else {
        run::<_, false, 2>(m, task, packets);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2(m: Avx2, task: &Task<'_>, packets: &mut [Packet]) {
    run::<_, false, 1>(m, task, packets);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_wrong_ones_refused() {
        for kernel in Kernel::ALL {
            assert_eq!(kernel.to_string().parse::<Kernel>().unwrap(), kernel);
        }
        assert!("sse".parse::<Kernel>().unwrap_err().hint().contains("portable"));
    }

    #[test]
    fn the_fastest_kernel_is_one_that_runs_here() {
        assert!(Kernel::fastest().checked().is_ok());
        for kernel in Kernel::ALL {
            assert_eq!(kernel.checked().is_ok(), kernel.is_available());
        }
    }
}

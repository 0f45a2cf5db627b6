//! Run an ensemble of independent trajectories, stop it, resume it, look at it.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::counter::SingleCounter;
use super::group::{Engine, FIRST_MARK_INTERVAL, GROUP, Group, Members, Tables};
use super::kernel::Kernel;
use super::lane_steps::BLOCK;
use super::normal::normals_f64;
use super::problem::Problem;
use super::random::{Generator, Purpose};
use super::splitting::{FASTEST, FULL, LaneTables, ReferenceTables, Splitting};
use super::state::{CounterState, State, contradiction};
use super::tally::{Counts, Tally};
use crate::error::{Error, Result};
use crate::landscape::Landscape;

/// The most trajectories of an ensemble: each keeps up to 512 marks, so that all take 1 GiB.
pub const MOST_TRAJECTORIES: usize = 1 << 18;
/// Steps of all trajectories together that pass between two looks at whether to stop: below a tenth of a second on any kernel.
const MOMENT: u64 = 1 << 21;
/// Relaxation times I/X of the mean friction that are not measured.
const BURN_IN: f64 = 30.0;
/// The most positions of a recording: 1 GiB.
const MOST_RECORDED: usize = 1 << 27;
/// The most steps of a trajectory that can be asked for: years on any computer.
pub(crate) const MOST_STEPS: f64 = 1e15;

/// The error for a run that no computer ends.
pub(crate) fn too_many_steps(what: &str, steps: f64) -> Error {
    Error::NotConverged {
        quantity: "run of trajectories",
        what: format!(
            "{what} would take {steps:.1e} steps of each trajectory, at most {MOST_STEPS:.0e} can be run"
        ),
        hint: "give a longer time step, or ask for a shorter time or a larger error".into(),
    }
}

/// How trajectories are run.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The time step (a.u.).
    pub dt: f64,
    /// How many independent trajectories; the default does not depend on the machine, so neither do the bits.
    pub trajectories: usize,
    /// The seed of all random numbers.
    pub seed: u64,
    /// Steps that are not measured; by default thirty relaxation times I/X of the mean friction.
    pub burn_in: Option<u64>,
    /// θ_c, where trajectories start and the counter's lattice begins (rad); by default the lowest minimum of U.
    pub origin: Option<f64>,
    /// The kernel; by default the fastest of this machine.
    pub kernel: Option<Kernel>,
}

impl Options {
    /// The defaults with a time step (a.u.).
    pub fn new(dt: f64) -> Self {
        Self { dt, trajectories: 1024, seed: 1, burn_in: None, origin: None, kernel: None }
    }
}

/// How long each trajectory runs before it is measured, unless [`Options::burn_in`] says otherwise (a.u.): thirty relaxation times
/// I/X of the mean friction.
pub fn burn_in_time(landscape: &Landscape, inertia: f64) -> f64 {
    BURN_IN * inertia / landscape.total_friction().mean()
}

/// Independent trajectories of one rotor.
#[derive(Debug, Clone)]
pub struct Ensemble {
    problem: Problem,
    engine: Engine,
    groups: Vec<Group>,
    trajectories: usize,
    step: u64,
    goal: u64,
    seed: u64,
    dt: f64,
    origin: f64,
    period: f64,
    /// h of a unit angular velocity.
    scale: f64,
}

/// Trajectories at regular times, for drawing; θ itself turns on without end, so nothing has to be unwrapped.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// The times since recording began (a.u.).
    pub time: Vec<f64>,
    /// θ − θ_c in revolutions: `turns[trajectory][time]`.
    pub turns: Vec<Vec<f64>>,
    /// u = dθ/dt (rad per a.u. of time): `velocities[trajectory][time]`.
    pub velocities: Vec<Vec<f64>>,
}

impl Ensemble {
    /// Trajectories that all start at θ_c with a thermal velocity.
    ///
    /// # Errors
    /// [`Error::Model`] if the moment of inertia, the time step or the number of trajectories is not positive, the diffusion is
    /// negative somewhere, the period does not divide 2π, or this machine lacks the kernel; [`Error::NotConverged`] if the mean friction is not positive, the time
    /// step is far too long for the thermal velocity or the coefficients are too sharp to be tabulated within 1e-4 of their maximum.
    pub fn new(landscape: &Landscape, inertia: f64, options: &Options) -> Result<Self> {
        let kernel = options.kernel.unwrap_or_else(Kernel::fastest).checked()?;
        let origin = options.origin.unwrap_or_else(|| landscape.potential().minimum().0);
        let splitting = Splitting::new(landscape, inertia, options.dt, origin)?;
        if options.trajectories == 0 || options.trajectories > MOST_TRAJECTORIES {
            return Err(Error::Model {
                what: format!("{} trajectories were asked for", options.trajectories),
                hint: format!(
                    "give between 1 and {MOST_TRAJECTORIES} trajectories; longer ones tell as much as more of them"
                ),
            });
        }
        let wanted = (burn_in_time(landscape, inertia) / options.dt).ceil();
        if options.burn_in.is_none() && wanted > MOST_STEPS {
            return Err(too_many_steps("the burn-in", wanted));
        }
        let burn_in = options.burn_in.unwrap_or(wanted as u64);
        let tables = if kernel == Kernel::Reference {
            Tables::Reference(ReferenceTables::new(&splitting))
        } else {
            Tables::Lanes(LaneTables::new(&splitting)?)
        };
        let unit = if kernel == Kernel::Reference { 1.0 } else { FULL };
        let generator = Generator::new(options.seed);
        let still = SingleCounter { offset: 0, forward: 0, back: 0 };
        // Between steps h stands half a kick ahead of its angle.
        let ahead = 0.5 * splitting.kick(0.0);
        let make = |trajectory: u32| {
            let words = generator.block(Generator::counter(0, trajectory, Purpose::Start));
            let half_drift = splitting.thermal() * normals_f64(words[0], words[1]).0 + ahead;
            (0.0, half_drift * unit, still, still)
        };
        let groups = (0..options.trajectories.div_ceil(GROUP))
            .map(|g| Group {
                members: Members::build(kernel, (g * GROUP) as u32, make),
                mark_interval: FIRST_MARK_INTERVAL,
                marks: Vec::new(),
                fastest: 0.0,
            })
            .collect();
        let mut ensemble = Self {
            problem: Problem::new(landscape, inertia),
            engine: Engine {
                kernel,
                tables,
                periods_per_revolution: splitting.periods_per_revolution()?,
                burn_in: burn_in.next_multiple_of(BLOCK),
                generator: generator.clone(),
            },
            groups,
            trajectories: options.trajectories,
            step: 0,
            goal: 0,
            seed: options.seed,
            dt: options.dt,
            origin,
            period: landscape.period(),
            scale: splitting.scale() * unit,
        };
        if ensemble.engine.burn_in == 0 {
            for group in &mut ensemble.groups {
                group.begin_measuring();
            }
        }
        Ok(ensemble)
    }

    /// Go on from a checkpoint of the same landscape and moment of inertia.
    ///
    /// # Errors
    /// As [`Ensemble::new`]; [`Error::File`] if the checkpoint contradicts itself or belongs to another problem.
    pub fn from_state(landscape: &Landscape, inertia: f64, state: &State) -> Result<Self> {
        state.checked()?;
        state.problem.agrees_with(&Problem::new(landscape, inertia))?;
        let count = state.fraction.len();
        let options = Options {
            dt: state.dt,
            trajectories: count,
            seed: state.seed,
            burn_in: Some(state.burn_in),
            origin: Some(state.origin),
            kernel: Some(state.kernel),
        };
        let mut ensemble = Self::new(landscape, inertia, &options)?;
        let periods = ensemble.engine.periods_per_revolution;
        let on_lattices = state.hop.stands_on(1) && state.revolution.stands_on(periods);
        if !(on_lattices && state.hop.stands_within(periods, &state.revolution)) {
            return Err(contradiction());
        }
        let still = SingleCounter { offset: 0, forward: 0, back: 0 };
        let make = |trajectory: u32| {
            let i = trajectory as usize;
            if i >= count {
                return (0.0, 0.0, still, still);
            }
            let counter = |c: &CounterState| SingleCounter {
                offset: c.offset[i],
                forward: c.forward[i],
                back: c.back[i],
            };
            (state.fraction[i], state.half_drift[i], counter(&state.hop), counter(&state.revolution))
        };
        for (g, group) in ensemble.groups.iter_mut().enumerate() {
            let first = g * GROUP;
            group.members = Members::build(state.kernel, first as u32, make);
            group.mark_interval = state.mark_interval;
            group.marks = state
                .marks
                .iter()
                .map(|mark| {
                    let mut own = mark[first..count.min(first + GROUP)].to_vec();
                    own.resize(GROUP, 0.0);
                    own
                })
                .collect();
        }
        ensemble.step = state.step;
        ensemble.goal = state.goal;
        Ok(ensemble)
    }

    /// A checkpoint.
    pub fn state(&self) -> State {
        State {
            problem: self.problem.clone(),
            kernel: self.engine.kernel,
            seed: self.seed,
            dt: self.dt,
            origin: self.origin,
            burn_in: self.engine.burn_in,
            step: self.step,
            goal: self.goal,
            fraction: self.each(|fraction, _, _, _| fraction),
            half_drift: self.each(|_, h, _, _| h),
            hop: self.counters(|hop, _| hop),
            revolution: self.counters(|_, revolution| revolution),
            mark_interval: self.mark_interval(),
            marks: self.marks(),
        }
    }

    /// Run the burn-in if it is still to be done, then at least `steps` measured steps (rounded up to a multiple of four).
    ///
    /// # Errors
    /// [`Error::NotConverged`] if a trajectory has become too fast for the time step; nothing of the run may then be used.
    pub fn advance(&mut self, steps: u64) -> Result<()> {
        let to = self.step.max(self.engine.burn_in) + steps.next_multiple_of(BLOCK);
        while self.step < to {
            self.advance_for_a_moment(to)?;
        }
        Ok(())
    }

    /// Go on towards so many measured steps in all (rounded up to a multiple of four), the burn-in first, but only for a moment:
    /// about two million steps of all trajectories together. No bit depends on how a run is cut.
    ///
    /// # Errors
    /// As [`Ensemble::advance`].
    pub fn go_on(&mut self, measured: u64) -> Result<()> {
        let to = self.engine.burn_in + measured.next_multiple_of(BLOCK);
        if self.step < to { self.advance_for_a_moment(to) } else { Ok(()) }
    }

    fn advance_for_a_moment(&mut self, to: u64) -> Result<()> {
        let moment = (MOMENT / (self.groups.len() * GROUP) as u64).next_multiple_of(BLOCK).max(BLOCK);
        // Between fixed steps, so that a run that went on from a checkpoint is cut as one that was never stopped.
        let to = to.min((self.step / moment + 1) * moment);
        let (engine, from) = (&self.engine, self.step);
        self.groups.par_iter_mut().for_each(|group| group.advance(engine, from, to));
        self.step = to;
        let fastest = self
            .groups
            .iter()
            .map(|group| group.fastest)
            .fold(0.0, |a, b| if b > a || b.is_nan() { b } else { a });
        if fastest < FASTEST {
            return Ok(());
        }
        Err(Error::NotConverged {
            quantity: "trajectories",
            what: format!(
                "a trajectory crosses {:.3} periods in one time step of {}",
                2.0 * fastest,
                self.dt
            ),
            hint: "take a shorter time step; if that does not help, the drive outruns the friction".into(),
        })
    }

    /// The kernel that runs.
    pub fn kernel(&self) -> Kernel {
        self.engine.kernel
    }

    /// θ_c, where the counter's lattice begins (rad).
    pub fn origin(&self) -> f64 {
        self.origin
    }

    /// The time step (a.u.).
    pub fn dt(&self) -> f64 {
        self.dt
    }

    /// The number of trajectories.
    pub fn trajectories(&self) -> usize {
        self.trajectories
    }

    /// Measured steps of each trajectory so far.
    pub fn measured_steps(&self) -> u64 {
        self.step.saturating_sub(self.engine.burn_in)
    }

    /// Steps of each trajectory so far, the burn-in among them.
    pub fn steps(&self) -> u64 {
        self.step
    }

    /// The measured steps that the run at hand goes to before it looks at its errors; a checkpoint keeps them.
    pub fn goal(&self) -> u64 {
        self.goal
    }

    /// Set what [`Ensemble::goal`] tells.
    pub fn set_goal(&mut self, measured: u64) {
        self.goal = measured;
    }

    /// Steps of each trajectory that are not measured.
    pub fn burn_in(&self) -> u64 {
        self.engine.burn_in
    }

    /// The largest error of a tabulated coefficient relative to its maximum; zero for the reference kernel.
    pub fn table_error(&self) -> f64 {
        match &self.engine.tables {
            Tables::Lanes(tables) if self.engine.kernel == Kernel::Avx512 && tables.quartics_suffice() => {
                tables.quartic_error
            }
            Tables::Lanes(tables) => tables.error,
            Tables::Reference(_) => 0.0,
        }
    }

    /// The angles now, in [θ_c, θ_c + L) (rad).
    pub fn angles(&self) -> Vec<f64> {
        self.each(|fraction, _, _, _| self.origin + self.period * fraction)
    }

    /// The angular velocities now (rad per a.u. of time).
    pub fn velocities(&self) -> Vec<f64> {
        self.each(|fraction, h, _, _| (h - 0.5 * self.engine.tables.kick(fraction)) / self.scale)
    }

    /// What was measured so far.
    pub fn tally(&self) -> Tally {
        let mut marks = self.marks();
        for mark in &mut marks {
            for position in mark {
                *position *= self.period;
            }
        }
        let now: Vec<f64> = self.positions();
        let displacement = match marks.first() {
            Some(start) => now.iter().zip(start).map(|(x, start)| x * self.period - start).collect(),
            None => vec![0.0; self.trajectories],
        };
        let measured = !marks.is_empty();
        let counts = |lattice: f64, counters: CounterState| {
            let seen = |counts: Vec<u32>| if measured { counts } else { vec![0; self.trajectories] };
            Counts { lattice, forward: seen(counters.forward), back: seen(counters.back) }
        };
        let periods = f64::from(self.engine.periods_per_revolution);
        Tally {
            time: self.measured_steps() as f64 * self.dt,
            displacement,
            revolution: counts(periods * self.period, self.counters(|_, revolution| revolution)),
            hop: counts(self.period, self.counters(|hop, _| hop)),
            mark_interval: self.mark_interval() as f64 * self.dt,
            marks,
        }
    }

    /// Advance by `time` (a.u. of each trajectory) and write down where every trajectory is at `samples` + 1 regular times, as far
    /// apart as a whole number of blocks of four steps comes nearest to.
    ///
    /// For a figure make an ensemble of a few trajectories: with the options of a long run in all else, they are the first
    /// trajectories of that run from the end of its burn-in on, bit for bit.
    ///
    /// Raising `cancel` ends it with what was recorded.
    ///
    /// # Errors
    /// As [`Ensemble::advance`]; [`Error::Model`] if there is nothing to record.
    pub fn record_over(&mut self, time: f64, samples: usize, cancel: &AtomicBool) -> Result<Recording> {
        if !(time.is_finite() && time > 0.0 && samples > 0) {
            return Err(Error::Model {
                what: format!("{samples} samples over a time of {time}"),
                hint: "record at least one sample over a positive time".into(),
            });
        }
        if time / self.dt > MOST_STEPS {
            return Err(too_many_steps("this recording", time / self.dt));
        }
        let blocks = (time / (samples as f64 * self.dt * BLOCK as f64)).round().max(1.0);
        self.record(samples, blocks as u64 * BLOCK, cancel)
    }

    /// Advance and write down where every trajectory is, now (or at the end of the burn-in) and `samples` times more, `every` steps
    /// apart. Raising `cancel` ends it with what was recorded.
    ///
    /// # Errors
    /// As [`Ensemble::advance`]; [`Error::Model`] if that is more than 2²⁷ positions in all.
    pub fn record(&mut self, samples: usize, every: u64, cancel: &AtomicBool) -> Result<Recording> {
        if samples.saturating_add(1).saturating_mul(self.trajectories) > MOST_RECORDED {
            return Err(Error::Model {
                what: format!("{samples} samples of {} trajectories would be recorded", self.trajectories),
                hint: format!(
                    "record at most {MOST_RECORDED} positions: fewer samples, or fewer trajectories"
                ),
            });
        }
        let periods = f64::from(self.engine.periods_per_revolution);
        let first = self.measured_steps();
        let nothing = || vec![Vec::new(); self.trajectories];
        let mut recording = Recording { time: Vec::new(), turns: nothing(), velocities: nothing() };
        for sample in 0..=samples {
            let goal = first + (sample as u64).saturating_mul(every.next_multiple_of(BLOCK));
            while self.step < self.engine.burn_in.saturating_add(goal) {
                if cancel.load(Ordering::Relaxed) {
                    return Ok(recording);
                }
                self.go_on(goal)?;
            }
            recording.time.push((self.measured_steps() - first) as f64 * self.dt);
            for (turns, position) in recording.turns.iter_mut().zip(self.positions()) {
                turns.push(position / periods);
            }
            for (velocities, velocity) in recording.velocities.iter_mut().zip(self.velocities()) {
                velocities.push(velocity);
            }
        }
        Ok(recording)
    }

    fn each<T>(&self, f: impl Fn(f64, f64, SingleCounter, SingleCounter) -> T) -> Vec<T> {
        let mut all: Vec<T> = self.groups.iter().flat_map(|group| group.members.each(&f)).collect();
        all.truncate(self.trajectories);
        all
    }

    fn positions(&self) -> Vec<f64> {
        let mut all: Vec<f64> = self.groups.iter().flat_map(|group| group.members.positions()).collect();
        all.truncate(self.trajectories);
        all
    }

    fn counters(&self, which: impl Fn(SingleCounter, SingleCounter) -> SingleCounter) -> CounterState {
        let all = self.each(|_, _, hop, revolution| which(hop, revolution));
        CounterState {
            offset: all.iter().map(|c| c.offset).collect(),
            forward: all.iter().map(|c| c.forward).collect(),
            back: all.iter().map(|c| c.back).collect(),
        }
    }

    fn mark_interval(&self) -> u64 {
        self.groups.first().map_or(FIRST_MARK_INTERVAL, |group| group.mark_interval)
    }

    fn marks(&self) -> Vec<Vec<f64>> {
        let count = self.groups.first().map_or(0, |group| group.marks.len());
        (0..count)
            .map(|mark| {
                let mut all: Vec<f64> =
                    self.groups.iter().flat_map(|group| group.marks[mark].iter().copied()).collect();
                all.truncate(self.trajectories);
                all
            })
            .collect()
    }
}

impl Tables {
    /// The kick of two halves at an angle, in units of h.
    fn kick(&self, fraction: f64) -> f64 {
        match self {
            Self::Lanes(tables) => tables.kick_at(fraction),
            Self::Reference(tables) => tables.kick(fraction),
        }
    }
}

//! Time the parts of a trajectory's step in lanes: random words, normal numbers, coefficients, and the whole.
//!
//! Built from the library's own files, because what is timed here is nobody else's to call. What the whole takes beyond normal numbers and
//! coefficients is the integration and the counting of turns; less, where one's arithmetic fills the other's waits.
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench fails by panicking")]

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use langevin::lanes::portable::Portable;
use langevin::lanes::{LANES, Lanes};
use langevin::normal::normals;
use langevin::random::{Generator, Purpose};
use langevin::table::{Pieces, QUARTIC_CELLS, cells_needed};
use nanorotor::Landscape;
use nanorotor::instructions;
use nanorotor::langevin::{Ensemble, Kernel, Options};
use nanorotor::study::Study;

#[allow(dead_code, unused_imports, reason = "the bench uses some of each file, and not its tests")]
#[path = "../src/langevin"]
mod langevin {
    pub(crate) mod lanes;
    pub(crate) mod normal;
    pub(crate) mod random;
    pub(crate) mod table;
}

/// Steps that share one draw of random words.
const BLOCK: u64 = 4;
const DT: f64 = 500.0;
const BLOCKS: u64 = 1 << 14;

/// What the parts read.
struct Work {
    generator: Generator,
    kick: Pieces,
    decay: Pieces,
    noise: Pieces,
    /// log₂ of the number of cells.
    cell_bits: u32,
}

impl Work {
    /// Tables as fine as the library's own: 2e-5 of the largest value.
    fn new(landscape: &Landscape, inertia: f64) -> Self {
        let period = landscape.period();
        let kick = |x: f64| landscape.force().value(x * period);
        let decay = |x: f64| (-landscape.total_friction().value(x * period) * DT / inertia).exp_m1();
        let noise = |x: f64| landscape.total_diffusion().value(x * period).sqrt();
        let cells = [cells_needed(kick, 2e-5), cells_needed(decay, 2e-5), cells_needed(noise, 2e-5)];
        let cells = cells.map(|(count, _)| count).into_iter().fold(0, usize::max);
        Self {
            generator: Generator::new(1),
            kick: Pieces::new(kick, cells),
            decay: Pieces::new(decay, cells),
            noise: Pieces::new(noise, cells),
            cell_bits: cells.ilog2(),
        }
    }
}

/// A part of a step, run for [`BLOCKS`] blocks on one packet of lanes.
#[derive(Clone, Copy)]
enum Part {
    Words,
    Normals,
    Coefficients,
}

#[inline(always)]
fn run<M: Lanes>(m: M, quartic: bool, part: Part, work: &Work) -> [f32; LANES] {
    let ids = m.load_word(&std::array::from_fn(|i| i as u32));
    let prepared = work.generator.prepare(m, 0, ids);
    let start = m.load_word(&std::array::from_fn(|i| 0x1234_5678_u32.wrapping_mul(i as u32)));
    let mut angles = [start, m.add_word(start, m.word(0x0765_4321))];
    let (mut words, mut reals) = (m.word(0), m.real(0.0));
    for block in 0..BLOCKS {
        match part {
            Part::Words => {
                for word in work.generator.draw(m, block, &prepared, Purpose::Steps) {
                    words = m.xor(words, word);
                }
            }
            Part::Normals => {
                let drawn = work.generator.draw(m, block, &prepared, Purpose::Steps);
                for (a, b) in [(drawn[0], drawn[1]), (drawn[2], drawn[3])] {
                    let (first, second) = normals(m, a, b);
                    reals = m.add(reals, m.add(first, second));
                }
            }
            Part::Coefficients => {
                // Two packets together, as the library takes them.
                for _ in 0..BLOCK / 2 {
                    // Angles that wander, half a step and a whole one, as those of trajectories do.
                    for g in 0..2 {
                        angles[g] = m.add_word(angles[g], m.word(0x0123_4567));
                    }
                    reals =
                        m.add(reals, sum(m, quartic, &[&work.decay, &work.noise], work.cell_bits, angles));
                    for g in 0..2 {
                        angles[g] = m.add_word(angles[g], m.word(0x0089_abcd));
                    }
                    reals = m.add(reals, sum(m, quartic, &[&work.kick], work.cell_bits, angles));
                }
            }
        }
    }
    let mut out = [0.0; LANES];
    m.store_real(m.add(reals, m.convert(words)), &mut out);
    out
}

/// The values of tables at two angles, added up.
#[inline(always)]
fn sum<M: Lanes, const T: usize>(
    m: M,
    quartic: bool,
    tables: &[&Pieces; T],
    bits: u32,
    angles: [M::Word; 2],
) -> M::Real {
    let bits = if quartic { QUARTIC_CELLS.ilog2() } else { bits };
    let (mut cells, mut x) = ([m.word(0); 2], [m.real(0.0); 2]);
    for g in 0..2 {
        cells[g] = m.shift_right(angles[g], 32 - bits);
        let rest = m.shift_right(m.shift_left(angles[g], bits), 9);
        x[g] = m.with_bits(m.xor(rest, m.word(1.0_f32.to_bits())));
    }
    let mut total = m.real(0.0);
    for table in tables {
        let [first, second] =
            if quartic { m.quartic_values(table, &cells, &x) } else { m.values(table, &cells, &x) };
        total = m.add(total, m.add(first, second));
    }
    total
}

fn with(kernel: Kernel, part: Part, work: &Work) -> [f32; LANES] {
    #[cfg(target_arch = "x86_64")]
    {
        use langevin::lanes::{avx2::Avx2, avx512::Avx512};
        if kernel == Kernel::Avx512 {
            let m = Avx512::detect().unwrap();
            // SAFETY: `m` proves that this machine has the instructions.
            return unsafe { run_avx512(m, part, work) };
        }
        if kernel == Kernel::Avx2 {
            let m = Avx2::detect().unwrap();
            // SAFETY: `m` proves that this machine has the instructions.
            return unsafe { run_avx2(m, part, work) };
        }
    }
    run(Portable, false, part, work)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn run_avx512(m: langevin::lanes::avx512::Avx512, part: Part, work: &Work) -> [f32; LANES] {
    run(m, true, part, work)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2(m: langevin::lanes::avx2::Avx2, part: Part, work: &Work) -> [f32; LANES] {
    run(m, false, part, work)
}

fn whole(group: &mut BenchmarkGroup<'_, WallTime>, kernel: Kernel, landscape: &Landscape, inertia: f64) {
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let options = Options { trajectories: 32, kernel: Some(kernel), ..Options::new(DT) };
    let mut ensemble = Ensemble::new(landscape, inertia, &options).unwrap();
    ensemble.advance(1).unwrap();
    let steps = BLOCK * BLOCKS;
    group.throughput(Throughput::Elements(options.trajectories as u64 * steps));
    group.bench_function(format!("{kernel}, whole step"), |b| {
        b.iter(|| one_thread.install(|| black_box(&mut ensemble).advance(steps).unwrap()));
    });
}

fn parts(criterion: &mut Criterion) {
    let motor = Study::preset("preston2023").unwrap().resolve().unwrap();
    let landscape = motor.landscape().unwrap();
    let work = Work::new(&landscape, motor.rotor.moment_of_inertia);
    let mut group = criterion.benchmark_group("parts of a step");
    group.sample_size(10);
    for kernel in [Kernel::Portable, Kernel::Avx2, Kernel::Avx512] {
        if !kernel.is_available() {
            continue;
        }
        group.throughput(Throughput::Elements(LANES as u64 * BLOCK * BLOCKS));
        for (name, part) in [
            ("random words", Part::Words),
            ("random words and normal numbers", Part::Normals),
            ("coefficients", Part::Coefficients),
        ] {
            group.bench_function(format!("{kernel}, {name}"), |b| {
                b.iter(|| with(kernel, part, black_box(&work)));
            });
        }
        whole(&mut group, kernel, &landscape, motor.rotor.moment_of_inertia);
    }
    group.finish();
}

criterion_group!(benches, parts);
criterion_main!(benches);

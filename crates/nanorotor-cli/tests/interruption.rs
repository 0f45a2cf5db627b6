//! Kill a sweep at any moment: nothing finished is lost and the end is the same to the bit.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

#[cfg(unix)]
use std::io::Read;
#[cfg(unix)]
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{Folder, preset_with, words};
use nanorotor::results::{Results, Status};
use nanorotor::sweep::{self, Store};

/// Deterministic points that take a few milliseconds each, and trajectories beside them.
fn sweep_of(points: usize) -> String {
    let text = preset_with("I = \"4.5e5 au\"", "I = \"4.5e3 au\"");
    format!(
        "{text}\n[compute]\nwhat = [\"rate\", \"simulate\"]\n\n[simulate]\ntotal_time = \"20 ns\"\ndt = \"200 au\"\n\n\
         [sweep]\nV = {{ from = \"4 eV\", to = \"5 eV\", points = {points} }}\n"
    )
}

/// Every bit of what a store holds, and how many points are finished.
fn content(folder: &Path) -> (Results, Vec<u64>, usize) {
    let store = Store::existing(folder).unwrap();
    let (_, results) = sweep::results(&store).unwrap();
    let bits = results.variables.iter().flat_map(|v| &v.values).map(|x| x.to_bits()).collect();
    let finished = store.len().unwrap();
    (results, bits, finished)
}

fn quiet(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = folder.command(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// How often the program is killed: 20 times, or `NANOROTOR_KILLS`.
fn kills() -> usize {
    std::env::var("NANOROTOR_KILLS").map_or(20, |text| text.parse().unwrap())
}

#[test]
fn a_killed_sweep_loses_nothing_and_ends_with_the_same_bits() {
    let kills = kills();
    let folder = Folder::new();
    folder.write("motor.toml", sweep_of(12 + 2 * kills));
    let begin = Instant::now();
    folder.run(&["run", "motor.toml", "--out", "whole"]).data();
    let whole_time = begin.elapsed();
    let (whole, bits, all) = content(&folder.path("whole"));
    assert!(whole.point_status.iter().all(Status::is_converged), "{:?}", whole.point_status);

    // Moments from a fixed generator, spread over twice the time that the work takes a kill.
    let mut state = 2023u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let (mut before, mut killed) = (0, 0);
    for _ in 0..kills {
        let mut child = quiet(&folder, &["run", "motor.toml", "--out", "killed"]).spawn().unwrap();
        std::thread::sleep(Duration::from_secs_f64(
            random() * (0.1 + 2.0 * whole_time.as_secs_f64() / kills as f64),
        ));
        killed += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        if folder.path("killed/store.sqlite").is_file() {
            let finished = Store::open(&folder.path("killed")).unwrap().len().unwrap();
            assert!(finished >= before, "{finished} points are left of {before}");
            before = finished;
        }
    }
    assert!(killed > kills / 2, "only {killed} of {kills} runs were still at work when they were killed");

    let last = folder.run(&["run", "motor.toml", "--out", "killed"]);
    assert!(last.data().contains(&format!("{before} kept from earlier runs")), "{last:?}");
    let (results, same, finished) = content(&folder.path("killed"));
    assert!(finished == all && same == bits, "{finished} of {all} points, or other bits");
    assert!(results.axes == whole.axes && results.point_status == whole.point_status);
}

#[test]
fn two_processes_share_a_store() {
    let folder = Folder::new();
    folder.write("motor.toml", sweep_of(24));
    let mut both: Vec<_> =
        (0..2).map(|_| quiet(&folder, &["run", "motor.toml", "--out", "both"]).spawn().unwrap()).collect();
    for child in &mut both {
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    assert_eq!(folder.run(&["run", "motor.toml", "--out", "one", "--jobs", "1"]).code, 0);
    let (both, one) = (content(&folder.path("both")), content(&folder.path("one")));
    assert!(both.1 == one.1 && both.2 == one.2, "{} points against {}", both.2, one.2);
}

#[cfg(unix)]
#[test]
fn a_request_to_end_stops_cleanly_and_says_how_to_go_on() {
    let folder = Folder::new();
    folder.write("motor.toml", sweep_of(400));
    let mut command = folder.command(&["run", "motor.toml", "--out", "stopped"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let store = folder.path("stopped/store.sqlite");
    while !store.is_file() || Store::open(&folder.path("stopped")).unwrap().is_empty().unwrap() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.signal(), Some(2), "{message}");
    assert!(message.contains("interrupted") && message.contains("goes on from there"), "{message}");
    let finished = Store::open(&folder.path("stopped")).unwrap().len().unwrap();
    // Where the points at hand take longer than a moment, nobody waits for them to be counted.
    let counted = message.contains(&format!("{} of 800", 800 - finished));
    assert!(
        finished > 0 && (counted || message.contains("what is finished is kept")),
        "{finished}: {message}"
    );
}

/// A rotor that hardly brakes, whose rate takes minutes at this tolerance, and a ring of many levels whose landscape does.
#[cfg(unix)]
fn slow_studies() -> (String, String) {
    let solved = "parameters.F = \"0.001 eV\"\nrate = { method = \"elements\", tolerance = 1e-12, memory = \"4 GiB\" }\n\
        landscape = { torque = \"F + 0.3 eV*sin(theta) + 0.2 eV*sin(7*theta + 1)\", \
        friction = \"1e-7 eV ps*(1.2 + sin(theta))\", diffusion = \"5e-9 eV^2 ps*(1.3 + cos(theta))\" }\n\
        rotor = { period = \"2*pi\", moment_of_inertia = \"1e-3 eV ps^2\" }\n\
        sweep.F = { from = \"0.001 eV\", to = \"0.1 eV\", points = 1000 }\n";
    let levels = 240;
    let hopping = |i: usize, j: usize| match (i + levels - j) % levels {
        1 | 239 => "\"0.2 eV\"",
        _ => "0",
    };
    let row = |i| (0..levels).map(|j| hopping(i, j)).collect::<Vec<_>>().join(", ");
    let rows: Vec<String> = (0..levels).map(|i| format!("[{}]", row(i))).collect();
    let lead = |name: &str, site: usize, turn: &str| {
        format!(
            "{{ name = \"{name}\", chemical_potential = 0, thermal_energy = \"30 K\", channel = [{{ broadening = \"0.2 eV\", \
             site = {site}, amplitude = \"1 + 0.4*{turn}(theta)\" }}] }}"
        )
    };
    let ring = format!(
        "molecule.hamiltonian = [{}]\nband.bottom = \"-10 eV\"\nlead = [{}, {}]\n\
         rotor = {{ period = \"2*pi\", moment_of_inertia = \"1.15e-45 kg m^2\" }}\n",
        rows.join(", "),
        lead("left", 1, "cos"),
        lead("right", 101, "sin")
    );
    (solved.into(), ring)
}

/// Work of all kinds that takes minutes, or would never end: burn-in of tiny steps, trials of time steps, sweeps of quick and of slow
/// points, trajectories in a sweep, searches, loads and sensitivities, a reproduction, landscapes of many levels.
#[cfg(unix)]
#[test]
fn every_request_to_end_is_heard_everywhere() {
    let (solved, ring) = slow_studies();
    let tiny = sweep_of(10).replace("dt = \"200 au\"", "dt = \"0.1 au\"");
    let quick = sweep_of(100_000);
    let search = ["--maximize", "rotation_rate", "--over", "F=0.001 eV..0.1 eV"];
    let search = [&["optimize", "solved.toml"][..], &search].concat();
    let long: [&[&str]; 18] = [
        &["simulate", "preston2023", "--dt", "1 au"],
        &["simulate", "preston2023", "--dt", "0.1 au"],
        &["simulate", "preston2023", "--dt", "0.01 au", "--time", "1 ns"],
        &["simulate", "preston2023", "--time", "1 s"],
        &["simulate", "ring.toml"],
        &["run", "quick.toml"],
        &["run", "tiny.toml"],
        &["run", "solved.toml"],
        &["rate", "solved.toml"],
        &["landscape", "ring.toml"],
        &["check", "ring.toml"],
        &["spectrum", "ring.toml"],
        &["load", "ring.toml"],
        &["load", "solved.toml"],
        &["sensitivity", "ring.toml"],
        &["sensitivity", "solved.toml"],
        &search,
        &["reproduce", "--paper-length"],
    ];
    for (name, number) in [("-INT", 2), ("-TERM", 15), ("-HUP", 1)] {
        let folders: Vec<Folder> = long.iter().map(|_| Folder::new()).collect();
        let mut children: Vec<_> = long
            .iter()
            .zip(&folders)
            .map(|(arguments, folder)| {
                folder.write("quick.toml", &quick).write("tiny.toml", &tiny);
                folder.write("solved.toml", &solved).write("ring.toml", &ring);
                quiet(folder, arguments).spawn().unwrap()
            })
            .collect();
        std::thread::sleep(Duration::from_millis(1500));
        for (arguments, child) in long.iter().zip(&mut children) {
            assert!(child.try_wait().unwrap().is_none(), "{arguments:?} has ended by itself");
            assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
        }
        for (arguments, child) in long.iter().zip(&mut children) {
            assert_eq!(child.wait().unwrap().signal(), Some(number), "{arguments:?} {name}");
        }
    }
}

/// What ended before it was measured keeps nothing, and does not say that it does.
#[cfg(unix)]
#[test]
fn an_interrupted_landscape_of_trajectories_promises_nothing() {
    let folder = Folder::new();
    folder.write("ring.toml", slow_studies().1);
    let mut command = folder.command(&["simulate", "ring.toml"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(1));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.signal(), Some(2), "{message}");
    assert!(message.contains("nothing had been measured yet") && !message.contains("goes on"), "{message}");
}

#[cfg(target_os = "linux")]
#[test]
fn what_nohup_keeps_is_kept() {
    let folder = Folder::new();
    let line = format!(
        "trap '' HUP; {} simulate preston2023 --time '300 ns' --dt '500 au' > out.txt & child=$!; sleep 0.1; \
         kill -HUP $child; wait $child",
        env!("CARGO_BIN_EXE_nanorotor")
    );
    let run = Command::new("bash").args(["-c", &line]).current_dir(folder.path("")).status().unwrap();
    assert_eq!(run.code(), Some(0));
}

#[cfg(unix)]
/// The numbers are printed before the figure is recorded: who stops that asked for a figure that is not there.
#[cfg(unix)]
#[test]
fn a_figure_that_is_stopped_is_not_drawn_by_half() {
    let folder = Folder::new();
    // No hops, so that each trajectory is recorded as long as it was measured.
    folder.write("stuck.toml", preset_with("potential = \"0 eV\"", "potential = \"0.35 eV*cos(2*theta)\""));
    let mut command = folder.command(&["simulate", "stuck.toml", "--time", "1.6e8 au", "--dt", "1 au"]);
    command.args(["--trajectories", "16", "--plot", "few.svg"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdout.take().unwrap().read_exact(&mut [0]).unwrap();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.signal(), Some(2), "{ended:?}");
    let told = words(&String::from_utf8(ended.stderr).unwrap());
    assert!(told.contains("interrupted"), "{told}");
    assert!(!folder.path("few.svg").exists());
}

#[test]
fn a_burn_in_that_dominates_is_announced() {
    let folder = Folder::new();
    let run = folder.run(&["simulate", "preston2023", "--time", "1 ns", "--dt", "2000 au"]);
    let told = words(&run.stderr);
    assert!(
        told.contains("the burn-in takes") && told.contains("times as long as what is measured"),
        "{told}"
    );
    let run = folder.run(&["simulate", "preston2023", "--time", "1e3 ns", "--dt", "2000 au"]);
    assert!(!run.stderr.contains("burn-in"), "{run:?}");
}

/// A limit on the size of files stands for a full disk: the write fails, what was committed stays.
#[cfg(unix)]
#[test]
fn a_full_disk_is_told_and_loses_nothing_finished() {
    let folder = Folder::new();
    folder.write("motor.toml", sweep_of(40));
    let binary = env!("CARGO_BIN_EXE_nanorotor");
    let limited = |blocks: usize| {
        let line =
            format!("trap '' XFSZ; ulimit -f {blocks}; exec {binary} run motor.toml --out full --jobs 1");
        let run = Command::new("bash")
            .args(["-c", &line])
            .current_dir(folder.path(""))
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        (run.status.code(), String::from_utf8(run.stderr).unwrap())
    };
    let (code, message) = limited(250);
    assert_eq!(code, Some(2), "{message}");
    let words = words(&message);
    assert!(
        words.contains("cannot use full/store.sqlite")
            && words.contains("every point that was finished is kept"),
        "{words}"
    );
    let kept = Store::open(&folder.path("full")).unwrap().len().unwrap();
    assert!(kept > 3, "{kept}");
    let last = folder.run(&["run", "motor.toml", "--out", "full"]);
    assert!(last.data().contains(&format!("{kept} kept")), "{last:?}");
}

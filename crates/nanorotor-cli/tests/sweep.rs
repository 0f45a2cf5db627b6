//! Run sweeps as a user does: again, changed, into bad places.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::collections::BTreeMap;

use common::{Folder, preset_with, study, words};
use nanorotor::sweep::{self, Store};

fn with(sections: &str) -> String {
    preset_with("I = \"4.5e5 au\"", "I = \"4.5e3 au\"") + "\n" + sections
}

fn rates(folder: &Folder, out: &str) -> Vec<f64> {
    let (_, results) = sweep::results(&Store::existing(&folder.path(out)).unwrap()).unwrap();
    results.get("rotation_rate").unwrap().values.clone()
}

#[test]
fn only_what_is_missing_or_changed_is_computed() {
    let folder = Folder::new();
    let values = |values: &str| with(&format!("[sweep]\nV = {{ values = [{values}] }}\n"));
    let counts = |computed: usize, kept: usize| format!("{computed} points computed, {kept} kept");
    let run = |text: String, more: &[&str]| {
        folder.write("motor.toml", text);
        let run = folder.run(&[&["run", "motor.toml"], more].concat());
        run.data().to_string()
    };
    assert!(run(values("\"2 eV\", \"3 eV\", \"4 eV\""), &[]).contains(&counts(3, 0)));
    let first = rates(&folder, "motor");
    assert!(run(values("\"2 eV\", \"3 eV\", \"4 eV\""), &[]).contains(&counts(0, 3)));
    // Another order, other words, one more point: one is computed.
    assert!(
        run(values("\"4 eV\", \"3 eV\", \"2.5 eV\", \"2 eV\"").replace("title = \"", "title = \"New: "), &[])
            .contains(&counts(1, 3))
    );
    let second = rates(&folder, "motor");
    assert_eq!([second[3], second[1], second[0]], first[..]);
    // Another value of anything else: all are.
    assert!(
        run(values("\"2 eV\", \"3 eV\", \"4 eV\""), &["--set", "A=0.9", "--replace"]).contains(&counts(3, 0))
    );
    // And the earlier ones are still there.
    assert!(run(values("\"2 eV\", \"3 eV\", \"4 eV\""), &["--replace"]).contains(&counts(0, 3)));
    assert_eq!(rates(&folder, "motor"), first);
    let set = folder.run(&["run", "motor.toml", "--set", "V=3 eV", "--replace"]);
    assert!(set.code == 0 && set.stdout.contains(&counts(0, 1)), "{set:?}");
}

/// The files of a folder, without the store, and their bytes.
fn files(folder: &Folder, out: &str) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder.path(out)).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.file_name().unwrap() != "store.sqlite")
        .map(|path| (path.file_name().unwrap().to_string_lossy().into(), std::fs::read(path).unwrap()))
        .collect()
}

#[test]
fn a_folder_knows_its_study() {
    let folder = Folder::new();
    folder.write("motor.toml", with("[sweep]\nV = { values = [\"2 eV\", \"3 eV\"] }\n"));
    // Without rates there are fewer figures.
    let other = "[compute]\nwhat = [\"landscape\"]\n[sweep]\nphi = { values = [-0.5, 0.25] }\n";
    folder.write("other.toml", with(other));
    folder.run(&["run", "motor.toml", "--out", "out"]).data();
    let before = files(&folder, "out");
    for arguments in [
        &["run", "motor.toml", "--set", "A=0.9"][..],
        &["run", "motor.toml", "--set", "V=3 eV"],
        &["run", "other.toml"],
        &["run", "motor.toml", "--set", "A=0.9", "--shard", "1/2"],
    ] {
        let run = folder.run(&[arguments, &["--out", "out"]].concat());
        let told = words(run.refused(2));
        assert!(told.contains("holds finished points that this study does not have"), "{told}");
        assert!(told.contains("--replace") && told.contains("--out"), "{told}");
        assert_eq!(files(&folder, "out"), before, "{arguments:?}");
    }
    // Replaced, the folder has what a fresh one has, and says what went.
    let run = folder.run(&["run", "other.toml", "--out", "out", "--replace"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stderr.contains("note: removed from out"), "{run:?}");
    folder.run(&["run", "other.toml", "--out", "fresh"]).data();
    let names = |out: &str| files(&folder, out).into_keys().collect::<Vec<_>>();
    assert_eq!(names("out"), names("fresh"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_looks_like_an_address_is_a_folder() {
    let folder = Folder::new();
    folder.write("motor.toml", with("[sweep]\nV = { values = [\"3 eV\", \"4 eV\"] }\n"));
    // As an address of SQLite it would be the store of another folder.
    std::fs::create_dir(folder.path("other")).unwrap();
    for out in ["file:other", "file:other?mode=ro#x", ":memory:"] {
        folder.run(&["run", "motor.toml", "--out", out]).data();
        let again = folder.run(&["run", "motor.toml", "--out", out]);
        assert!(again.data().starts_with("0 points computed, 2 kept"), "{out}: {again:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path("other")).unwrap().count(), 0);
}

#[test]
fn files_of_others_are_not_written_over() {
    let folder = Folder::new();
    let own = with("[sweep]\nV = { values = [\"2 eV\", \"3 eV\"] }\n");
    folder.write("study.toml", &own).write("results.csv", "my own");
    let told = folder.run(&["run", "study.toml", "--out", "."]);
    assert!(told.refused(2).contains("study.toml was not written by nanorotor"), "{told:?}");
    assert_eq!(std::fs::read_to_string(folder.path("study.toml")).unwrap(), own);

    folder.run(&["run", "study.toml", "--out", "out"]).data();
    // A figure that was restyled by hand, and a run that would draw it again.
    let script = "out/rotation_rate.py";
    assert!(folder.path(script).is_file());
    folder.write(script, "restyled");
    let run = folder.run(&["run", "study.toml", "--out", "out"]);
    assert!(run.refused(2).contains("rotation_rate.py was changed since nanorotor wrote it"), "{run:?}");
    assert_eq!(std::fs::read_to_string(folder.path(script)).unwrap(), "restyled");
    assert_eq!(folder.run(&["run", "study.toml", "--out", "out", "--replace"]).code, 0);

    // Files that are not ours go nowhere, whatever the sweep becomes.
    folder.write("out/notes.txt", "kept");
    folder.run(&["run", "study.toml", "--out", "out", "--set", "V=3 eV", "--replace"]);
    assert_eq!(std::fs::read_to_string(folder.path("out/notes.txt")).unwrap(), "kept");
    folder.write("out/results.csv", "mine");
    assert!(folder.run(&["export", "out"]).refused(2).contains("results.csv was changed"));
    assert_eq!(folder.run(&["export", "out", "--replace"]).code, 0);
}

#[test]
fn a_plot_takes_the_place_of_a_plot_only() {
    let folder = Folder::new();
    for name in ["a.svg", "a.pdf", "a.png"] {
        let plot = ["landscape", "preston2023", "--points", "4", "--plot", name];
        for _ in 0..2 {
            folder.run(&plot).data();
        }
        folder.write(name, "a drawing of mine");
        assert!(folder.run(&plot).refused(2).contains("was not drawn by nanorotor"), "{name}");
        assert_eq!(std::fs::read_to_string(folder.path(name)).unwrap(), "a drawing of mine");
    }
}

#[test]
fn a_sweep_equals_its_points() {
    let folder = Folder::new();
    folder.write(
        "motor.toml",
        with("[sweep]\nV = { values = [\"2 eV\", \"5 eV\"] }\nphi = { values = [-0.5, 0.25] }\n"),
    );
    folder.run(&["run", "motor.toml", "--out", "grid"]).data();
    let of_sweep = rates(&folder, "grid");
    let mut of_points = Vec::new();
    for v in ["2", "5"] {
        for phi in ["-0.5", "0.25"] {
            let (v, phi) = (format!("V={v} eV"), format!("phi={phi}"));
            let run = folder.run(&[
                "rate",
                "motor.toml",
                "--set",
                &v,
                "--set",
                &phi,
                "--format",
                "json",
                "--units",
                "atomic",
            ]);
            assert_eq!(run.code, 0);
            let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
            of_points.push(json["rotation_rate"].as_f64().unwrap());
        }
    }
    assert_eq!(of_sweep, of_points);
}

#[test]
fn a_point_that_does_not_converge_leaves_a_gap_and_exit_code_1() {
    let folder = Folder::new();
    folder.write(
        "motor.toml",
        with("[rate]\nmethod = \"hermite\"\n\n[sweep]\nI = { values = [\"4.5e3 au\", \"1e12 au\"] }\n"),
    );
    let run = folder.run(&["run", "motor.toml"]);
    assert_eq!(run.code, 1, "{run:?}");
    let words = words(&run.stderr);
    assert!(words.contains("1 of 2 points") && words.contains(": no rotation rate"), "{words}");
    let found = rates(&folder, "motor");
    assert!(found[0] > 0.0 && found[1].is_nan());
}

#[test]
fn bad_points_and_bad_places_are_refused_before_anything_is_computed() {
    let folder = Folder::new();
    folder.write("bad.toml", with("[sweep]\nkT = { values = [\"0.02 eV\", \"-0.02 eV\"] }\n"));
    let run = folder.run(&["run", "bad.toml", "--out", "bad"]);
    assert!(run.refused(2).contains("kT"), "{}", run.stderr);
    assert!(Store::open(&folder.path("bad")).unwrap().is_empty().unwrap());

    folder.write("good.toml", with("[sweep]\nV = { values = [\"2 eV\"] }\n")).write("taken", "a file");
    for (out, expected) in
        [("taken", "cannot make the folder taken"), ("taken/below", "cannot make the folder")]
    {
        let run = folder.run(&["run", "good.toml", "--out", out]);
        assert!(run.refused(2).contains(expected), "{}", run.stderr);
    }
    std::fs::create_dir(folder.path("other")).unwrap();
    for (bytes, expected) in
        [(&b"not a database at all, just some text"[..], "damaged"), (&[0u8; 4096], "damaged")]
    {
        folder.write("other/store.sqlite", bytes);
        let run = folder.run(&["run", "good.toml", "--out", "other"]);
        assert!(
            run.refused(2).contains("other/store.sqlite") && run.stderr.contains(expected),
            "{}",
            run.stderr
        );
        assert_eq!(
            std::fs::read(folder.path("other/store.sqlite")).unwrap(),
            bytes,
            "nothing is overwritten"
        );
    }
    assert!(folder.run(&["export", "nowhere"]).refused(2).contains("there is no store.sqlite in nowhere"));
    assert_eq!(folder.run(&["run", "good.toml", "--jobs", "0"]).code, 2);
}

#[test]
fn the_folder_tells_where_its_numbers_come_from() {
    let folder = Folder::new();
    folder
        .run(&["run", &study("blowtorch.toml"), "--out", "out", "--kernel", "portable", "--jobs", "1"])
        .data();
    let runs = Store::existing(&folder.path("out")).unwrap().runs().unwrap();
    let text = |name: &str| runs[0].0.iter().find(|(n, _)| n == name).map(|(_, text)| text.clone()).unwrap();
    assert_eq!((runs.len(), text("kernel").as_str(), text("threads").as_str()), (1, "portable", "1"));
    assert!(text("program").starts_with("nanorotor ") && text("started").ends_with('Z'));
    let copy = std::fs::read_to_string(folder.path("out/study.toml")).unwrap();
    assert_eq!(copy, std::fs::read_to_string(study("blowtorch.toml")).unwrap());
}

#[test]
fn the_help_offers_parquet_where_it_was_built_in() {
    let folder = Folder::new();
    for help in ["--help", "-h"] {
        for arguments in [&["export", help][..], &[help]] {
            let offered = folder.run(arguments).data().to_lowercase().contains("parquet");
            assert_eq!(offered, cfg!(feature = "parquet") && arguments.len() == 2, "{arguments:?}");
        }
    }
}

#[test]
fn shards_merged_equal_one_run_byte_for_byte() {
    let folder = Folder::new();
    folder.write(
        "motor.toml",
        with("[sweep]\nV = { values = [\"2 eV\", \"3 eV\", \"4 eV\"] }\nphi = { values = [-0.5, 0.25] }\n"),
    );
    folder.run(&["run", "motor.toml", "--out", "whole"]).data();
    for shard in ["3/4", "1/4", "4/4"] {
        let told = folder.run(&["run", "motor.toml", "--shard", shard]).data().to_string();
        assert!(told.contains(&format!("shard {shard}: ")) && told.contains("nanorotor merge"), "{told}");
    }
    let shards = ["motor-shard-1-of-4", "motor-shard-3-of-4", "motor-shard-4-of-4"];
    let merge = folder.run(&[&["merge"], &shards[..]].concat());
    assert_eq!(merge.code, 1, "{merge:?}");
    assert!(words(&merge.stderr).contains("2 of 6 points are not computed yet"), "{}", merge.stderr);
    // The last comes later, into what is there.
    folder.run(&["run", "motor.toml", "--shard", "2/4", "--out", "last"]).data();
    let told = folder.run(&["merge", "last", "merged"]).data().to_string();
    assert!(told.contains("2 points merged"), "{told}");
    for file in ["results.csv", "results_theta.csv", "study.toml"] {
        let read = |out: &str| std::fs::read(folder.path(out).join(file)).unwrap();
        assert!(read("merged") == read("whole"), "{file}");
    }
    // A run of the whole finds everything there.
    let again = folder.run(&["run", "motor.toml", "--out", "merged"]).data().to_string();
    assert!(again.contains("0 points computed, 6 kept"), "{again}");
}

#[test]
fn bad_shards_and_foreign_folders_are_refused() {
    let folder = Folder::new();
    folder.write("motor.toml", with("[sweep]\nV = { values = [\"2 eV\", \"3 eV\"] }\n"));
    for shard in ["0/2", "3/2", "2", "a/b"] {
        assert!(folder.run(&["run", "motor.toml", "--shard", shard]).refused(2).contains("shard"));
    }
    folder.run(&["run", "motor.toml", "--shard", "1/2", "--out", "a"]).data();
    folder.run(&["run", "motor.toml", "--shard", "2/2", "--out", "b", "--set", "A=0.9"]).data();
    assert!(folder.run(&["merge", "a", "b"]).refused(2).contains("different studies"));
    // Nothing of it is left behind that a later merge would stumble over.
    assert!(!folder.path("merged").exists());
    assert!(
        folder.run(&["merge", "a", "nowhere"]).refused(2).contains("there is no store.sqlite in nowhere")
    );
    assert_eq!(folder.run(&["merge"]).code, 2);
}

//! scratch
use nanorotor::study::{Results, Study};
use nanorotor_figures::*;
use std::fs;
fn compute(what: &str, simulate: &str, sweep: &str) -> Results {
    let preset = fs::read_to_string("../../studies/preston2023.toml")
        .or_else(|_| fs::read_to_string("studies/preston2023.toml"))
        .unwrap();
    let text = format!("{preset}\n[compute]\nwhat = [{what}]\n{simulate}\n[sweep]\n{sweep}\n");
    let t = std::time::Instant::now();
    let r = nanorotor::sweep::compute(&Study::from_toml(&text, "scratch", None).unwrap()).unwrap();
    eprintln!("{what} {sweep}: {:?}", t.elapsed());
    r
}
fn save(folder: &str, f: &NamedFigure) {
    let dir = format!("/tmp/figout/{folder}");
    fs::create_dir_all(&dir).unwrap();
    for format in [Format::Png, Format::Svg] {
        fs::write(format!("{dir}/{}.{}", f.name, format.extension()), f.figure.render(format).unwrap())
            .unwrap();
    }
    let m = f.figure.matplotlib(&f.name).unwrap();
    fs::write(format!("{dir}/{}.py", f.name), m.script).unwrap();
    fs::write(format!("{dir}/{}.csv", f.name), m.data).unwrap();
    eprintln!("{folder}/{}: {}", f.name, f.caption);
}
fn main() {
    let which: Vec<String> = std::env::args().skip(1).collect();
    let on = |name: &str| which.is_empty() || which.iter().any(|w| w == name);
    let sim = "[simulate]\ntotal_time = \"400 ns\"\ndt = \"1000 au\"\n";
    if on("2") {
        save(
            "paper",
            &paper::figure_2(&compute(
                "\"landscape\"",
                "",
                "V = { values = [\"0 eV\", \"1 eV\", \"2 eV\", \"2.5 eV\", \"3 eV\", \"5 eV\"] }",
            ))
            .unwrap(),
        );
    }
    if on("3") {
        save(
            "paper",
            &paper::figure_3(&compute(
                "\"landscape\"",
                "",
                "phi = { values = [0, \"pi/4\", \"-pi/4\", 1.3] }",
            ))
            .unwrap(),
        );
    }
    if on("4") {
        let c = compute("\"rate\"", "", "phi = { from = \"-pi/2\", to = \"pi/2\", points = 41 }");
        let p = compute("\"simulate\"", sim, "phi = { from = \"-pi/2\", to = \"pi/2\", points = 11 }");
        save("paper", &paper::figure_4(&c, Some(&p)).unwrap());
        save("paper4det", &paper::figure_4(&c, None).unwrap());
    }
    if on("5") {
        let r: Vec<(f64, Trajectory)> = [-0.785398163397448, 0.0, 0.785398163397448, 1.3]
            .iter()
            .enumerate()
            .map(|(k, phi)| {
                let mut s = 12345u64 + k as u64;
                let mut x = 0.0;
                let time: Vec<f64> = (0..2000).map(|k| k as f64 * 0.01).collect();
                let revolutions = time
                    .iter()
                    .map(|_| {
                        s = s.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                        x += ((s >> 33) as f64 / 2f64.powi(31) - 0.5) * 1.2
                            - 0.012 * (2.0 * *phi as f64).sin();
                        x
                    })
                    .collect();
                (*phi, Trajectory { label: None, time, revolutions })
            })
            .collect();
        save("paper", &paper::figure_5(&r));
    }
    if on("6") {
        let c = compute("\"rate\"", "", "V = { from = \"0 eV\", to = \"6 eV\", points = 25 }");
        let p = compute("\"simulate\"", sim, "V = { from = \"0 eV\", to = \"6 eV\", points = 7 }");
        save("paper", &paper::figure_6(&c, Some(&p)).unwrap());
    }
    if on("7") {
        let c = compute(
            "\"rate\"",
            "",
            "I = { from = \"450 au\", to = \"4.5e5 au\", points = 13, scale = \"log\" }",
        );
        let p = compute(
            "\"simulate\"",
            "[simulate]\ntotal_time = \"300 ns\"\n",
            "I = { from = \"4500 au\", to = \"4.5e5 au\", points = 4, scale = \"log\" }",
        );
        save("paper", &paper::figure_7(&c, Some(&p), Some(106.35348)).unwrap());
        save("paper7det", &paper::figure_7(&c, None, Some(106.35348)).unwrap());
    }
    if on("b") {
        let c = compute(
            "\"rate\"",
            "",
            "band_bottom = { values = [\"-5 eV\", \"-7 eV\", \"-10 eV\", \"-20 eV\", \"-50 eV\", \"-100 eV\"] }",
        );
        let get = |n: &str| c.get(n).unwrap().values_in(nanorotor::units::System::Practical);
        let r = get("rotation_rate");
        let dir = |w: f64| -> CountO {
            let v: Vec<f64> = r.iter().map(|r| 50.0 + w * r).collect();
            paper::CountOverOrigins {
                lowest: v.iter().map(|v| v - 0.02).collect(),
                highest: v.iter().map(|v| v + 0.25).collect(),
                error: vec![0.05; 6],
                value: v,
            }
        };
        type CountO = paper::CountOverOrigins;
        save(
            "paper",
            &paper::open_question_figure(&paper::BandBottoms {
                bottom: vec![-5., -7., -10., -20., -50., -100.],
                rotation_rate: r.clone(),
                barrier: get("barrier"),
                revolution: dir(0.85),
                hop: dir(0.62),
            }),
        );
        for f in sweep_figures(&c) {
            save("band", &f);
        }
    }
    if on("one") {
        for f in sweep_figures(&compute(
            "\"landscape\", \"rate\", \"simulate\"",
            sim,
            "V = { from = \"0 eV\", to = \"5 eV\", points = 6 }",
        )) {
            save("one", &f);
        }
        for f in sweep_figures(&compute("\"landscape\", \"rate\"", "", "V = { values = [\"3 eV\"] }")) {
            save("point", &f);
        }
        for f in sweep_figures(&compute("\"rate\"", "", "V = { values = [\"3 eV\"] }")) {
            save("point_rate", &f);
        }
    }
    if on("two") {
        let mut r = compute(
            "\"rate\"",
            "",
            "V = { from = \"0 eV\", to = \"5 eV\", points = 6 }\nphi = { from = \"-pi/2\", to = \"pi/2\", points = 9 }",
        );
        for v in &mut r.variables {
            if v.values.len() == 54 {
                for k in [20, 21, 30] {
                    v.values[k] = f64::NAN;
                }
            }
        }
        for f in sweep_figures(&r) {
            save("map", &f);
        }
        for f in sweep_figures(&compute(
            "\"rate\", \"landscape\"",
            "",
            "V = { from = \"2 eV\", to = \"4 eV\", points = 3 }\nphi = { from = \"-pi/2\", to = \"pi/2\", points = 9 }",
        )) {
            save("family", &f);
        }
    }
    if on("many") {
        let axes = "E_1 = { values = [\"0 eV\", \"0.5 eV\"] }\nI = { values = [\"1e5 au\", \"4.5e5 au\"] }\n";
        for f in sweep_figures(&compute(
            "\"rate\"",
            "",
            &format!(
                "{axes}V = {{ values = [\"3 eV\", \"5 eV\"] }}\nphi = {{ from = \"-pi/2\", to = \"pi/2\", points = 5 }}"
            ),
        )) {
            save("many", &f);
        }
        // a made-up map over four axes
        let mut r = Results { swept: 4, ..Results::default() };
        r.numbers("E_1", (0..5).map(f64::from).collect());
        r.numbers("xi_solv", vec![1.0, 5.0, 10.0]);
        r.numbers("V", (0..7).map(f64::from).collect());
        r.numbers("kT", (0..12).map(|k| 1e-3 * 1.3f64.powi(k)).collect());
        let mut values = Vec::new();
        for a in 0..5 {
            for b in 0..3 {
                for c in 0..7 {
                    for d in 0..12 {
                        values.push(if (a + b + c + d) % 17 == 0 {
                            f64::NAN
                        } else {
                            1e-17
                                * (f64::from(a - 2)
                                    + f64::from(b) * (f64::from(c) * 0.7).sin() * f64::from(d) * 0.1)
                        });
                    }
                }
            }
        }
        r.variable("rotation_rate", &["E_1", "xi_solv", "V", "kT"], values);
        for f in sweep_figures(&r) {
            save("many_map", &f);
        }
    }
}

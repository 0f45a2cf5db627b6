//! Read a study, resolve it, and draw whatever is wrong with it.

use nanorotor::Error;
use nanorotor::study::Study;

#[path = "../../crates/nanorotor-cli/src/drawn.rs"]
mod drawn;

fn draw(error: &Error) {
    assert!(!error.hint().is_empty(), "no hint: {error}");
    let text = drawn::Drawn::error(error).text();
    assert!(text.contains("help: "), "{text}");
}

/// Panic if something is wrong with it.
pub fn check(text: &str) {
    match Study::from_toml(text, "fuzz.toml", None) {
        Err(error) => draw(&error),
        Ok(study) => {
            // What was read must be read the same again, and what can be said of it must be said.
            let _ = study.axes();
            let names: Vec<&str> = study.parameter_names().collect();
            if let Err(error) = study.resolve() {
                draw(&error);
            }
            for name in names.iter().take(3) {
                for value in ["0", "-1e300", "2 eV", "theta", name] {
                    match study.with(name, value).and_then(|set| set.resolve()) {
                        Ok(_) => {}
                        Err(error) => draw(&error),
                    }
                }
            }
        }
    }
}

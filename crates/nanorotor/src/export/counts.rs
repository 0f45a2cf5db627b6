//! Tell which results are counted, so that they are whole numbers in every format that knows them.

/// Results that are counted, besides those that end in `_forward` or `_back`.
const COUNTED: [&str; 5] = ["seed", "trajectories", "burn_in_steps", "hermite_levels", "fourier_modes"];

/// Whether a result is a whole number by its nature.
pub fn is_count(name: &str) -> bool {
    let name = name.strip_prefix("simulated_").unwrap_or(name);
    COUNTED.contains(&name) || name.ends_with("_forward") || name.ends_with("_back")
}

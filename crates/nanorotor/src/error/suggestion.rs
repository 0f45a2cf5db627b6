//! Guess which known name a misspelt one was meant to be.

/// The candidate nearest to `word`, if it is near enough to be a likely misspelling of it.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A long word is compared by its beginning: nobody misspells a thousand letters.
    let word: Vec<char> = word.chars().take(64).collect();
    let allowed = 2 * (word.len() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.chars().take(64).collect::<Vec<_>>()), candidate))
        .filter(|&(d, candidate)| d <= allowed && d < 2 * candidate.chars().count())
        .min_by_key(|&(d, _)| d)
        .map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", if there is a likely one.
pub(crate) fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, candidates).map(|name| format!("did you mean `{name}`?"))
}

/// Twice the number of insertions, deletions, replacements and swaps of neighbours between two words; case counts a half.
fn distance(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    let mut table = vec![0usize; (a.len() + 1) * width];
    for (j, cell) in table.iter_mut().take(width).enumerate() {
        *cell = 2 * j;
    }
    for i in 1..=a.len() {
        table[i * width] = 2 * i;
        for j in 1..=b.len() {
            let replace = if a[i - 1] == b[j - 1] {
                0
            } else if a[i - 1].eq_ignore_ascii_case(&b[j - 1]) {
                1
            } else {
                2
            };
            let mut best = (table[(i - 1) * width + j] + 2)
                .min(table[i * width + j - 1] + 2)
                .min(table[(i - 1) * width + j - 1] + replace);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(table[(i - 2) * width + j - 2] + 2);
            }
            table[i * width + j] = best;
        }
    }
    table[(a.len() + 1) * width - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_misspelt_name() {
        let names = ["Gamma_L", "Gamma_R", "theta", "V", "band_bottom"];
        assert_eq!(nearest("Gama_L", names), Some("Gamma_L"));
        assert_eq!(nearest("thetta", names), Some("theta"));
        assert_eq!(nearest("tehta", names), Some("theta"));
        assert_eq!(nearest("gamma_r", names), Some("Gamma_R"));
        assert_eq!(nearest("Gamma_r", names), Some("Gamma_R"));
        assert_eq!(nearest("v", names), Some("V"), "case counts less than a letter");
        assert_eq!(nearest("x", names), None, "a replacement of the whole word is no misspelling");
        assert_eq!(nearest("friction", names), None);
    }

    #[test]
    fn endless_words_are_no_trouble() {
        assert_eq!(nearest(&"x".repeat(1_000_000), ["x"]), None);
    }
}

//! Write a report of figures and judged statements, as one HTML file that needs nothing else and as Markdown.

use crate::{Claim, Verdict};

/// A figure of the report.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The stem of its files.
    pub name: String,
    /// The heading.
    pub title: String,
    /// What it shows.
    pub caption: String,
    /// The picture itself.
    pub svg: String,
    /// The folders of the studies behind it.
    pub studies: Vec<String>,
}

/// What a report says.
#[derive(Debug, Clone)]
pub struct Report {
    /// The heading.
    pub title: String,
    /// What this is, in a few sentences.
    pub introduction: String,
    /// The figures.
    pub figures: Vec<Shown>,
    /// The statements.
    pub claims: Vec<Claim>,
    /// Program, machine and time, by name.
    pub provenance: Vec<(String, String)>,
}

impl Report {
    /// How many statements came out in each way, in words.
    pub fn tally(&self) -> String {
        let count = |verdict: Verdict| self.claims.iter().filter(|claim| claim.verdict == verdict).count();
        [Verdict::Holds, Verdict::OnlyForSomeChoices, Verdict::DoesNotHold, Verdict::NotComputed]
            .into_iter()
            .map(|verdict| (verdict, count(verdict)))
            .filter(|(_, count)| *count > 0)
            .map(|(verdict, count)| format!("{count} {}", verdict.in_words()))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The report as Markdown, with the figures as files beside it.
    pub fn markdown(&self) -> String {
        let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
        let mut text = format!("# {}\n\n{}\n", self.title, self.introduction);
        text += "\n## Figures\n";
        for figure in &self.figures {
            let studies: Vec<String> =
                figure.studies.iter().map(|study| format!("[{study}]({study}/study.toml)")).collect();
            let name = &figure.name;
            text += &[
                "\n### ",
                &figure.title,
                "\n\n![",
                name,
                "](",
                name,
                ".svg)\n\n",
                &figure.caption,
                "\n\nStudy: ",
            ]
            .concat();
            text += &[&studies.join(", "), ". To restyle: [", name, ".py](", name, ".py).\n"].concat();
        }
        text += &["\n## Statements of the paper\n\n", &self.tally(), ".\n\n"].concat();
        text += "| statement | where | verdict | what was computed |\n|---|---|---|---|\n";
        for claim in &self.claims {
            let row = [claim.statement, claim.source, claim.verdict.in_words(), &claim.evidence].map(cell);
            text += &["| ", &row.join(" | "), " |\n"].concat();
        }
        text += "\n## Where the numbers come from\n\n";
        for (name, value) in &self.provenance {
            text += &["- ", name, ": ", value, "\n"].concat();
        }
        text
    }

    /// The report as one HTML file.
    pub fn html(&self) -> String {
        let mut body =
            ["<h1>", &escaped(&self.title), "</h1>\n<p>", &escaped(&self.introduction), "</p>\n"].concat();
        body += "<h2>Figures</h2>\n";
        for figure in &self.figures {
            let links: Vec<String> = figure
                .studies
                .iter()
                .map(|study| format!("<a href=\"{0}/study.toml\">{0}</a>", escaped(study)))
                .collect();
            let [title, caption, name] =
                [&figure.title, &figure.caption, &figure.name].map(|text| escaped(text));
            body += &["<figure>\n<h3>", &title, "</h3>\n", picture(&figure.svg), "\n<figcaption>", &caption]
                .concat();
            body += &[" Study: ", &links.join(", "), ". Files: "].concat();
            let files = ["svg", "pdf", "png", "py", "csv"];
            let files: Vec<String> =
                files.iter().map(|kind| format!("<a href=\"{name}.{kind}\">{kind}</a>")).collect();
            body += &[&files.join(", "), ".</figcaption>\n</figure>\n"].concat();
        }
        body += &[
            "<h2>Statements of the paper</h2>\n<p>",
            &self.tally(),
            ".</p>\n<table>\n<tr><th>statement</th><th>where</th><th>verdict</th><th>what was computed</th></tr>\n",
        ]
        .concat();
        for claim in &self.claims {
            let [statement, source, verdict, evidence] =
                [claim.statement, claim.source, claim.verdict.in_words(), &claim.evidence].map(escaped);
            let class = class(claim.verdict);
            body += &[
                "<tr><td>",
                &statement,
                "</td><td>",
                &source,
                "</td><td class=\"",
                class,
                "\">",
                &verdict,
                "</td><td>",
                &evidence,
                "</td></tr>\n",
            ]
            .concat();
        }
        body += "</table>\n<h2>Where the numbers come from</h2>\n<dl>\n";
        for (name, value) in &self.provenance {
            body += &["<dt>", &escaped(name), "</dt><dd>", &escaped(value), "</dd>\n"].concat();
        }
        body += "</dl>\n";
        let head = [
            "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>",
            &escaped(&self.title),
            "</title>\n<style>",
            STYLE,
            "</style>\n",
        ]
        .concat();
        [
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n",
            &head,
            "</head>\n<body>\n",
            &body,
            "</body>\n</html>\n",
        ]
        .concat()
    }
}

const STYLE: &str = "
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; font-size: 0.85rem; }
th, td { border-bottom: 1px solid #ccc; padding: 0.4rem 0.6rem; text-align: left; vertical-align: top; }
td:nth-child(2), td:nth-child(3) { white-space: nowrap; }
.holds { color: #00614a; } .some { color: #8a5a00; } .fails { color: #a4133c; font-weight: bold; } .missing { color: #666; }
figure { margin: 2.5rem 0; } figure svg { display: block; width: 34rem; max-width: 100%; height: auto; }
figcaption { font-size: 0.9rem; max-width: 44rem; margin-top: 0.5rem; }
dl { display: grid; grid-template-columns: max-content auto; gap: 0.1rem 1rem; font-size: 0.85rem; } dd { margin: 0; }
@media print { body { max-width: none; } figure { break-inside: avoid; } }
";

fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "holds",
        Verdict::OnlyForSomeChoices => "some",
        Verdict::DoesNotHold => "fails",
        Verdict::NotComputed => "missing",
    }
}

/// The picture without the lines before its first element, which belong to a file of its own.
fn picture(svg: &str) -> &str {
    svg.find("<svg").map_or(svg, |start| &svg[start..])
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_come_before_the_statements() {
        let report = Report {
            title: "title".into(),
            introduction: "introduction".into(),
            figures: vec![Shown {
                name: "figure_2".into(),
                title: "Figure 2".into(),
                caption: "what it shows".into(),
                svg: "<svg></svg>".into(),
                studies: vec!["figure_2".into()],
            }],
            claims: vec![Claim {
                statement: "a statement",
                source: "Fig. 2",
                verdict: Verdict::Holds,
                evidence: "evidence".into(),
            }],
            provenance: Vec::new(),
        };
        for text in [report.html(), report.markdown()] {
            let at = |part: &str| text.find(part).unwrap_or(usize::MAX);
            let order =
                ["introduction", "what it shows", "Statements of the paper", "1 holds", "a statement"]
                    .map(at);
            assert!(order.is_sorted() && order[4] < usize::MAX, "{text}");
        }
    }
}

//! Write the Python script that draws a figure with matplotlib.

use std::fmt::Write as _;

use super::python::{label, literal, name};
use crate::page::colour::Colour;
use crate::page::scene::{Dash, Point};
use crate::page::text::Text;
use crate::plot::axis::{Axis, Range, Scale};
use crate::plot::curve::{Curve, Marker};
use crate::plot::figure::Figure;
use crate::plot::layout::{Layout, letter, x_ticks, y_ticks};
use crate::plot::ticks::Ticks;

const STYLE: &str = r#"plt.rcParams.update({
    "font.family": "sans-serif",
    "font.sans-serif": ["Liberation Sans", "Arial", "Helvetica", "DejaVu Sans"],
    "font.size": 8,
    "mathtext.fontset": "custom",
    "mathtext.rm": "sans",
    "mathtext.it": "sans:italic",
    "mathtext.cal": "sans",
    "axes.linewidth": 0.5,
    "axes.formatter.use_mathtext": True,
    "axes.formatter.limits": (-3, 4),
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.major.width": 0.5,
    "ytick.major.width": 0.5,
    "lines.scale_dashes": False,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "pdf.fonttype": 42,
})
"#;

const READ: &str = r#"

def read_columns(path):
    """Columns by the first word of their header; nan leaves a gap, empty cells end a column."""
    with open(path, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return {
        title.split()[0]: np.array([float(row[k]) for row in rows if row[k]])
        for k, title in enumerate(header)
    }
"#;

const SHADED: &str = r#"

def shaded_line(ax, x, y, shade, linewidth):
    """Draw a line whose colour follows a value; thin and grey where there is none."""
    if not np.isfinite(shade).all():
        ax.plot(x, y, color="0.55", linewidth=0.8, zorder=1)
    points = np.column_stack([x, y])
    pieces = np.stack([points[:-1], points[1:]], axis=1)
    line = LineCollection(pieces, cmap=COLOURS, norm=SHADES, linewidth=linewidth, capstyle="round")
    line.set_array((shade[:-1] + shade[1:]) / 2)
    ax.add_collection(line)
"#;

/// The script of a figure that was laid out.
pub(super) fn write(figure: &Figure, layout: &Layout, stem: &str) -> String {
    let shaded = figure.panels.iter().flat_map(|panel| &panel.curves).any(|curve| curve.shade.is_some());
    let coloured = layout.shades.is_some();
    let mut out = format!(
        "\"\"\"Draw this figure again with matplotlib, to be restyled; the data are in the .csv file of the same name.\"\"\"\n\n\
         import csv\nfrom pathlib import Path\n\nimport matplotlib.pyplot as plt\nimport numpy as np\n{}{}\n\
         HERE = Path(__file__).resolve().parent\nSTEM = {}\nMM = 1 / 25.4  # inches\n\n{STYLE}",
        if shaded { "from matplotlib.collections import LineCollection\n" } else { "" },
        if coloured { "from matplotlib.colors import LinearSegmentedColormap, Normalize\n" } else { "" },
        literal(stem),
    );
    if let Some(shades) = &layout.shades {
        let colours: Vec<String> =
            (0..=16).map(|k| hex(shades.map.colour(f64::from(k) / 16.0))).map(|hex| literal(&hex)).collect();
        let make = if shades.range.log { "LogNorm" } else { "Normalize" };
        if shades.range.log {
            out = out.replace("LinearSegmentedColormap, Normalize", "LinearSegmentedColormap, LogNorm");
        }
        let _ = write!(
            out,
            "\nCOLOURS = LinearSegmentedColormap.from_list(\n    \"figure\",\n    [{}],\n)\nSHADES = {make}({:?}, {:?})\n",
            colours.join(", "),
            shades.range.low,
            shades.range.high
        );
    }
    out.push_str(READ);
    if shaded {
        out.push_str(SHADED);
    }
    out.push_str("\n\ndata = read_columns(HERE / f\"{STEM}.csv\")\n");
    grid(&mut out, figure, layout);
    for k in 0..figure.panels.len() {
        panel(&mut out, figure, layout, k);
    }
    if let (Some(bar), Some(_)) = (&figure.colour_bar, &layout.shades) {
        let _ = write!(
            out,
            "\nbar = fig.colorbar(plt.cm.ScalarMappable(SHADES, COLOURS), ax=axes, location=\"top\", aspect=40)\n\
             bar.set_label({})\n",
            label(&bar.axis.title(0))
        );
    }
    out.push_str("\nfig.savefig(HERE / f\"{STEM}_restyled.pdf\", dpi=600)\n");
    out
}

/// The page and its axes.
fn grid(out: &mut String, figure: &Figure, layout: &Layout) {
    let (columns, count) = (layout.columns, figure.panels.len());
    let rows = count.div_ceil(columns);
    let millimetres = |points: f64| format!("{:.1}", points * 25.4 / 72.0);
    let heights: Vec<String> = figure
        .panels
        .chunks(columns)
        .map(|row| format!("{}", row.iter().fold(0.0_f64, |most, panel| most.max(panel.height))))
        .collect();
    let _ = write!(
        out,
        "fig, axes = plt.subplots(\n    {rows}, {columns}, figsize=({} * MM, {} * MM), height_ratios=[{}],\n    \
         sharex={}, squeeze=False, layout=\"constrained\",\n)\naxes = axes.flatten()\n",
        millimetres(layout.width),
        millimetres(layout.height),
        heights.join(", "),
        if figure.shares_x { "\"col\"" } else { "False" },
    );
    if count < rows * columns {
        let _ = write!(out, "for ax in axes[{count}:]:\n    ax.remove()\naxes = axes[:{count}]\n");
        if figure.shares_x {
            let above = count - columns;
            let _ = write!(
                out,
                "for ax in axes[{above}:]:  # nothing stands below these\n    ax.tick_params(labelbottom=True)\n"
            );
        }
    }
}

fn panel(out: &mut String, figure: &Figure, layout: &Layout, k: usize) {
    let (panel, frame) = (&figure.panels[k], &layout.frames[k]);
    let head = letter(figure, k);
    let title = head.as_ref().map_or_else(|| format!("panel {}", k + 1), |text| format!("panel {text}"));
    let _ = write!(out, "\n# {title}\nax = axes[{k}]\n");
    if panel.heat.is_some() {
        let key = name(k);
        let _ = write!(
            out,
            "x, y = data[\"{key}.x_edges\"], data[\"{key}.y_edges\"]\n\
             values = data[\"{key}.values\"].reshape(len(y) - 1, len(x) - 1)\n\
             ax.pcolormesh(x, y, np.ma.masked_invalid(values), cmap=COLOURS, norm=SHADES, rasterized=True)\n\
             ax.patch.set(facecolor=\"#eeeeee\", edgecolor=\"#8c8c8c\", hatch=\"////\", linewidth=0)  # no value\n"
        );
    } else if frame.zero_line().is_some() {
        out.push_str("ax.axhline(0, color=\"#8c8c8c\", linewidth=0.4, zorder=0)\n");
    }
    for (number, one) in (1..).zip(&panel.curves) {
        curve(out, one, &format!("{}{number}", name(k)));
    }
    let lowest = !figure.shares_x || k + layout.columns >= figure.panels.len();
    axis(out, "x", &panel.x, frame.x, &x_ticks(panel, frame), lowest);
    axis(out, "y", &panel.y, frame.y, &y_ticks(panel, frame), true);
    let texts: Vec<&Text> = head.iter().chain(&panel.note).collect();
    if !texts.is_empty() {
        let text = texts.iter().enumerate().fold(Text::default(), |all, (place, text)| {
            let all = if place > 0 { all.then("  ") } else { all };
            all.then_text((*text).clone())
        });
        let _ = if panel.heat.is_some() {
            writeln!(out, "ax.set_title({}, loc=\"left\", fontsize=8, pad=3)", label(&text))
        } else {
            writeln!(out, "ax.text(0.03, 0.96, {}, transform=ax.transAxes, va=\"top\")", label(&text))
        };
    }
    for tag in &layout.tags[k] {
        let across = (tag.at[0] - frame.left) / (frame.right - frame.left);
        let up = (frame.bottom - tag.at[1]) / (frame.bottom - frame.top);
        let colour = hex(panel.curves[tag.curve].colour);
        if let Some([from, to]) = tag.pointer {
            let share = |[x, y]: Point| {
                let across = (x - frame.left) / (frame.right - frame.left);
                [across, (frame.bottom - y) / (frame.bottom - frame.top)]
            };
            let ([x, y], [to_x, to_y]) = (share(from), share(to));
            let _ = writeln!(
                out,
                "ax.plot([{x:.3}, {to_x:.3}], [{y:.3}, {to_y:.3}], color=\"{colour}\", linewidth=0.5, \
                 marker=\"o\", markersize=3, markevery=[1], transform=ax.transAxes)"
            );
        }
        let _ = writeln!(
            out,
            "ax.text({across:.3}, {up:.3}, {}, transform=ax.transAxes, ha=\"center\", color=\"{colour}\")",
            label(&tag.text)
        );
    }
    if let Some(([x, y], is_right, columns)) = layout.inscriptions[k].legend(frame) {
        let corner = if is_right { "upper right" } else { "upper left" };
        let _ = writeln!(
            out,
            "ax.legend(loc=\"{corner}\", bbox_to_anchor=({x:.3}, {y:.3}), ncols={columns}, borderaxespad=0, borderpad=0,\n          \
             labelspacing=0.2, handlelength=2.1, handletextpad=0.4, columnspacing=1)"
        );
    }
}

fn curve(out: &mut String, curve: &Curve, key: &str) {
    let xy = format!("data[\"{key}.x\"], data[\"{key}.y\"]");
    let colour = hex(curve.colour);
    if curve.band.is_some() {
        let _ = writeln!(
            out,
            "ax.fill_between(data[\"{key}.x\"], data[\"{key}.low\"], data[\"{key}.high\"], \
             color=\"{}\", linewidth=0)",
            hex(curve.colour.tint(0.22))
        );
    }
    let mut style = format!("color=\"{colour}\"");
    let line = curve.line.filter(|_| curve.shade.is_none());
    match line {
        Some(width) => {
            let _ = write!(style, ", linestyle={}, linewidth={width:?}", dashes(curve.dash));
        }
        None => style.push_str(", linestyle=\"none\""),
    }
    if let Some(marker) = curve.marker {
        let shape = match marker {
            Marker::Circle | Marker::Ring => "o",
            Marker::Square => "s",
            Marker::Triangle => "^",
        };
        let _ = write!(style, ", marker=\"{shape}\", markersize=3.8");
        if marker == Marker::Ring {
            style.push_str(", markerfacecolor=\"white\", markeredgewidth=0.7");
        } else {
            style.push_str(", markeredgewidth=0");
        }
    }
    if let Some(text) = curve.label.as_ref().filter(|text| !text.is_empty()) {
        let _ = write!(style, ", label={}", label(text));
    }
    if let (Some(width), Some(_)) = (curve.line, &curve.shade) {
        let _ = writeln!(out, "shaded_line(ax, {xy}, data[\"{key}.shade\"], linewidth={width:?})");
        if curve.marker.is_none() {
            if let Some(text) = curve.label.as_ref().filter(|text| !text.is_empty()) {
                // A line of its own for the legend, in the middle colour.
                let colour = hex(Colour::of_share(0.5));
                let _ = writeln!(
                    out,
                    "ax.plot([], [], color=\"{colour}\", linewidth={width:?}, label={})",
                    label(text)
                );
            }
            return;
        }
    }
    if curve.errors.is_some() {
        let _ = writeln!(
            out,
            "ax.errorbar({xy}, yerr=data[\"{key}.error\"], {style}, elinewidth=0.7, capsize=1.6, capthick=0.7)"
        );
    } else {
        let _ = writeln!(out, "ax.plot({xy}, {style})");
    }
}

fn axis(out: &mut String, side: &str, axis: &Axis, range: Range, ticks: &Ticks, labelled: bool) {
    if range.log {
        let _ = writeln!(out, "ax.set_{side}scale(\"log\")");
    }
    let _ = writeln!(out, "ax.set_{side}lim({:?}, {:?})", range.low, range.high);
    let of_pi = |text: &Text| text.to_string().contains('π');
    if axis.scale == Scale::Angle && ticks.major.iter().any(|(_, text)| of_pi(text)) {
        let multiples: Vec<String> = ticks
            .major
            .iter()
            .map(|(value, _)| {
                let multiple = (value / std::f64::consts::PI * 24.0).round() / 24.0;
                format!("{}", (multiple * 1e6).round() / 1e6)
            })
            .collect();
        let texts: Vec<String> = ticks.major.iter().map(|(_, text)| literal(&text.to_string())).collect();
        let _ = writeln!(
            out,
            "ax.set_{side}ticks(np.pi * np.array([{}]), [{}])",
            multiples.join(", "),
            texts.join(", ")
        );
    }
    let title = axis.title(0);
    if labelled && !title.is_empty() {
        let _ = writeln!(out, "ax.set_{side}label({})", label(&title));
    }
}

fn dashes(dash: Dash) -> String {
    let pattern: Vec<String> = dash.pattern().iter().map(|length| format!("{length:?}")).collect();
    if pattern.is_empty() { "\"-\"".to_owned() } else { format!("(0, ({}))", pattern.join(", ")) }
}

fn hex(colour: Colour) -> String {
    let [r, g, b] = colour.rgb;
    format!("#{r:02x}{g:02x}{b:02x}")
}

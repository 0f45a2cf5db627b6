//! Write a scene as a one-page PDF with the letters it uses embedded as text that can be searched and copied.

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, FontFlags, LineJoinStyle, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use subsetter::GlyphRemapper;

use crate::error::FigureError;
use crate::page::font::{Fonts, ITALIC, REGULAR, advance};
use crate::page::format::MARK;
use crate::page::scene::{Anchor, Item, Point, Scene};

const LEVEL: u8 = 9;
const IDENTITY: SystemInfo<'static> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The glyphs of one face that the page uses, renumbered without gaps.
struct Used {
    italic: bool,
    remapper: GlyphRemapper,
    /// The letter of each glyph, in the new numbering from 1.
    letters: Vec<char>,
}

impl Used {
    fn new(italic: bool) -> Self {
        Self { italic, remapper: GlyphRemapper::new(), letters: Vec::new() }
    }

    /// The new number of a glyph.
    fn take(&mut self, glyph: u16, letter: char) -> u16 {
        let new = self.remapper.remap(glyph);
        if usize::from(new) > self.letters.len() {
            self.letters.push(letter);
        }
        new
    }

    fn name(&self) -> &'static [u8] {
        if self.italic { b"F2" } else { b"F1" }
    }

    /// The first of the five object numbers that the face takes.
    fn first(&self) -> i32 {
        if self.italic { 20 } else { 10 }
    }
}

/// The PDF file of a scene.
pub(crate) fn write(scene: &Scene, fonts: &Fonts) -> Result<Vec<u8>, FigureError> {
    let (catalog, tree, page_id, content_id) = (Ref::new(1), Ref::new(2), Ref::new(3), Ref::new(4));
    let mut faces = [Used::new(false), Used::new(true)];
    let content = compress_to_vec_zlib(&content(scene, fonts, &mut faces), LEVEL);

    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.document_info(Ref::new(5)).producer(TextStr(MARK));
    pdf.pages(tree).kids([page_id]).count(1);
    let mut page = pdf.page(page_id);
    page.media_box(Rect::new(0.0, 0.0, scene.width as f32, scene.height as f32));
    page.parent(tree);
    page.contents(content_id);
    let mut resources = page.resources();
    let mut dictionary = resources.fonts();
    for face in &faces {
        if !face.letters.is_empty() {
            dictionary.pair(Name(face.name()), Ref::new(face.first()));
        }
    }
    dictionary.finish();
    resources.finish();
    page.finish();
    pdf.stream(content_id, &content).filter(Filter::FlateDecode);
    for face in &faces {
        if !face.letters.is_empty() {
            embed(&mut pdf, face, fonts)?;
        }
    }
    Ok(pdf.finish())
}

/// The drawing operators of the page; every glyph used is noted in `faces`.
fn content(scene: &Scene, fonts: &Fonts, faces: &mut [Used; 2]) -> Vec<u8> {
    let mut content = Content::new();
    content.set_line_join(LineJoinStyle::RoundJoin);
    for item in &scene.items {
        match item {
            Item::Stroke { points, pen } => {
                let [r, g, b] = pen.colour.rgb.map(|c| f32::from(c) / 255.0);
                content.set_stroke_rgb(r, g, b).set_line_width(pen.width as f32);
                content.set_dash_pattern(pen.dash.pattern().iter().map(|l| *l as f32), 0.0);
                trace(&mut content, points, scene.height);
                content.stroke();
            }
            Item::Fill { points, colour } => {
                let [r, g, b] = colour.rgb.map(|c| f32::from(c) / 255.0);
                content.set_fill_rgb(r, g, b);
                trace(&mut content, points, scene.height);
                content.close_path().fill_nonzero();
            }
            Item::Label { text, at, size, anchor, upward, colour } => {
                let [r, g, b] = colour.rgb.map(|c| f32::from(c) / 255.0);
                content.set_fill_rgb(r, g, b);
                let (glyphs, width) = fonts.lay_out(text);
                let start = match anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => -width / 2.0,
                    Anchor::End => -width,
                };
                content.begin_text();
                for glyph in &glyphs {
                    let face = &mut faces[usize::from(glyph.italic)];
                    let number = face.take(glyph.id.0, glyph.letter);
                    content.set_font(Name(face.name()), (glyph.scale * size) as f32);
                    let (right, below) = ((start + glyph.right) * size, glyph.below * size);
                    let matrix = if *upward {
                        [0.0, 1.0, -1.0, 0.0, at[0] + below, scene.height - at[1] + right]
                    } else {
                        [1.0, 0.0, 0.0, 1.0, at[0] + right, scene.height - at[1] - below]
                    };
                    content.set_text_matrix(matrix.map(|value| value as f32));
                    content.show(Str(&number.to_be_bytes()));
                }
                content.end_text();
            }
        }
    }
    content.finish().into_vec()
}

/// Put a line in the path, with y upward as PDF has it, to a hundredth of a point.
fn trace(content: &mut Content, points: &[Point], height: f64) {
    for (k, [x, y]) in points.iter().enumerate() {
        let round = |value: f64| ((100.0 * value).round() / 100.0) as f32;
        let (x, y) = (round(*x), round(height - y));
        if k == 0 {
            content.move_to(x, y)
        } else {
            content.line_to(x, y)
        };
    }
}

/// Embed the used glyphs of a face: font, descendant, descriptor, outlines and the table back to letters.
fn embed(pdf: &mut Pdf, used: &Used, fonts: &Fonts) -> Result<(), FigureError> {
    let failure = |what: String| FigureError::Encoding { format: "PDF", what };
    let (data, style) = if used.italic { (ITALIC, "Italic") } else { (REGULAR, "Regular") };
    let outlines = subsetter::subset(data, 0, &used.remapper).map_err(|e| failure(e.to_string()))?;
    let face = fonts.face(used.italic);
    let [font, descendant, descriptor, file, table] = [0, 1, 2, 3, 4].map(|k| Ref::new(used.first() + k));
    let thousandths = |units: i16| 1000.0 * f32::from(units) / f32::from(face.units_per_em());
    // Six capitals mark a subset; which six is free.
    let base = format!("NANORO+LiberationSans-{style}");

    pdf.type0_font(font)
        .base_font(Name(base.as_bytes()))
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(descendant)
        .to_unicode(table);

    let widths = used
        .remapper
        .remapped_gids()
        .map(|old| (1000.0 * advance(face, ttf_parser::GlyphId(old))) as f32)
        .collect::<Vec<_>>();
    let mut cid = pdf.cid_font(descendant);
    cid.subtype(CidFontType::Type2)
        .base_font(Name(base.as_bytes()))
        .system_info(IDENTITY)
        .font_descriptor(descriptor)
        .default_width(0.0)
        .cid_to_gid_map_predefined(Name(b"Identity"));
    cid.widths().consecutive(0, widths);
    cid.finish();

    let mut flags = FontFlags::NON_SYMBOLIC;
    flags.set(FontFlags::ITALIC, used.italic);
    let bounds = face.global_bounding_box();
    pdf.font_descriptor(descriptor)
        .name(Name(base.as_bytes()))
        .flags(flags)
        .bbox(Rect::new(
            thousandths(bounds.x_min),
            thousandths(bounds.y_min),
            thousandths(bounds.x_max),
            thousandths(bounds.y_max),
        ))
        .italic_angle(if used.italic { -12.0 } else { 0.0 })
        .ascent(thousandths(face.ascender()))
        .descent(thousandths(face.descender()))
        .cap_height(thousandths(face.capital_height().unwrap_or_default()))
        .stem_v(84.0)
        .font_file2(file);

    let packed = compress_to_vec_zlib(&outlines, LEVEL);
    let mut stream = pdf.stream(file, &packed);
    stream.filter(Filter::FlateDecode);
    stream.pair(Name(b"Length1"), i32::try_from(outlines.len()).unwrap_or(i32::MAX));
    stream.finish();

    let mut map = UnicodeCmap::<u16>::new(Name(b"Letters"), IDENTITY);
    for (number, letter) in (1..).zip(&used.letters) {
        map.pair(number, *letter);
    }
    let map = compress_to_vec_zlib(&map.finish(), LEVEL);
    pdf.stream(table, &map).filter(Filter::FlateDecode);
    Ok(())
}

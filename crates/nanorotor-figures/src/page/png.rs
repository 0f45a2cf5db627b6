//! Paint a scene as a PNG whose letters are drawn from the outlines of the built-in font.

use tiny_skia::{Color, FillRule, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, StrokeDash, Transform};
use ttf_parser::OutlineBuilder;

use crate::error::FigureError;
use crate::page::colour::Colour;
use crate::page::font::Fonts;
use crate::page::format::MARK;
use crate::page::scene::{Anchor, Item, Pen, Point, Scene};

/// Pixels per inch; journals ask for 300 for colour and 600 for lines with text.
const RESOLUTION: f64 = 600.0;

/// The PNG file of a scene.
pub(crate) fn write(scene: &Scene, fonts: &Fonts) -> Result<Vec<u8>, FigureError> {
    let scale = RESOLUTION / 72.0;
    let pixels = |points: f64| (points * scale).ceil() as u32;
    let failure = |what: String| FigureError::Encoding { format: "PNG", what };
    let mut map = Pixmap::new(pixels(scene.width), pixels(scene.height))
        .ok_or_else(|| failure(format!("a page of {} × {} points", scene.width, scene.height)))?;
    map.fill(Color::WHITE);
    let page = Transform::from_scale(scale as f32, scale as f32);
    for item in &scene.items {
        match item {
            Item::Stroke { points, pen } => {
                if let Some(path) = path(points, false) {
                    map.stroke_path(&path, &paint(pen.colour), &stroke(pen), page, None);
                }
            }
            Item::Fill { points, colour } => {
                if let Some(path) = path(points, true) {
                    map.fill_path(&path, &paint(*colour), FillRule::Winding, page, None);
                }
            }
            Item::Label { text, at, size, anchor, upward, colour } => {
                let (glyphs, width) = fonts.lay_out(text);
                let start = match anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => -width / 2.0,
                    Anchor::End => -width,
                };
                let mut place = page.pre_translate(at[0] as f32, at[1] as f32);
                if *upward {
                    place = place.pre_rotate(-90.0);
                }
                place = place.pre_scale(*size as f32, *size as f32);
                for glyph in &glyphs {
                    let face = fonts.face(glyph.italic);
                    let mut outline = Outline(PathBuilder::new());
                    if face.outline_glyph(glyph.id, &mut outline).is_none() {
                        continue;
                    }
                    let em = glyph.scale as f32 / f32::from(face.units_per_em());
                    let place = place
                        .pre_translate((start + glyph.right) as f32, glyph.below as f32)
                        .pre_scale(em, -em);
                    if let Some(path) = outline.0.finish() {
                        map.fill_path(&path, &paint(*colour), FillRule::Winding, place, None);
                    }
                }
            }
        }
    }
    encode(&map).map_err(|error| failure(error.to_string()))
}

/// Encode without transparency (the page is white) and with the resolution, so that programs place it in its true size.
fn encode(map: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let rgb: Vec<u8> = map.pixels().iter().flat_map(|p| [p.red(), p.green(), p.blue()]).collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, map.width(), map.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let per_metre = (RESOLUTION / 0.0254).round() as u32;
    let unit = png::Unit::Meter;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit }));
    encoder.add_text_chunk("Software".into(), MARK.into())?;
    encoder.write_header()?.write_image_data(&rgb)?;
    Ok(file)
}

fn paint(colour: Colour) -> Paint<'static> {
    let mut paint = Paint::default();
    let [r, g, b] = colour.rgb;
    paint.set_color_rgba8(r, g, b, 255);
    paint.anti_alias = true;
    paint
}

fn stroke(pen: &Pen) -> Stroke {
    let dashes = pen.dash.pattern().iter().map(|length| *length as f32).collect();
    Stroke {
        width: pen.width as f32,
        line_join: LineJoin::Round,
        dash: StrokeDash::new(dashes, 0.0),
        ..Stroke::default()
    }
}

fn path(points: &[Point], close: bool) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for (k, [x, y]) in points.iter().enumerate() {
        let (x, y) = (*x as f32, *y as f32);
        if k == 0 { builder.move_to(x, y) } else { builder.line_to(x, y) }
    }
    if close {
        builder.close();
    }
    builder.finish()
}

/// Hands the outline of a glyph from the font to the painter.
struct Outline(PathBuilder);

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::text::Text;

    #[test]
    fn letters_leave_ink_and_the_size_is_right() {
        let mut scene = Scene { width: 72.0, height: 36.0, items: Vec::new() };
        scene.label(Text::markup("*θ*^{2}"), [36.0, 20.0], 10.0, Anchor::Middle);
        let file = write(&scene, &Fonts::load().unwrap()).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        assert_eq!(reader.info().size(), (600, 300));
        assert_eq!(reader.info().pixel_dims.unwrap().xppu, 23_622);
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut bytes).unwrap();
        let dark = bytes.chunks(3).filter(|pixel| pixel[0] < 128).count();
        assert!((500..20_000).contains(&dark), "{dark} dark pixels");
        assert!(bytes[..3 * 600 * 60].iter().all(|byte| *byte == 255), "ink far above the text");
    }
}

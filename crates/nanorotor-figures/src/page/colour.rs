//! Give colours that print well and that colour-blind readers can tell apart.
//!
//! | symbol  | meaning                             | unit |
//! |---------|-------------------------------------|------|
//! | L, a, b | Oklab lightness and two hue axes    | 1    |
//! | C, h    | chroma and hue angle, a + ib = Ce^ih | 1, deg |
//!
//! Equation: the map goes through Oklab (Ottosson 2020) with L linear in the value, so that equal steps of the value
//! look equal and a grey copy still reads; the hue runs from blue through purple and red to amber. The map of signed values
//! is pale at zero and grows darker towards blue and towards red, which no common colour blindness confuses.

/// A colour in 8-bit sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// Red, green and blue.
    pub rgb: [u8; 3],
}

impl Colour {
    /// Black.
    pub const BLACK: Self = Self { rgb: [0, 0, 0] };
    /// The grey of lines that only guide the eye.
    pub const GREY: Self = Self { rgb: [140, 140, 140] };

    /// Colours of curves: those of Okabe & Ito (2008), told apart with any common colour blindness, without the yellow.
    pub const PALETTE: [Self; 7] = [
        Self { rgb: [0, 0, 0] },
        Self { rgb: [213, 94, 0] },
        Self { rgb: [0, 114, 178] },
        Self { rgb: [0, 158, 115] },
        Self { rgb: [204, 121, 167] },
        Self { rgb: [230, 159, 0] },
        Self { rgb: [86, 180, 233] },
    ];

    /// Mix with white: `share` 1 keeps the colour, 0 gives white. Transparency would not survive every format.
    #[must_use]
    pub fn tint(self, share: f64) -> Self {
        Self { rgb: self.rgb.map(|c| (255.0 - share.clamp(0.0, 1.0) * (255.0 - f64::from(c))).round() as u8) }
    }

    /// The colour of a value at `share` (0 to 1) of the range of a colour bar of one-sided values.
    pub fn of_share(share: f64) -> Self {
        ColourMap::Sequential.colour(share)
    }

    /// The colour of this lightness and hue, as strong as `chroma` or as the screen can show.
    fn of(lightness: f64, chroma: f64, hue: f64) -> Self {
        let hue = hue.to_radians();
        // The most chroma of the screen's colours differs with hue: it is taken back until the colour exists.
        let mut chroma = chroma;
        loop {
            let linear = linear_rgb(lightness, chroma * hue.cos(), chroma * hue.sin());
            if chroma <= 0.0 || linear.iter().all(|c| (0.0..=1.0).contains(c)) {
                return Self { rgb: linear.map(|c| (255.0 * encoded(c.clamp(0.0, 1.0))).round() as u8) };
            }
            chroma -= 0.001;
        }
    }
}

/// How values become colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColourMap {
    /// From dark blue to light amber, for values on one side of zero.
    #[default]
    Sequential,
    /// From dark blue through white to dark red, the white at zero, for values of both signs.
    Diverging,
}

impl ColourMap {
    /// The colour at `share` (0 to 1) of the range; NaN counts as 0.
    pub fn colour(self, share: f64) -> Colour {
        let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        match self {
            Self::Sequential => Colour::of(0.30 + 0.50 * share, 0.21, 275.0 + 160.0 * share),
            Self::Diverging => {
                let from_zero = 2.0 * share - 1.0;
                let hue = if from_zero < 0.0 { 255.0 } else { 40.0 };
                Colour::of(0.97 - 0.55 * from_zero.abs(), 0.17 * from_zero.abs(), hue)
            }
        }
    }
}

/// Linear sRGB of an Oklab colour.
fn linear_rgb(lightness: f64, a: f64, b: f64) -> [f64; 3] {
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
}

/// The transfer curve of sRGB.
fn encoded(linear: f64) -> f64 {
    if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of a colour on the screen.
    fn luminance(colour: Colour) -> f64 {
        let linear = colour.rgb.map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    #[test]
    fn the_map_grows_lighter_all_the_way_so_that_a_grey_copy_reads() {
        let lights: Vec<f64> =
            (0..=32).map(|k| luminance(Colour::of_share(f64::from(k) / 32.0)).cbrt()).collect();
        assert!(lights.windows(2).all(|w| w[1] > w[0]), "{lights:?}");
        assert!(*lights.last().unwrap() < 0.85, "too light to see on white");
    }

    #[test]
    fn equal_steps_of_value_are_about_equal_steps_of_lightness() {
        let lights: Vec<f64> =
            (0..=16).map(|k| luminance(Colour::of_share(f64::from(k) / 16.0)).cbrt()).collect();
        let steps: Vec<f64> = lights.windows(2).map(|w| w[1] - w[0]).collect();
        let mean = (lights[16] - lights[0]) / 16.0;
        assert!(steps.iter().all(|s| (0.4..2.0).contains(&(s / mean))), "{steps:?}");
    }

    #[test]
    fn the_map_of_signed_values_is_white_at_zero_and_as_dark_at_either_end() {
        let light = |share: f64| luminance(ColourMap::Diverging.colour(share)).cbrt();
        assert!(light(0.5) > 0.95);
        let sides = |k: i32| (light(0.5 - f64::from(k) / 32.0), light(0.5 + f64::from(k) / 32.0));
        for k in 1..=16 {
            let ((low, high), (low_before, high_before)) = (sides(k), sides(k - 1));
            assert!(low < low_before && high < high_before, "step {k}");
            assert!((low - high).abs() < 0.08, "step {k}: {low} {high}");
        }
        let [red, _, blue] = ColourMap::Diverging.colour(0.0).rgb;
        assert!(blue > 2 * red);
        let [red, _, blue] = ColourMap::Diverging.colour(1.0).rgb;
        assert!(red > 2 * blue);
    }

    #[test]
    fn awkward_shares_have_a_colour() {
        assert_eq!(Colour::of_share(f64::NAN), Colour::of_share(0.0));
        assert_eq!(Colour::of_share(f64::INFINITY), Colour::of_share(1.0));
        assert_eq!(Colour::BLACK.tint(0.0).rgb, [255; 3]);
    }
}

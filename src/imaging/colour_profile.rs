//! ICC profiles for pixels whose colours are named in another way.

use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, DataColorSpace,
    MatrixCoefficients, ToneReprCurve, TransferCharacteristics,
};

/// How far numbers may be off and still mean the same.
const TOLERANCE: f64 = 0.002;
/// The exponent that PNG writes for sRGB, whose curve is nearly one.
const SRGB_GAMMA: f64 = 0.45455;
/// White, red, green and blue of sRGB, x and y each.
const SRGB_PRIMARIES: [f64; 8] = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06];

/// A profile for coding points (ITU-T H.273): primaries, curve, matrix, and whether all of the
/// range is used. `None` for those of sRGB, and those that name nothing.
pub fn of_coding_points([primaries, curve, matrix, range]: [u8; 4]) -> Option<Vec<u8>> {
    let is_srgb = primaries == 1 && matches!(curve, 1 | 13);
    // Samples of PNG are RGB, so there is no matrix; of a narrow range no profile can tell.
    if is_srgb || matrix != 0 || range != 1 {
        return None;
    }
    let mut profile = ColorProfile::new_srgb();
    let color_primaries = CicpColorPrimaries::try_from(primaries).ok()?;
    let transfer_characteristics = TransferCharacteristics::try_from(curve).ok()?;
    // Both have to be known: what is not is passed over below.
    ColorPrimaries::try_from(color_primaries).ok()?;
    ToneReprCurve::try_from(transfer_characteristics).ok()?;
    profile.update_rgb_colorimetry_from_cicp(CicpProfile {
        color_primaries,
        transfer_characteristics,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    finished(profile)
}

/// A profile for the exponent and the primaries that a PNG names; `None` for those of sRGB.
pub fn of_numbers(gamma: Option<f64>, primaries: Option<[f64; 8]>) -> Option<Vec<u8>> {
    let gamma = gamma.filter(|gamma| (0.01..=10.0).contains(gamma));
    let gamma = gamma.filter(|gamma| (gamma - SRGB_GAMMA).abs() > TOLERANCE);
    let primaries = primaries.filter(are_primaries);
    let primaries = primaries.filter(|primaries| {
        primaries.iter().zip(SRGB_PRIMARIES).any(|(own, srgb)| (own - srgb).abs() > TOLERANCE)
    });
    if gamma.is_none() && primaries.is_none() {
        return None;
    }
    let mut profile = ColorProfile::new_srgb();
    profile.cicp = None;
    if let Some(primaries) = primaries {
        let [white, red, green, blue] = [0, 2, 4, 6].map(|index| Chromaticity {
            x: primaries[index] as f32,
            y: primaries[index + 1] as f32,
        });
        profile.update_rgb_colorimetry(white.to_xyyb(), ColorPrimaries { red, green, blue });
    }
    if let Some(gamma) = gamma {
        set_curve(&mut profile, ToneReprCurve::Parametric(vec![(1.0 / gamma) as f32]));
    }
    finished(profile)
}

/// Whether these can be primaries: each with a brightness, and together a triangle.
fn are_primaries(primaries: &[f64; 8]) -> bool {
    let [_, white_y, red_x, red_y, green_x, green_y, blue_x, blue_y] = *primaries;
    let area = (green_x - red_x) * (blue_y - red_y) - (blue_x - red_x) * (green_y - red_y);
    white_y > 0.0 && area.abs() > 0.001 && primaries.iter().all(|value| (0.0..=1.0).contains(value))
}

/// A profile for RGB pixels made of grey ones, whose grey is what the grey profile says: its curve
/// for all three colours. The pixels stay as they are.
pub fn of_grey(profile: &[u8]) -> Option<Vec<u8>> {
    let grey = ColorProfile::new_from_slice(profile).ok()?;
    if grey.color_space != DataColorSpace::Gray {
        return None;
    }
    let mut profile = ColorProfile::new_srgb();
    profile.cicp = None;
    set_curve(&mut profile, grey.gray_trc?);
    finished(profile)
}

fn set_curve(profile: &mut ColorProfile, curve: ToneReprCurve) {
    profile.red_trc = Some(curve.clone());
    profile.green_trc = Some(curve.clone());
    profile.blue_trc = Some(curve);
}

fn finished(mut profile: ColorProfile) -> Option<Vec<u8>> {
    profile.description = None;
    profile.encode().ok()
}

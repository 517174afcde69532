//! Every colour, distance and text size of the window.

use egui::{
    Button, Checkbox, Color32, Context, CornerRadius, FontFamily, FontId, Response, RichText,
    Stroke, Style, TextStyle, Theme, ThemePreference, Ui, Visuals,
    style::{HandleShape, ScrollAnimation},
};

use crate::app::settings::ThemeChoice;

use super::fonts;

/// The colours of one theme.
#[derive(Debug)]
pub struct Palette {
    /// Behind everything.
    pub bg: Color32,
    /// Panels.
    pub panel: Color32,
    /// Buttons and other raised things.
    pub raised: Color32,
    /// Raised things under the pointer.
    pub hovered: Color32,
    /// The selected row.
    pub selected: Color32,
    /// Outlines and separators.
    pub line: Color32,
    /// Text.
    pub text: Color32,
    /// Text of less weight.
    pub muted: Color32,
    /// The main action and the selection.
    pub accent: Color32,
    /// Text on the accent colour.
    pub on_accent: Color32,
    /// It worked.
    pub good: Color32,
    /// Worth a look.
    pub warn: Color32,
    /// It did not work.
    pub bad: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const DARK: Palette = Palette {
    bg: rgb(0x16181d),
    panel: rgb(0x1d2026),
    raised: rgb(0x262a33),
    hovered: rgb(0x303541),
    selected: rgb(0x25334f),
    line: rgb(0x323845),
    text: rgb(0xe6e8ec),
    muted: rgb(0x9aa3b2),
    accent: rgb(0x4c8dff),
    on_accent: rgb(0x0b1220),
    good: rgb(0x3fb27f),
    warn: rgb(0xd9a441),
    bad: rgb(0xec7b83),
};

const LIGHT: Palette = Palette {
    bg: rgb(0xf6f7f9),
    panel: rgb(0xffffff),
    raised: rgb(0xeef0f4),
    hovered: rgb(0xe2e6ed),
    selected: rgb(0xdce7fd),
    line: rgb(0xdfe3ea),
    text: rgb(0x1b1f27),
    muted: rgb(0x5c6675),
    accent: rgb(0x2563eb),
    on_accent: Color32::WHITE,
    good: rgb(0x18724b),
    warn: rgb(0x8a5a00),
    bad: rgb(0xbd2c37),
};

/// The model's weights in the ledger, and allocated bytes in the timeline.
pub const WEIGHTS: Color32 = rgb(0x6c8cff);
/// This image's tensors in the ledger.
pub const WORKING_SET: Color32 = rgb(0xf2a65a);
/// What is cached, or pictures on CPU; reserved bytes in the timeline.
pub const CACHED: Color32 = rgb(0xb58cf0);
/// The driver's context, or the rest of this program on CPU.
pub const CONTEXT: Color32 = rgb(0x4fa8a8);
/// What other programs hold.
pub const OTHERS: Color32 = rgb(0x7c8595);
/// A word or pattern on one of these.
pub const ON_LEDGER: Color32 = rgb(0x16181d);
/// The two squares of the checkerboard behind a cutout.
pub const CHECKER: [Color32; 2] = [rgb(0xf4f5f7), rgb(0xd5d8de)];
/// Behind a word on a picture.
pub const CAPTION_BG: Color32 = Color32::from_rgba_premultiplied(14, 16, 20, 190);
/// Over the window, behind what lies over it.
pub const SCRIM: Color32 = Color32::from_black_alpha(140);
/// The ring that shows the brush.
pub const BRUSH_RING: Color32 = Color32::WHITE;
/// Around that ring, so that it shows on a light photo too.
pub const BRUSH_EDGE: Color32 = Color32::from_black_alpha(170);
/// A word on a picture.
pub const CAPTION: Color32 = Color32::WHITE;
/// Over what will be removed.
pub const OVERLAY: Color32 = Color32::from_rgba_premultiplied(126, 28, 34, 140);
/// Over what is neither clearly subject nor clearly background: the dark theme's [`Palette::warn`],
/// as photos look the same in both.
pub const UNSURE: Color32 = Color32::from_rgba_premultiplied(179, 135, 54, 210);
/// The line between before and after, and its handle.
pub const DIVIDER: Color32 = Color32::WHITE;
/// Around the line, so that it shows on white.
pub const DIVIDER_EDGE: Color32 = Color32::from_rgba_premultiplied(10, 12, 16, 90);
/// The arrows on the handle.
pub const DIVIDER_MARK: Color32 = rgb(0x323845);
/// Over what trimming cuts off.
pub const OUTSIDE: Color32 = Color32::from_rgba_premultiplied(14, 16, 20, 150);
/// The dashes of the frame that trimming keeps.
pub const FRAME: Color32 = Color32::WHITE;
/// Between the dashes.
pub const FRAME_UNDER: Color32 = Color32::from_rgba_premultiplied(14, 16, 20, 200);

/// Distances in points.
pub const SPACE: Space = Space { xs: 4.0, s: 8.0, m: 12.0, l: 16.0 };
/// Size of small text, in points.
pub const SMALL: f32 = 11.5;
/// Size of the title of a message, in points.
pub const TITLE: f32 = 16.0;
/// Radius of corners, in points.
pub const CORNER: u8 = 6;

/// Width of the ring around the control that has the keys, in points.
pub const RING: f32 = 2.0;

/// The distances in use, in points.
#[derive(Clone, Copy, Debug)]
pub struct Space {
    /// Between a mark and its word.
    pub xs: f32,
    /// Between controls.
    pub s: f32,
    /// Between groups.
    pub m: f32,
    /// Between panels and what they hold.
    pub l: f32,
}

/// The colours of the theme in use.
pub fn palette(visuals: &Visuals) -> &'static Palette {
    if visuals.dark_mode { &DARK } else { &LIGHT }
}

/// A line that heads a whole area, such as a dialog.
pub fn title(text: impl Into<String>) -> RichText {
    RichText::new(text).family(fonts::bold()).size(16.0).strong()
}

/// The largest line: what an empty window invites to.
pub fn display(text: impl Into<String>) -> RichText {
    RichText::new(text).family(fonts::bold()).size(22.0).strong()
}

/// The one button in the accent colour: the main action.
pub fn main_button<'a>(ui: &Ui, word: &str) -> Button<'a> {
    let palette = palette(ui.visuals());
    let text = RichText::new(word).color(palette.on_accent);
    Button::new(text).fill(palette.accent).stroke(Stroke::new(1.0, palette.accent))
}

/// A box to tick: in the accent colour where it is on, with an outline that shows on any ground
/// where it is off.
pub fn checkbox(ui: &mut Ui, on: &mut bool, word: &str) -> Response {
    let palette = palette(ui.visuals());
    let (fill, line) =
        if *on { (palette.accent, palette.accent) } else { (palette.bg, palette.muted) };
    let text = RichText::new(word).color(palette.text);
    ui.scope(|ui| {
        let widgets = &mut ui.visuals_mut().widgets;
        for widget in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
            widget.bg_fill = fill;
            widget.bg_stroke = Stroke::new(1.0, line);
            widget.fg_stroke = Stroke::new(1.5, palette.on_accent);
            widget.corner_radius = CornerRadius::same(3);
        }
        ui.add(Checkbox::new(on, text))
    })
    .inner
}

/// Dresses both themes; which one is in use follows the system.
pub fn install(context: &Context) {
    fonts::install(context);
    context.set_visuals_of(Theme::Dark, visuals(Visuals::dark(), &DARK));
    context.set_visuals_of(Theme::Light, visuals(Visuals::light(), &LIGHT));
    context.all_styles_mut(|style| {
        style.text_styles = [
            (TextStyle::Heading, 13.0, fonts::bold()),
            (TextStyle::Body, 13.0, FontFamily::Proportional),
            (TextStyle::Button, 13.0, FontFamily::Proportional),
            (TextStyle::Small, SMALL, FontFamily::Proportional),
            (TextStyle::Monospace, 12.0, FontFamily::Monospace),
        ]
        .map(|(text_style, size, family)| (text_style, FontId::new(size, family)))
        .into();
        style.spacing.item_spacing = egui::vec2(SPACE.s, SPACE.xs);
        style.spacing.button_padding = egui::vec2(SPACE.m, 7.0);
        style.spacing.interact_size.y = 30.0;
        style.spacing.tooltip_width = 420.0;
        style.interaction.selectable_labels = false;
    });
}

/// Puts a theme on; where motion is reduced, nothing glides.
pub fn choose(context: &Context, theme: ThemeChoice, reduces_motion: bool) {
    context.set_theme(match theme {
        ThemeChoice::System => ThemePreference::System,
        ThemeChoice::Dark => ThemePreference::Dark,
        ThemeChoice::Light => ThemePreference::Light,
    });
    let usual = Style::default();
    let (seconds, scrolling) = if reduces_motion {
        (0.0, ScrollAnimation::none())
    } else {
        (usual.animation_time, usual.scroll_animation)
    };
    context.all_styles_mut(|style| {
        (style.animation_time, style.scroll_animation) = (seconds, scrolling);
    });
}

fn visuals(base: Visuals, palette: &Palette) -> Visuals {
    let mut visuals = base;
    visuals.panel_fill = palette.panel;
    visuals.window_fill = palette.panel;
    visuals.window_stroke = Stroke::new(1.0, palette.line);
    visuals.extreme_bg_color = palette.bg;
    visuals.faint_bg_color = palette.raised;
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(palette.muted);
    visuals.hyperlink_color = palette.accent;
    visuals.warn_fg_color = palette.warn;
    visuals.error_fg_color = palette.bad;
    visuals.selection.bg_fill = palette.accent;
    visuals.selection.stroke = Stroke::new(1.0, palette.on_accent);
    visuals.handle_shape = HandleShape::Circle;
    let widgets = &mut visuals.widgets;
    for (widget, fill, line) in [
        (&mut widgets.noninteractive, palette.panel, palette.line),
        (&mut widgets.inactive, palette.raised, palette.line),
        (&mut widgets.hovered, palette.hovered, palette.muted),
        (&mut widgets.active, palette.line, palette.accent),
        (&mut widgets.open, palette.hovered, palette.line),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::new(1.0, line);
        widget.fg_stroke = Stroke::new(1.0, palette.text);
        widget.corner_radius = CornerRadius::same(CORNER);
        widget.expansion = 0.0;
    }
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast as WCAG 2 defines it.
    fn contrast(one: Color32, other: Color32) -> f64 {
        let luminance = |colour: Color32| {
            let linear = |part: u8| {
                let part = f64::from(part) / 255.0;
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn words_stand_out_from_what_they_stand_on_as_aa_asks() {
        for palette in [&DARK, &LIGHT] {
            let Palette { bg, panel, raised, hovered, selected, .. } = *palette;
            let grounds = [bg, panel, raised, hovered, selected];
            let words = [
                ("text", palette.text),
                ("muted", palette.muted),
                ("good", palette.good),
                ("warn", palette.warn),
                ("bad", palette.bad),
            ];
            for (name, word) in words {
                for ground in grounds {
                    let contrast = contrast(word, ground);
                    assert!(contrast >= 4.5, "{name} on {ground:?}: {contrast:.2}");
                }
            }
            let on_accent = contrast(palette.on_accent, palette.accent);
            assert!(on_accent >= 4.5, "on the accent: {on_accent:.2}");
        }
        for part in [WEIGHTS, WORKING_SET, CACHED, CONTEXT, OTHERS] {
            let contrast = contrast(ON_LEDGER, part);
            assert!(contrast >= 4.5, "on the ledger's {part:?}: {contrast:.2}");
        }
    }

    #[test]
    fn what_is_no_word_stands_out_by_three_to_one() {
        for palette in [&DARK, &LIGHT] {
            for ground in [palette.bg, palette.panel, palette.raised, palette.selected] {
                let contrast = contrast(palette.accent, ground);
                assert!(contrast >= 3.0, "the accent on {ground:?}: {contrast:.2}");
            }
        }
    }
}

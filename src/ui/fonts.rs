//! The window's fonts: Noto Sans for words, Lucide for icons. egui's own, and after them the
//! system's, stand in for characters that they lack.

use std::sync::Arc;

use egui::{Context, FontData, FontDefinitions, FontFamily};
use lucide_icons::LUCIDE_FONT_BYTES;

const REGULAR: &str = "noto-sans";
const BOLD: &str = "noto-sans-bold";
const ICONS: &str = "lucide";

/// For headings.
pub fn bold() -> FontFamily {
    FontFamily::Name(BOLD.into())
}

/// For icons alone.
pub fn icons() -> FontFamily {
    FontFamily::Name(ICONS.into())
}

/// Makes them the context's.
pub fn install(context: &Context) {
    let mut fonts = FontDefinitions::default();
    for (name, bytes) in
        [(REGULAR, notosans::REGULAR_TTF), (BOLD, notosans::BOLD_TTF), (ICONS, LUCIDE_FONT_BYTES)]
    {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let own = fonts.families.entry(FontFamily::Proportional).or_default();
    let behind = std::mem::take(own);
    let before = |first: &str| {
        let first = [first.to_owned(), REGULAR.to_owned()];
        let mut all: Vec<String> = first.into_iter().chain(behind.iter().cloned()).collect();
        all.dedup();
        all
    };
    let families = [(FontFamily::Proportional, before(REGULAR)), (bold(), before(BOLD))];
    fonts.families.extend(families);
    fonts.families.insert(icons(), vec![ICONS.to_owned()]);
    context.set_fonts(fonts);
}

//! The window's words in the user's language: messages in Fluent files, one a part of the window,
//! under `assets/lang/`. Code asks for them by key with `t!`.
//!
//! Each thread speaks a language of its own, English at first: the window's thread chooses, those
//! that it starts for a dialog or a file speak as it does, and tests do not disturb each other.

mod catalogue;
mod language;

use std::cell::RefCell;

use catalogue::Catalogue;

pub use fluent_bundle::FluentValue;
pub use language::{Language, LanguageChoice};

thread_local! {
    static SPOKEN: RefCell<Catalogue> = RefCell::new(Catalogue::of(Language::English));
}

/// From now on this thread speaks this language.
pub fn speak(language: Language) {
    SPOKEN.with_borrow_mut(|spoken| {
        if spoken.language() != language {
            *spoken = Catalogue::of(language);
        }
    });
}

/// The language that this thread speaks.
pub fn spoken() -> Language {
    SPOKEN.with_borrow(Catalogue::language)
}

/// A message by its key, with its variables filled in. Prefer `t!`.
pub fn text(key: &str, variables: &[(&str, FluentValue)]) -> String {
    SPOKEN.with_borrow(|spoken| spoken.text(key, variables))
}

/// A number with so many digits behind the language's decimal mark.
pub fn decimal(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    match spoken() {
        Language::English => text,
        Language::German => text.replace('.', ","),
    }
}

/// A message of the language files: `t!("count-photos", count = 3)`. Numbers choose plural
/// forms; amounts that are only shown are passed as text.
macro_rules! t {
    ($key:expr) => {
        $crate::lang::text($key, &[])
    };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::lang::text($key, &[$((stringify!($name), $crate::lang::FluentValue::from($value))),+])
    };
}
pub(crate) use t;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_plurals_and_its_decimal_mark() {
        for (language, one, many, number) in [
            (Language::English, "1 photo", "12 photos", "0.21"),
            (Language::German, "1 Foto", "12 Fotos", "0,21"),
        ] {
            speak(language);
            assert_eq!(t!("count-photos", count = 1), one);
            assert_eq!(t!("count-photos", count = 12), many);
            assert_eq!(decimal(0.214, 2), number);
        }
    }

    #[test]
    fn threads_speak_for_themselves() {
        speak(Language::German);
        let other = std::thread::spawn(spoken).join().unwrap();
        assert_eq!((spoken(), other), (Language::German, Language::English));
    }
}

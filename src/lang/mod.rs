//! The window's words in the user's language: messages in Fluent files, one a part of the window,
//! under `assets/lang/`. Code asks for them by key with `t!`.
//!
//! The language is a thread's own, English at first: the window's thread sets it, those
//! that it starts for a dialog or a file take it over, and tests do not disturb each other.

mod catalogue;
mod language;

use std::cell::RefCell;

use catalogue::Catalogue;

pub use fluent_bundle::FluentValue;
pub use language::{Language, LanguageChoice};

thread_local! {
    static CATALOGUE: RefCell<Catalogue> = RefCell::new(Catalogue::of(Language::English));
}

/// Sets the language of this thread.
pub fn set_language(language: Language) {
    CATALOGUE.with_borrow_mut(|catalogue| {
        if catalogue.language() != language {
            *catalogue = Catalogue::of(language);
        }
    });
}

/// The language of this thread.
pub fn language() -> Language {
    CATALOGUE.with_borrow(Catalogue::language)
}

/// A message by its key, with its variables filled in. Prefer `t!`.
pub fn text(key: &str, variables: &[(&str, FluentValue)]) -> String {
    CATALOGUE.with_borrow(|catalogue| catalogue.text(key, variables))
}

/// A number with so many digits behind the language's decimal mark.
pub fn decimal(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    match language() {
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
            set_language(language);
            assert_eq!(t!("count-photos", count = 1), one);
            assert_eq!(t!("count-photos", count = 12), many);
            assert_eq!(decimal(0.214, 2), number);
        }
    }

    #[test]
    fn each_thread_has_its_own_language() {
        set_language(Language::German);
        let other = std::thread::spawn(language).join().unwrap();
        assert_eq!((language(), other), (Language::German, Language::English));
    }
}

//! The messages of one language.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};

use super::Language;

/// The files of one part in every language.
struct Part {
    name: &'static str,
    english: &'static str,
    german: &'static str,
}

macro_rules! parts {
    ($($name:literal),+ $(,)?) => {
        &[$(Part {
            name: $name,
            english: include_str!(concat!("../../assets/lang/en/", $name, ".ftl")),
            german: include_str!(concat!("../../assets/lang/de/", $name, ".ftl")),
        }),+]
    };
}

const PARTS: &[Part] = parts![
    "about",
    "commands",
    "dialogs",
    "empty",
    "export",
    "inspector",
    "keys",
    "memory",
    "notices",
    "problems",
    "queue",
    "settings",
    "states",
    "status",
    "toolbar",
    "viewer",
];

impl Part {
    fn text(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::German => self.german,
        }
    }
}

/// The messages of one language, and the English ones for what it lacks.
pub struct Catalogue {
    language: Language,
    messages: FluentBundle<FluentResource>,
    english: Option<FluentBundle<FluentResource>>,
}

impl Catalogue {
    pub fn of(language: Language) -> Self {
        let english = (language != Language::English).then(|| bundle(Language::English));
        Self { language, messages: bundle(language), english }
    }

    pub fn language(&self) -> Language {
        self.language
    }

    /// The message; its key where no language has it.
    pub fn text(&self, key: &str, variables: &[(&str, FluentValue)]) -> String {
        let arguments: FluentArgs = variables.iter().cloned().collect();
        let said = format(&self.messages, key, &arguments)
            .or_else(|| format(self.english.as_ref()?, key, &arguments));
        said.unwrap_or_else(|| {
            tracing::error!("no language has the message {key}");
            key.to_owned()
        })
    }
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new(vec![language.id()]);
    // The marks would show as boxes in egui's fonts.
    bundle.set_use_isolating(false);
    for part in PARTS {
        let resource = FluentResource::try_new(part.text(language).to_owned());
        let resource = resource.unwrap_or_else(|(whole_messages, errors)| {
            tracing::error!("{} in {language:?}: {errors:?}", part.name);
            whole_messages
        });
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn format(
    bundle: &FluentBundle<FluentResource>,
    key: &str,
    arguments: &FluentArgs,
) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(arguments), &mut errors).into_owned();
    for error in errors {
        tracing::error!("{key}: {error}");
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::Path,
    };

    use super::*;

    /// Every message of a part and the variables that it names.
    fn messages(part: &Part, language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let text = part.text(language);
        if let Err((_, errors)) = FluentResource::try_new(text.to_owned()) {
            panic!("{} in {language:?}: {errors:?}", part.name);
        }
        let mut messages = BTreeMap::<String, BTreeSet<String>>::new();
        let mut key = String::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((start, _)) = line.split_once(" =")
                && line.starts_with(|first: char| first.is_ascii_lowercase())
            {
                key = start.to_owned();
                assert!(messages.insert(key.clone(), BTreeSet::new()).is_none(), "{key} twice");
            }
            for variable in line.split('$').skip(1) {
                let end = |c: char| !c.is_ascii_alphanumeric() && c != '_';
                let name = variable.split(end).next().unwrap_or_default().to_owned();
                messages.get_mut(&key).expect("a message before its variables").insert(name);
            }
        }
        messages
    }

    #[test]
    fn every_language_has_the_same_messages_with_the_same_variables() {
        for part in PARTS {
            let english = messages(part, Language::English);
            assert_eq!(english, messages(part, Language::German), "{}", part.name);
        }
    }

    #[test]
    fn no_two_parts_share_a_key_and_every_key_is_used() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let sources: String = walkdir::WalkDir::new(root)
            .into_iter()
            .map(|entry| entry.unwrap().into_path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
            .map(|path| fs::read_to_string(path).unwrap())
            .collect();
        let mut seen = BTreeSet::new();
        for key in PARTS.iter().flat_map(|part| messages(part, Language::English).into_keys()) {
            assert!(sources.contains(&format!("\"{key}\"")), "{key} is used nowhere");
            assert!(seen.insert(key.clone()), "{key} is in two parts");
        }
        // `format!(` and `assert!(` end like it.
        let asked = sources.match_indices("t!(\"").filter_map(|(at, start)| {
            let is_whole = !sources[..at].ends_with(|before: char| before.is_ascii_alphanumeric());
            is_whole.then(|| sources[at + start.len()..].split('"').next()).flatten()
        });
        for key in asked.filter(|key| key.contains('-')) {
            assert!(seen.contains(key), "{key} is in no language file");
        }
    }
}

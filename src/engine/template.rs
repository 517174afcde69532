//! Templates of file names: `{name}_{kind}` becomes `lemur_cutout`.

use std::{
    ffi::{OsStr, OsString},
    fmt,
    path::Path,
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use super::protocol::OutputKind;

/// What a file is called, without its ending. Holds at least one placeholder that tells photos
/// apart, and nothing that a file's name cannot have on any system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NameTemplate {
    text: String,
    parts: Vec<Part>,
}

/// What a template can hold between braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// The photo's own name.
    Name,
    /// `cutout` or `mask`.
    Kind,
    /// The photo's place among those that are saved together.
    Number,
    /// The name of the folder that the photo is in.
    Folder,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Placeholder(Placeholder),
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Neither [`Placeholder::Name`] nor [`Placeholder::Number`] is in it.
    #[error("every photo would get the same name; put {{name}} or {{number}} in it")]
    TellsNothingApart,
    /// No placeholder is called so.
    #[error("there is no {{{0}}}; there are {{name}}, {{kind}}, {{number}} and {{folder}}")]
    Unknown(String),
    /// A brace without its other.
    #[error("a brace has no other")]
    LoneBrace,
    /// A character that a file's name cannot have.
    #[error("a file's name cannot have {0:?}")]
    Forbidden(char),
    /// It begins with a dot.
    #[error("files whose names begin with a dot are hidden")]
    Hidden,
    /// It ends with a space or a dot, which Windows takes away.
    #[error("a file's name cannot end with a space or a dot")]
    End,
}

/// Which photo a name is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its place among those that are saved together, from 1.
    pub number: u32,
    /// How many they are.
    pub of: u32,
}

impl Default for Place {
    fn default() -> Self {
        Self { number: 1, of: 1 }
    }
}

impl Placeholder {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Name, Self::Kind, Self::Number, Self::Folder];

    /// What stands between the braces.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Kind => "kind",
            Self::Number => "number",
            Self::Folder => "folder",
        }
    }
}

impl Default for NameTemplate {
    fn default() -> Self {
        use Placeholder::{Kind, Name};
        let parts =
            vec![Part::Placeholder(Name), Part::Text("_".to_owned()), Part::Placeholder(Kind)];
        Self { text: "{name}_{kind}".to_owned(), parts }
    }
}

impl FromStr for NameTemplate {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let parts = parts_of(text)?;
        let has = |wanted| parts.contains(&Part::Placeholder(wanted));
        if !has(Placeholder::Name) && !has(Placeholder::Number) {
            return Err(TemplateError::TellsNothingApart);
        }
        if text.starts_with('.') {
            return Err(TemplateError::Hidden);
        }
        if text.ends_with([' ', '.']) {
            return Err(TemplateError::End);
        }
        Ok(Self { text: text.to_owned(), parts })
    }
}

fn parts_of(text: &str) -> Result<Vec<Part>, TemplateError> {
    let forbidden = |c: &char| c.is_control() || r#"/\:*?"<>|"#.contains(*c);
    if let Some(character) = text.chars().find(forbidden) {
        return Err(TemplateError::Forbidden(character));
    }
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let open = rest.find(['{', '}']).unwrap_or(rest.len());
        let (before, from_brace) = rest.split_at(open);
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        let Some(inside) = from_brace.strip_prefix('{') else {
            if from_brace.is_empty() {
                break;
            }
            return Err(TemplateError::LoneBrace);
        };
        let (word, after) = inside.split_once('}').ok_or(TemplateError::LoneBrace)?;
        let placeholder = Placeholder::ALL.into_iter().find(|known| known.word() == word);
        let placeholder = placeholder.ok_or_else(|| TemplateError::Unknown(word.to_owned()))?;
        parts.push(Part::Placeholder(placeholder));
        rest = after;
    }
    Ok(parts)
}

impl TryFrom<String> for NameTemplate {
    type Error = TemplateError;

    fn try_from(text: String) -> Result<Self, TemplateError> {
        text.parse()
    }
}

impl From<NameTemplate> for String {
    fn from(template: NameTemplate) -> Self {
        template.text
    }
}

impl fmt::Display for NameTemplate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl NameTemplate {
    /// What the file of this photo is called, without its ending. Where the template does not name
    /// the kind, masks still are no namesakes of cutouts.
    pub fn name(&self, source: &Path, kind: OutputKind, place: Place) -> OsString {
        let mut name = OsString::new();
        let mut names_kind = false;
        for part in &self.parts {
            match part {
                Part::Text(text) => name.push(text),
                Part::Placeholder(Placeholder::Name) => {
                    name.push(source.file_stem().unwrap_or_default());
                }
                Part::Placeholder(Placeholder::Kind) => {
                    names_kind = true;
                    name.push(kind.word());
                }
                Part::Placeholder(Placeholder::Number) => {
                    let digits = place.of.max(place.number).to_string().len();
                    name.push(format!("{:0digits$}", place.number));
                }
                Part::Placeholder(Placeholder::Folder) => {
                    name.push(source.parent().and_then(Path::file_name).unwrap_or(OsStr::new("")));
                }
            }
        }
        if kind == OutputKind::Mask && !names_kind {
            name.push("_");
            name.push(kind.word());
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_in() {
        let source = Path::new("shoes/left one.jpg");
        let place = Place { number: 7, of: 120 };
        for (template, cutout, mask) in [
            ("{name}_{kind}", "left one_cutout", "left one_mask"),
            ("{name}", "left one", "left one_mask"),
            ("shoe-{number}", "shoe-007", "shoe-007_mask"),
            ("{folder} {number} {kind}", "shoes 007 cutout", "shoes 007 mask"),
            ("{kind}{name}{name}", "cutoutleft oneleft one", "maskleft oneleft one"),
            ("größe {name}", "größe left one", "größe left one_mask"),
        ] {
            let template: NameTemplate = template.parse().unwrap();
            assert_eq!(template.name(source, OutputKind::Cutout, place), cutout);
            assert_eq!(template.name(source, OutputKind::Mask, place), mask);
        }
        assert_eq!("{name}_{kind}".parse(), Ok(NameTemplate::default()));
        let template: NameTemplate = "{folder}-{number}".parse().unwrap();
        let name = template.name(Path::new("a.png"), OutputKind::Cutout, Place::default());
        assert_eq!(name, "-1");
    }

    #[test]
    fn what_makes_no_good_names_is_refused() {
        use TemplateError::{End, Forbidden, Hidden, LoneBrace, TellsNothingApart, Unknown};
        for (template, error) in [
            ("", TellsNothingApart),
            ("cutout", TellsNothingApart),
            ("{kind} of {folder}", TellsNothingApart),
            ("{nme}", Unknown("nme".to_owned())),
            ("{}", Unknown(String::new())),
            ("{Name}", Unknown("Name".to_owned())),
            ("{name", LoneBrace),
            ("name}", LoneBrace),
            ("{name}}", LoneBrace),
            ("{{name}}", Unknown("{name".to_owned())),
            ("../{name}", Forbidden('/')),
            ("a\\{name}", Forbidden('\\')),
            ("{name}\n", Forbidden('\n')),
            ("{name}?", Forbidden('?')),
            (".{name}", Hidden),
            ("{name}.", End),
            ("{name} ", End),
        ] {
            assert_eq!(template.parse::<NameTemplate>(), Err(error), "{template:?}");
        }
    }

    #[test]
    fn templates_are_read_back_as_they_were_written() {
        let template: NameTemplate = "{folder}_{name}".parse().unwrap();
        let written = serde_json::to_string(&template).unwrap();
        assert_eq!(written, "\"{folder}_{name}\"");
        assert_eq!(serde_json::from_str::<NameTemplate>(&written).unwrap(), template);
        assert!(serde_json::from_str::<NameTemplate>("\"a/{name}\"").is_err());
    }
}

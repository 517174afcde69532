//! Why files of a folder are no photos in the list.

use super::system;
use crate::{
    engine::sources::{PassedOver, Why},
    lang::t,
    path_text::printable,
};

/// What was passed over: the first file with its reason, and how many there were.
pub fn passed_over(first: &PassedOver, count: usize) -> String {
    let file = first.path.file_name().map_or(first.path.as_path(), |name| name.as_ref());
    t!(
        "passed-over",
        file = printable(file),
        why = why(&first.why),
        count = count,
        more = count - 1
    )
}

fn why(why: &Why) -> String {
    match why {
        Why::Unreadable(error) => t!("passed-over-unreadable", reason = system(error)),
        Why::DanglingLink => t!("passed-over-dangling-link"),
        Why::Format(format) => t!("passed-over-format", format = *format),
        Why::NoPicture => t!("passed-over-no-picture"),
        Why::Result => t!("passed-over-result"),
        Why::NoFile => t!("passed-over-no-file"),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn every_reason_has_words() {
        for (why, words) in [
            (Why::Unreadable(io::Error::from(io::ErrorKind::PermissionDenied).into()), "read"),
            (Why::DanglingLink, "link"),
            (Why::Format("HEIC"), "HEIC"),
            (Why::NoPicture, "picture"),
            (Why::Result, "result"),
            (Why::NoFile, "file"),
        ] {
            let first = PassedOver { path: "in/odd\n.heic".into(), why };
            for (count, also) in [(1, "odd\\n.heic"), (3, "2 more")] {
                let told = passed_over(&first, count);
                assert!(told.contains(words) && told.contains(also), "{told}");
            }
        }
    }
}

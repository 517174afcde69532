//! How saves end: what became of each photo's files, the question where some exist, and the line at
//! the end.

use std::path::{Path, PathBuf};

use crate::{
    app::{
        export::{Question, ToSave},
        item::file_name,
        pasted::PastedPlace,
        state::{Notice, State},
        wording,
    },
    engine::protocol::Outcome,
    lang::t,
    path_text::printable,
};

/// Takes in how a save ended.
pub fn ended(state: &mut State, to_save: ToSave, outcome: Outcome) {
    let saving = &mut state.saving;
    saving.under_way -= 1;
    match outcome {
        Outcome::Done(done) => {
            let (left, written): (Vec<_>, Vec<_>) =
                done.outputs.into_iter().partition(|output| output.skipped);
            let written: Vec<_> = written.into_iter().map(|output| output.path).collect();
            saving.skipped += left.len();
            saving.written.extend_from_slice(&written);
            if let Some(mut item) = state.item_mut(to_save.item) {
                item.outputs.extend(written);
            }
        }
        Outcome::Skipped { outputs } => saving.skipped += outputs.len(),
        Outcome::Exists { paths } => {
            saving.exist.push(to_save);
            saving.example = saving.example.take().or(paths.into_iter().next());
        }
        Outcome::Failed { why } => {
            saving.problems.push(why);
            saving.failed.push(to_save);
        }
        Outcome::Cancelled => saving.stopped += 1,
    }
    settle(state);
}

/// Asks or tells, once nothing is under way.
pub fn settle(state: &mut State) {
    let saving = &mut state.saving;
    if saving.under_way > 0 {
        return;
    }
    match (saving.example.take(), std::mem::take(&mut saving.exist)) {
        (Some(example), waiting) if !waiting.is_empty() => {
            super::ask(state, Question::Exists { waiting, example });
        }
        _ => tell(state),
    }
}

/// The line at the end: how many files were saved, left and failed.
pub fn tell(state: &mut State) {
    let saving = &state.saving;
    let results = state.pasted.as_ref().filter(|_| saving.folder.is_none());
    let results = results.map(PastedPlace::results);
    let is_of_pasted = |path: &&PathBuf| results.is_some() && path.parent() == results;
    let (of_pasted, others): (Vec<_>, Vec<_>) = saving.written.iter().partition(is_of_pasted);
    let failed = saving.problems.len();
    let some = |count: usize, words: &dyn Fn() -> String| (count > 0).then(words);
    let parts = [
        saved(&others, saving.folder.as_deref()),
        saved(&of_pasted, results),
        some(saving.skipped, &|| t!("saved-left", count = saving.skipped)),
        some(saving.stopped, &|| t!("saved-stopped", count = saving.stopped)),
        some(failed.saturating_sub(1), &|| t!("saved-failed", count = failed)),
        saving.problems.first().map(wording::failure),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return;
    }
    state.notice = Some(Notice {
        text: parts.join(" "),
        is_problem: failed > 0,
        can_save_elsewhere: !saving.failed.is_empty(),
        is_about_return: false,
        folder: saving.written.last().and_then(|path| path.parent()).map(Path::to_owned),
    });
}

/// What was written, to a folder or beside the originals.
fn saved(written: &[&PathBuf], folder: Option<&Path>) -> Option<String> {
    Some(match (written, folder) {
        ([], _) => return None,
        ([one], None) => t!("saved-one-beside", name = file_name(one)),
        ([one], Some(folder)) => {
            t!("saved-one-in", name = file_name(one), folder = in_words(folder))
        }
        (many, None) => t!("saved-beside", count = many.len()),
        (many, Some(folder)) => t!("saved-in", count = many.len(), folder = in_words(folder)),
    })
}

fn in_words(folder: &Path) -> String {
    printable(folder)
}

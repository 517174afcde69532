//! The menu Adjust: changing the photo in the middle, and giving its settings to others.

use std::sync::Arc;

use egui::Key;
use lucide_icons::Icon;

use super::{CTRL_SHIFT, Command, Group, SHIFT, Sight, keys, plain};
use crate::{
    app::{
        action::Action,
        brush::Brush,
        edit_action::{EditAction, Target},
        history::Step,
        item::Item,
    },
    imaging::{
        Refine,
        edit::{Background, Edits, Shadow, Trim},
    },
};

pub const GROUPS: &[Group] = &[
    &[
        Command::new("command-brush", &[plain(Key::B)], |sight| {
            let brush = sight.state.brush;
            (brush.on || can_paint(sight)).then(|| set_brush(brush.toggled()))
        })
        .checked(|sight| sight.state.brush.on),
        Command::new("command-brush-swap", &[plain(Key::X)], |sight| {
            with_brush(sight, Brush::swapped)
        })
        .icon(Icon::ArrowLeftRight),
        Command::new("command-brush-smaller", &[plain(Key::OpenBracket)], |sight| {
            with_brush(sight, |brush| brush.resized(-1))
        }),
        Command::new("command-brush-larger", &[plain(Key::CloseBracket)], |sight| {
            with_brush(sight, |brush| brush.resized(1))
        }),
        Command::new(
            "command-brush-harder",
            &[
                plain(Key::OpenCurlyBracket),
                keys(SHIFT, Key::OpenCurlyBracket),
                keys(SHIFT, Key::OpenBracket),
            ],
            |sight| with_brush(sight, |brush| brush.softened(-1)),
        ),
        Command::new(
            "command-brush-softer",
            &[
                plain(Key::CloseCurlyBracket),
                keys(SHIFT, Key::CloseCurlyBracket),
                keys(SHIFT, Key::CloseBracket),
            ],
            |sight| with_brush(sight, |brush| brush.softened(1)),
        ),
        Command::new("command-brush-down", &[plain(Key::Escape)], |sight| {
            with_brush(sight, Brush::toggled)
        }),
    ],
    &[
        Command::new("command-refine-off", &[], |sight| {
            change(sight, |edits| edits.mask.refine = Refine::Off)
        })
        .checked(|sight| has(sight, |edits| edits.mask.refine == Refine::Off)),
        Command::new("command-refine-fast", &[], |sight| {
            change(sight, |edits| edits.mask.refine = Refine::Fast)
        })
        .checked(|sight| has(sight, |edits| edits.mask.refine == Refine::Fast)),
        Command::new("command-refine-matting", &[], |sight| {
            change(sight, |edits| edits.mask.refine = Refine::Matting)
        })
        .checked(|sight| has(sight, |edits| edits.mask.refine == Refine::Matting)),
        Command::new("command-clean-colours", &[], |sight| {
            change(sight, |edits| edits.clean_colours = !edits.clean_colours)
        })
        .checked(|sight| has(sight, |edits| edits.clean_colours)),
    ],
    &[
        Command::new("command-keep-largest", &[], |sight| {
            change(sight, |edits| edits.mask.keep_largest = !edits.mask.keep_largest)
        })
        .checked(|sight| has(sight, |edits| edits.mask.keep_largest)),
        Command::new("command-fill-holes", &[], |sight| {
            change(sight, |edits| edits.mask.fill_holes = !edits.mask.fill_holes)
        })
        .checked(|sight| has(sight, |edits| edits.mask.fill_holes)),
        Command::new("command-trim", &[], |sight| {
            change(sight, |edits| {
                edits.trim = edits.trim.is_none().then_some(Trim { margin_px: 20 });
            })
        })
        .checked(|sight| has(sight, |edits| edits.trim.is_some())),
        Command::new("command-shadow", &[], |sight| {
            change(sight, |edits| edits.shadow = edits.shadow.is_none().then(Shadow::default))
        })
        .checked(|sight| has(sight, |edits| edits.shadow.is_some())),
    ],
    &[
        Command::new("command-background-none", &[], |sight| {
            change(sight, |edits| edits.background = Background::Transparent)
        }),
        Command::new("command-background-white", &[], |sight| {
            change(sight, |edits| edits.background = Background::Colour([255; 3]))
        }),
        Command::new("command-background-picture", &[], |sight| {
            edit_of_selected(sight, EditAction::PickBackground)
        })
        .icon(Icon::Image),
        Command::new("command-background-blurred", &[], |sight| {
            change(sight, |edits| edits.background = Background::Blurred { radius_px: 40.0 })
        }),
    ],
    &[
        Command::new("command-settings-copy", &[keys(CTRL_SHIFT, Key::C)], |sight| {
            edit_of_selected(sight, EditAction::Copy)
        })
        .icon(Icon::Copy),
        Command::new("command-settings-paste", &[keys(CTRL_SHIFT, Key::V)], |sight| {
            sight.state.copied_edits.as_ref()?;
            edit_of_selected(sight, EditAction::Paste)
        })
        .icon(Icon::ClipboardPaste),
        Command::new("command-settings-to-selection", &[], |sight| {
            let others = sight.state.selection.len() > 1;
            others.then_some(Action::Edit(EditAction::CopyTo(Target::Selection)))
        })
        .icon(Icon::CopyCheck),
        Command::new("command-settings-to-all", &[], |sight| {
            let others = sight.state.items.len() > 1;
            others.then_some(Action::Edit(EditAction::CopyTo(Target::All)))
        })
        .icon(Icon::CopyPlus),
        Command::new("command-settings-default", &[], |sight| {
            edit_of_selected(sight, EditAction::MakeDefault)
        }),
        Command::new("command-reset", &[], |sight| {
            let item = sight.state.selected_item().filter(|item| item.is_edited());
            item.map(|_| Action::Edit(EditAction::Reset))
        })
        .icon(Icon::RotateCcw),
    ],
];

fn can_paint(sight: &Sight) -> bool {
    sight.state.selected_item().is_some_and(Item::can_save)
}

fn set_brush(brush: Brush) -> Action {
    Action::Edit(EditAction::SetBrush(brush))
}

fn with_brush(sight: &Sight, change: fn(Brush) -> Brush) -> Option<Action> {
    let brush = sight.state.brush;
    brush.on.then(|| set_brush(change(brush)))
}

fn edit_of_selected(sight: &Sight, edit: EditAction) -> Option<Action> {
    sight.state.selected().map(|_| Action::Edit(edit))
}

fn change(sight: &Sight, change: fn(&mut Edits)) -> Option<Action> {
    let item = sight.state.selected_item()?;
    let mut edits = item.edits.current().as_ref().clone();
    change(&mut edits);
    let edits = Arc::new(edits);
    Some(Action::Edit(EditAction::Set { id: item.id, edits, step: Step::Whole }))
}

fn has(sight: &Sight, has: fn(&Edits) -> bool) -> bool {
    sight.state.selected_item().is_some_and(|item| has(item.edits.current()))
}

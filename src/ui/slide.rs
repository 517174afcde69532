//! What every sliding thing does, however it looks: follows the pointer, keys and screen readers.

use egui::{
    EventFilter, Key, Rangef, Response, Ui, WidgetInfo,
    accesskit::{self, Role},
};

/// Makes a slider from 0 to 1 of a response that senses clicks and drags, and returns where it was
/// moved. A key moves it by `step`.
pub fn take(
    ui: &Ui,
    response: &Response,
    track: Rangef,
    value: f32,
    step: f32,
    name: &str,
) -> Option<f32> {
    let percent = f64::from(value) * 100.0;
    response.widget_info(|| WidgetInfo::slider(ui.is_enabled(), percent, name));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Slider);
        node.set_min_numeric_value(0.0);
        node.set_max_numeric_value(100.0);
        node.set_numeric_value_step(f64::from(step) * 100.0);
        node.add_action(accesskit::Action::SetValue);
        node.add_action(accesskit::Action::Increment);
        node.add_action(accesskit::Action::Decrement);
    });
    if response.is_pointer_button_down_on() || response.clicked() {
        response.request_focus();
    }
    let moved = dragged(response, track).or_else(|| stepped(ui, response, value, step));
    moved.map(|value| value.clamp(0.0, 1.0))
}

fn dragged(response: &Response, track: Rangef) -> Option<f32> {
    let pointer = response.interact_pointer_pos().filter(|_| response.dragged())?;
    (track.span() > 0.0).then(|| (pointer.x - track.min) / track.span())
}

fn stepped(ui: &Ui, response: &Response, value: f32, step: f32) -> Option<f32> {
    let mut steps = 0.0;
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        steps += ui.input(|input| {
            input.num_presses(Key::ArrowRight) as f32 - input.num_presses(Key::ArrowLeft) as f32
        });
    }
    let asked = ui.input(|input| {
        let count = |action| input.num_accesskit_action_requests(response.id, action) as f32;
        steps += count(accesskit::Action::Increment) - count(accesskit::Action::Decrement);
        let requests = input.accesskit_action_requests(response.id, accesskit::Action::SetValue);
        let values = requests.filter_map(|request| match request.data {
            Some(accesskit::ActionData::NumericValue(percent)) => Some(percent as f32 / 100.0),
            _ => None,
        });
        values.last()
    });
    asked.or((steps != 0.0).then_some(value + steps * step))
}

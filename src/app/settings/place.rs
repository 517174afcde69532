//! Where the window is on the desktop, and how large.

use serde::{Deserialize, Serialize};

/// Where the window was last; all lengths in points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WindowPlace {
    /// Left and top edge; `None` where the desktop does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corner: Option<[f32; 2]>,
    /// Width and height of its inside; `None` before it was first closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<[f32; 2]>,
    /// Whether it fills the screen; place and size are then those that it goes back to.
    pub maximised: bool,
}

/// A part of the desktop, such as a screen; in the unit of the window's place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Left and top edge.
    pub corner: [f32; 2],
    /// Width and height.
    pub size: [f32; 2],
}

/// So much of the window's upper edge must be on a screen for the user to drag it, in points.
const GRIP: [f32; 2] = [120.0, 24.0];

impl WindowPlace {
    /// Where a window of this place has to go so that it can be seen and reached on one of these
    /// screens; `None` where it can stay. One that is larger than its screen is made smaller.
    pub fn corrected(&self, screens: &[Area]) -> Option<Area> {
        let window = Area { corner: self.corner?, size: self.size? };
        let screen = screens.iter().max_by(|a, b| {
            let [a, b] = [a, b].map(|screen| window.shared(screen));
            a.total_cmp(&b)
        })?;
        let size = [0, 1].map(|axis| window.size[axis].min(screen.size[axis]));
        let is_in_reach = window.grip_shared(screen) >= GRIP[0] * GRIP[1];
        let corner = if is_in_reach && size == window.size {
            window.corner
        } else {
            [0, 1].map(|axis| {
                let end = screen.corner[axis] + screen.size[axis] - size[axis];
                window.corner[axis].clamp(screen.corner[axis], end)
            })
        };
        let right = Area { corner, size };
        (right != window).then_some(right)
    }
}

impl Area {
    /// The area that both have, negative by their distance where there is none.
    fn shared(&self, other: &Self) -> f32 {
        let [across, down] = [0, 1].map(|axis| {
            let end = |area: &Self| area.corner[axis] + area.size[axis];
            end(self).min(end(other)) - self.corner[axis].max(other.corner[axis])
        });
        if across > 0.0 && down > 0.0 { across * down } else { across.min(0.0) + down.min(0.0) }
    }

    /// The same for the strip that the window is dragged by.
    fn grip_shared(&self, screen: &Self) -> f32 {
        Self { size: [self.size[0], GRIP[1]], ..*self }.shared(screen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT: Area = Area { corner: [0.0, 0.0], size: [1920.0, 1080.0] };
    const RIGHT: Area = Area { corner: [1920.0, 0.0], size: [1280.0, 800.0] };

    fn corrected(
        corner: [f32; 2],
        size: [f32; 2],
        screens: &[Area],
    ) -> Option<([f32; 2], [f32; 2])> {
        let place = WindowPlace { corner: Some(corner), size: Some(size), maximised: false };
        place.corrected(screens).map(|area| (area.corner, area.size))
    }

    #[test]
    fn a_window_out_of_reach_is_brought_back_and_others_stay() {
        let size = [1000.0, 700.0];
        let both = &[LEFT, RIGHT][..];
        for (corner, screens, expected) in [
            ([100.0, 50.0], both, None),
            // On both screens, or partly off one: as the user left it.
            ([1500.0, 50.0], both, None),
            ([-700.0, 300.0], both, None),
            // The second screen is gone.
            ([2000.0, 60.0], &[LEFT][..], Some([920.0, 60.0])),
            // Above, far left, far below.
            ([100.0, -400.0], both, Some([100.0, 0.0])),
            ([-950.0, 300.0], both, Some([0.0, 300.0])),
            ([2000.0, 5000.0], both, Some([920.0, 380.0])),
            // Nobody tells where the screens are.
            ([9000.0, 9000.0], &[], None),
        ] {
            let expected = expected.map(|corner| (corner, size));
            assert_eq!(corrected(corner, size, screens), expected, "{corner:?}");
        }
    }

    #[test]
    fn a_window_larger_than_its_screen_is_made_to_fit() {
        let found = corrected([2000.0, 40.0], [1800.0, 900.0], &[LEFT, RIGHT]);
        assert_eq!(found, Some(([1920.0, 0.0], [1280.0, 800.0])));
    }

    #[test]
    fn a_place_that_is_not_known_stays_unknown() {
        assert_eq!(WindowPlace::default().corrected(&[LEFT]), None);
    }
}

//! Which cleanup points empty the cache: the user's choice, changeable while work runs.

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

use super::point::CleanupPoint;

/// Which cleanup points empty the cache. All of them unless switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CleanupSwitches {
    /// One bit a point, in the order of [`CleanupPoint::ALL`].
    on: u8,
}

impl CleanupSwitches {
    /// Every point empties the cache.
    pub const ALL_ON: Self = Self { on: (1 << CleanupPoint::ALL.len()) - 1 };
    /// No point does.
    pub const NONE: Self = Self { on: 0 };

    /// Only this point empties the cache.
    pub const fn only(point: CleanupPoint) -> Self {
        Self { on: 1 << point as u8 }
    }

    /// These switches with one point set.
    #[must_use]
    pub fn with(self, point: CleanupPoint, on: bool) -> Self {
        let bit = 1 << point as u8;
        Self { on: if on { self.on | bit } else { self.on & !bit } }
    }

    /// Whether a point empties the cache.
    pub fn is_on(self, point: CleanupPoint) -> bool {
        self.on & (1 << point as u8) != 0
    }

    /// The preset that these switches are, if they are one.
    pub fn preset(self) -> Option<CleanupPreset> {
        CleanupPreset::ALL.into_iter().find(|preset| preset.switches() == self)
    }
}

impl Default for CleanupSwitches {
    fn default() -> Self {
        Self::ALL_ON
    }
}

/// As on the command line: `all`, `none`, or the points in order, such as `a,b,sweep`.
impl fmt::Display for CleanupSwitches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ALL_ON => f.write_str("all"),
            Self::NONE => f.write_str("none"),
            _ => {
                let on = CleanupPoint::ALL.into_iter().filter(|&point| self.is_on(point));
                f.write_str(&on.map(CleanupPoint::key).collect::<Vec<_>>().join(","))
            }
        }
    }
}

impl FromStr for CleanupSwitches {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" => return Ok(Self::ALL_ON),
            "none" => return Ok(Self::NONE),
            _ => {}
        }
        text.split(',').try_fold(Self::NONE, |switches, key| {
            let point = CleanupPoint::ALL.into_iter().find(|point| point.key() == key.trim());
            point.map(|point| switches.with(point, true)).ok_or_else(|| {
                format!("{key:?} is no cleanup point: use all, none, or some of a,b,c,d,sweep")
            })
        })
    }
}

/// The usual choices, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CleanupPreset {
    /// Every point: the least memory held between any two steps.
    Conservative,
    /// Point D alone: the cache lives as long as an image.
    OncePerImage,
    /// The sweep alone: once after each command of the inference thread.
    OncePerJob,
    /// Never: the cache grows to the largest need and stays.
    None,
}

impl CleanupPreset {
    /// Every preset, the default first.
    pub const ALL: [Self; 4] =
        [Self::Conservative, Self::OncePerImage, Self::OncePerJob, Self::None];

    /// The switches that it stands for.
    pub const fn switches(self) -> CleanupSwitches {
        match self {
            Self::Conservative => CleanupSwitches::ALL_ON,
            Self::OncePerImage => CleanupSwitches::only(CleanupPoint::AfterImage),
            Self::OncePerJob => CleanupSwitches::only(CleanupPoint::AfterJob),
            Self::None => CleanupSwitches::NONE,
        }
    }
}

/// Switches that one thread sets while another asks.
#[derive(Clone, Debug)]
pub struct SharedSwitches(Arc<AtomicU8>);

impl SharedSwitches {
    /// Switches that start like this.
    pub fn new(switches: CleanupSwitches) -> Self {
        Self(Arc::new(AtomicU8::new(switches.on)))
    }

    /// Sets them; the next point to run goes by it.
    pub fn set(&self, switches: CleanupSwitches) {
        self.0.store(switches.on, Ordering::Relaxed);
    }

    /// How they stand.
    pub fn get(&self) -> CleanupSwitches {
        CleanupSwitches { on: self.0.load(Ordering::Relaxed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_read_as_they_are_written() {
        use CleanupPoint::{AfterImage, AfterInference, AfterJob, OnError};
        let some = CleanupSwitches::only(AfterInference).with(AfterJob, true);
        for (text, expected) in [
            ("all", Some(CleanupSwitches::ALL_ON)),
            ("none", Some(CleanupSwitches::NONE)),
            ("a,sweep", Some(some)),
            ("sweep, a", Some(some)),
            ("c,d", Some(CleanupSwitches::only(OnError).with(AfterImage, true))),
            ("a,b,c,d,sweep", Some(CleanupSwitches::ALL_ON)),
            ("e", None),
            ("a,", None),
            ("", None),
            ("all,a", None),
        ] {
            let found = text.parse::<CleanupSwitches>().ok();
            assert_eq!(found, expected, "{text:?}");
            if let Some(switches) = found {
                assert_eq!(switches.to_string().parse(), Ok(switches));
            }
        }
    }

    #[test]
    fn a_preset_is_found_by_its_switches() {
        for preset in CleanupPreset::ALL {
            assert_eq!(preset.switches().preset(), Some(preset));
        }
        let own = CleanupSwitches::ALL_ON.with(CleanupPoint::AfterMask, false);
        assert_eq!(own.preset(), None);
    }
}

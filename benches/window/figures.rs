//! The figures that the window serves, as far as this bench asks for them.

/// One scrape.
pub struct Figures(String);

impl Figures {
    /// Of the text that was served.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Photos that ended by themselves; previews that nobody waits for any more are cancelled.
    pub fn ended(&self) -> u64 {
        self.value("cutout_images_total{outcome=\"done\"}") + self.failed()
    }

    /// Photos that could not be cut out.
    pub fn failed(&self) -> u64 {
        self.value("cutout_images_total{outcome=\"failed\"}")
    }

    /// The time of every frame so far.
    pub fn frames(&self) -> Frames {
        let [wall, own] = ["cutout_frame_seconds", "cutout_frame_own_seconds"]
            .map(|name| self.histogram(&format!("{name}_bucket{{le=\"")));
        Frames { wall, own }
    }

    fn histogram(&self, start: &str) -> FrameTimes {
        let buckets = self.0.lines().filter_map(|line| {
            let (bound, count) = line.strip_prefix(start)?.split_once("\"} ")?;
            let bound_s = if bound == "+Inf" { f64::INFINITY } else { bound.parse().ok()? };
            Some((bound_s, count.parse().ok()?))
        });
        FrameTimes { buckets: buckets.collect() }
    }

    fn value(&self, name: &str) -> u64 {
        let values = self.0.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        values.filter_map(|value| value.parse::<f64>().ok()).sum::<f64>() as u64
    }
}

/// The frames so far.
#[derive(Default)]
pub struct Frames {
    /// From the beginning of each to its end.
    pub wall: FrameTimes,
    /// Of it, what the thread itself computed.
    pub own: FrameTimes,
}

impl Frames {
    /// The frames that are in this and not yet in an earlier one.
    pub fn since(&self, earlier: &Self) -> Self {
        Self { wall: self.wall.since(&earlier.wall), own: self.own.since(&earlier.own) }
    }
}

/// A histogram: how many frames took no longer than each bound.
#[derive(Default)]
pub struct FrameTimes {
    buckets: Vec<(f64, u64)>,
}

impl FrameTimes {
    /// How many frames there were.
    pub fn count(&self) -> u64 {
        self.buckets.last().map_or(0, |&(_, count)| count)
    }

    fn since(&self, earlier: &Self) -> Self {
        let before = earlier.buckets.iter().map(|&(_, count)| count).chain(std::iter::repeat(0));
        let buckets = self.buckets.iter().zip(before);
        let buckets = buckets.map(|(&(bound_s, count), before)| (bound_s, count - before));
        Self { buckets: buckets.collect() }
    }

    /// The time that this share of the frames stayed within, read between the bounds as Prometheus
    /// does.
    pub fn quantile_s(&self, share: f64) -> f64 {
        let wanted = share * self.count() as f64;
        let (mut below_s, mut below) = (0.0, 0);
        for &(bound_s, count) in &self.buckets {
            if count as f64 >= wanted && count > below {
                let part = (wanted - below as f64) / (count - below) as f64;
                return if bound_s.is_finite() {
                    below_s + part * (bound_s - below_s)
                } else {
                    bound_s
                };
            }
            (below_s, below) = (bound_s, count);
        }
        0.0
    }

    /// The share of frames that took longer; the bound must be one of the histogram's.
    pub fn share_over(&self, bound_s: f64) -> f64 {
        let within = self.buckets.iter().find(|&&(bound, _)| (bound - bound_s).abs() < 1e-9);
        let &(_, within) = within.expect("the histogram has this bound");
        1.0 - within as f64 / self.count().max(1) as f64
    }
}

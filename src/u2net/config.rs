//! The two published networks as tables (paper, Table 1): which block each stage is, and its
//! input (I), middle (M) and output (O) channels.

/// Which of the published networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Architecture {
    /// U²-Net: 44.0 M parameters.
    Full,
    /// U²-Net†: 1.1 M parameters.
    Lite,
}

impl Architecture {
    /// Its table.
    pub fn config(self) -> &'static Config {
        match self {
            Self::Full => &FULL,
            Self::Lite => &LITE,
        }
    }
}

/// A ReSidual U-block: a small U-Net inside a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RsuKind {
    /// Levels of its encoder: the L of RSU-L.
    pub height: usize,
    /// Whether growing dilation takes the place of pooling (the F of RSU-4F).
    pub dilated: bool,
}

impl RsuKind {
    /// Dilation of the convolutions at `level`, which counts from 1 at the top.
    fn dilation(self, level: usize) -> i64 {
        match self.dilated {
            true => 1 << (level - 1),
            false if level == self.height => 2,
            false => 1,
        }
    }
}

const RSU_7: RsuKind = RsuKind { height: 7, dilated: false };
const RSU_6: RsuKind = RsuKind { height: 6, dilated: false };
const RSU_5: RsuKind = RsuKind { height: 5, dilated: false };
const RSU_4: RsuKind = RsuKind { height: 4, dilated: false };
const RSU_4F: RsuKind = RsuKind { height: 4, dilated: true };

/// One stage of the encoder or the decoder.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    /// Its name in the authors' checkpoints.
    pub name: &'static str,
    /// Its block.
    pub rsu: RsuKind,
    /// I: channels of the input.
    pub in_channels: i64,
    /// M: channels inside the block.
    pub mid_channels: i64,
    /// O: channels of the output.
    pub out_channels: i64,
}

/// A whole network.
#[derive(Debug)]
pub struct Config {
    /// The name by which the authors' code and rembg know it.
    pub name: &'static str,
    /// En_1 to En_6; each but the last is followed by a 2x2 max-pooling.
    pub encoder: [Stage; 6],
    /// De_5 to De_1.
    pub decoder: [Stage; 5],
}

#[rustfmt::skip]
/// U²-Net, 44.0 M parameters.
pub static FULL: Config = Config {
    name: "u2net",
    encoder: [
        //                       I    M    O
        stage("stage1", RSU_7,   3,  32,  64),
        stage("stage2", RSU_6,  64,  32, 128),
        stage("stage3", RSU_5, 128,  64, 256),
        stage("stage4", RSU_4, 256, 128, 512),
        stage("stage5", RSU_4F, 512, 256, 512),
        stage("stage6", RSU_4F, 512, 256, 512),
    ],
    decoder: [
        stage("stage5d", RSU_4F, 1024, 256, 512),
        stage("stage4d", RSU_4,  1024, 128, 256),
        stage("stage3d", RSU_5,   512,  64, 128),
        stage("stage2d", RSU_6,   256,  32,  64),
        stage("stage1d", RSU_7,   128,  16,  64),
    ],
};

#[rustfmt::skip]
/// U²-Net†, 1.1 M parameters.
pub static LITE: Config = Config {
    name: "u2netp",
    encoder: [
        //                      I   M   O
        stage("stage1", RSU_7,  3, 16, 64),
        stage("stage2", RSU_6, 64, 16, 64),
        stage("stage3", RSU_5, 64, 16, 64),
        stage("stage4", RSU_4, 64, 16, 64),
        stage("stage5", RSU_4F, 64, 16, 64),
        stage("stage6", RSU_4F, 64, 16, 64),
    ],
    decoder: [
        stage("stage5d", RSU_4F, 128, 16, 64),
        stage("stage4d", RSU_4,  128, 16, 64),
        stage("stage3d", RSU_5,  128, 16, 64),
        stage("stage2d", RSU_6,  128, 16, 64),
        stage("stage1d", RSU_7,  128, 16, 64),
    ],
};

const fn stage(
    name: &'static str,
    rsu: RsuKind,
    in_channels: i64,
    mid_channels: i64,
    out_channels: i64,
) -> Stage {
    Stage { name, rsu, in_channels, mid_channels, out_channels }
}

/// One convolution: what it is called and what its tensors look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvSpec {
    /// Its name in the authors' checkpoints, such as `stage1.rebnconvin.conv_s1`.
    pub name: String,
    /// The BatchNorm that follows it in the authors' checkpoints, if any.
    pub batch_norm: Option<String>,
    /// Channels of the input.
    pub in_channels: i64,
    /// Channels of the output.
    pub out_channels: i64,
    /// Width and height of the kernel.
    pub kernel: i64,
    /// Distance between the kernel's taps.
    pub dilation: i64,
}

impl ConvSpec {
    /// `[out, in, kernel, kernel]`.
    pub fn weight_shape(&self) -> [i64; 4] {
        [self.out_channels, self.in_channels, self.kernel, self.kernel]
    }

    /// The padding that keeps width and height.
    pub fn padding(&self) -> i64 {
        self.dilation * (self.kernel / 2)
    }
}

impl Stage {
    /// Its convolutions in the order of the forward pass: the input, levels 1 to L, and back up
    /// from L-1 to 1.
    pub fn convolutions(&self) -> impl Iterator<Item = ConvSpec> + '_ {
        let Self { rsu, mid_channels: mid, out_channels: out, .. } = *self;
        let block = move |suffix: String, in_channels, out_channels, dilation| ConvSpec {
            name: format!("{}.rebnconv{suffix}.conv_s1", self.name),
            batch_norm: Some(format!("{}.rebnconv{suffix}.bn_s1", self.name)),
            in_channels,
            out_channels,
            kernel: 3,
            dilation,
        };
        let down = (1..=rsu.height).map(move |level| {
            let in_channels = if level == 1 { out } else { mid };
            block(level.to_string(), in_channels, mid, rsu.dilation(level))
        });
        let up = (1..rsu.height).rev().map(move |level| {
            let out_channels = if level == 1 { out } else { mid };
            block(format!("{level}d"), 2 * mid, out_channels, rsu.dilation(level))
        });
        std::iter::once(block("in".to_owned(), self.in_channels, out, 1)).chain(down).chain(up)
    }
}

impl Config {
    /// Channels of the maps from which d1..d6 are made: De_1 to De_5, then En_6.
    pub fn side_channels(&self) -> impl Iterator<Item = i64> + '_ {
        self.decoder.iter().rev().chain(self.encoder.last()).map(|stage| stage.out_channels)
    }

    /// All 119 convolutions in the order of the forward pass: encoder, decoder, side outputs 1 to
    /// 6, fusion.
    pub fn convolutions(&self) -> Vec<ConvSpec> {
        let head = |name: String, in_channels, kernel| ConvSpec {
            name,
            batch_norm: None,
            in_channels,
            out_channels: 1,
            kernel,
            dilation: 1,
        };
        let stages = self.encoder.iter().chain(&self.decoder).flat_map(Stage::convolutions);
        let side = (1..)
            .zip(self.side_channels())
            .map(|(k, channels)| head(format!("side{k}"), channels, 3));
        stages.chain(side).chain([head("outconv".to_owned(), 6, 1)]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The authors' own counts, BatchNorm's scale and shift included.
    #[test]
    fn parameters_are_as_many_as_published() {
        for (config, published) in [(&FULL, 44_009_869), (&LITE, 1_131_181)] {
            let parameters: i64 = config
                .convolutions()
                .iter()
                .map(|conv| {
                    let per_channel = if conv.batch_norm.is_some() { 3 } else { 1 };
                    conv.weight_shape().iter().product::<i64>() + per_channel * conv.out_channels
                })
                .sum();
            assert_eq!(parameters, published, "{}", config.name);
        }
    }

    #[test]
    fn every_stage_takes_what_the_one_before_gives() {
        for config in [&FULL, &LITE] {
            for pair in config.encoder.windows(2) {
                assert_eq!(pair[0].out_channels, pair[1].in_channels);
            }
            let skips = config.encoder[..5].iter().rev();
            let mut below = config.encoder[5].out_channels;
            for (stage, skip) in config.decoder.iter().zip(skips) {
                assert_eq!(stage.in_channels, below + skip.out_channels, "{}", stage.name);
                below = stage.out_channels;
            }
        }
    }

    #[test]
    fn dilations_are_the_papers() {
        let dilations =
            |stage: &Stage| stage.convolutions().map(|c| c.dilation).collect::<Vec<_>>();
        assert_eq!(dilations(&FULL.encoder[3]), [1, 1, 1, 1, 2, 1, 1, 1], "RSU-4");
        assert_eq!(dilations(&FULL.encoder[4]), [1, 1, 2, 4, 8, 4, 2, 1], "RSU-4F");
    }
}

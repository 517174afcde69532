//! The published network as its authors' code runs it, step by step in PyTorch: convolution,
//! BatchNorm and ReLU one after the other, concatenations as tensors, every local variable alive
//! until its function returns. With weights of zero: what is counted is memory.

use cutout::u2net::config::{Config, ConvSpec, Stage};
use tch::{Device, Kind, Tensor};

const ON_CPU: (Kind, Device) = (Kind::Float, Device::Cpu);

/// Convolution, BatchNorm if it has one, ReLU in place if it has one.
struct ConvBnRelu {
    spec: ConvSpec,
    weight: Tensor,
    bias: Tensor,
    /// Scale, shift, running mean and running variance.
    norm: Option<[Tensor; 4]>,
}

impl ConvBnRelu {
    fn new(spec: ConvSpec) -> Self {
        let channels = [spec.out_channels];
        Self {
            weight: Tensor::zeros(spec.weight_shape(), ON_CPU),
            bias: Tensor::zeros(channels, ON_CPU),
            norm: spec
                .batch_norm
                .is_some()
                .then(|| std::array::from_fn(|_| Tensor::ones(channels, ON_CPU))),
            spec,
        }
    }

    fn forward(&self, x: &Tensor) -> Tensor {
        let ConvSpec { dilation, .. } = self.spec;
        let y = x.conv2d(&self.weight, Some(&self.bias), 1, self.spec.padding(), dilation, 1);
        match &self.norm {
            None => y,
            Some([scale, shift, mean, variance]) => {
                let parameters = (Some(scale), Some(shift), Some(mean), Some(variance));
                let (a, b, c, d) = parameters;
                y.batch_norm(a, b, c, d, false, 0.1, 1e-5, false).relu_()
            }
        }
    }
}

struct Rsu {
    stage: Stage,
    convolutions: Vec<ConvBnRelu>,
}

impl Rsu {
    fn new(stage: Stage) -> Self {
        let convolutions = stage.convolutions().map(ConvBnRelu::new).collect();
        Self { stage, convolutions }
    }

    fn forward(&self, x: &Tensor) -> Tensor {
        let height = self.stage.rsu.height;
        let (input, rest) = self.convolutions.split_first().unwrap();
        let (down, up) = rest.split_at(height);
        let residual = input.forward(x);
        // Every local of the function.
        let mut locals = vec![down[0].forward(&residual)];
        let mut pooled = None;
        for (level, conv) in down.iter().enumerate().skip(1) {
            let above = locals.last().unwrap();
            let is_bottom = level + 1 == height;
            let next = if self.stage.rsu.dilated || is_bottom {
                conv.forward(above)
            } else {
                conv.forward(pooled.insert(pool(above)))
            };
            locals.push(next);
        }
        let mut x = height - 1;
        for (conv, skip) in up.iter().zip((0..height - 1).rev()) {
            if locals[x].size()[2] != locals[skip].size()[2] {
                locals.push(upsample(&locals[x], &locals[skip]));
                x = locals.len() - 1;
            }
            let joined = Tensor::cat(&[&locals[x], &locals[skip]], 1);
            locals.push(conv.forward(&joined));
            x = locals.len() - 1;
        }
        &locals[x] + &residual
    }
}

/// The whole network, its memory taken at once.
pub struct Published {
    encoder: Vec<Rsu>,
    decoder: Vec<Rsu>,
    sides: Vec<ConvBnRelu>,
    fusion: ConvBnRelu,
}

impl Published {
    pub fn new(config: &Config) -> Self {
        let heads = config.convolutions();
        let (sides, fusion) = heads[heads.len() - 7..].split_at(6);
        Self {
            encoder: config.encoder.map(Rsu::new).into(),
            decoder: config.decoder.map(Rsu::new).into(),
            sides: sides.iter().cloned().map(ConvBnRelu::new).collect(),
            fusion: ConvBnRelu::new(fusion[0].clone()),
        }
    }

    /// d0 to d6, after the sigmoid.
    pub fn forward(&self, x: &Tensor) -> Vec<Tensor> {
        let mut features: Vec<Tensor> = Vec::new();
        let mut pooled = None;
        for stage in &self.encoder {
            let input = pooled.as_ref().unwrap_or(x);
            features.push(stage.forward(input));
            if features.len() < self.encoder.len() {
                pooled = features.last().map(pool);
            }
        }
        let mut upsampled = vec![upsample(&features[5], &features[4])];
        let mut decoded: Vec<Tensor> = Vec::new();
        for (stage, skip) in self.decoder.iter().zip((0..5).rev()) {
            let joined = Tensor::cat(&[upsampled.last().unwrap(), &features[skip]], 1);
            let y = stage.forward(&joined);
            drop(joined);
            if skip > 0 {
                upsampled.push(upsample(&y, &features[skip - 1]));
            }
            decoded.push(y);
        }
        let maps = decoded.iter().rev().chain([&features[5]]);
        let mut sides: Vec<Tensor> =
            maps.zip(&self.sides).map(|(map, side)| side.forward(map)).collect();
        for index in 1..sides.len() {
            sides[index] = upsample(&sides[index], &sides[0]);
        }
        let fused = self.fusion.forward(&Tensor::cat(&sides, 1));
        std::iter::once(&fused).chain(&sides).map(Tensor::sigmoid).collect()
    }
}

fn pool(x: &Tensor) -> Tensor {
    x.max_pool2d(2, 2, 0, 1, true)
}

fn upsample(x: &Tensor, like: &Tensor) -> Tensor {
    let size = like.size();
    x.upsample_bilinear2d([size[2], size[3]], false, None, None)
}

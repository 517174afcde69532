//! Runs a command on the stand-in by hand: `cargo xtask stand-in -- cutout ARGS`.

use std::{
    env,
    ffi::OsString,
    process::{Command, ExitCode},
};

use clap::Parser;
use gpu_stand_in::{Card, MIB, Nvml, Settings, StandIn};

/// Runs a command on a stand-in for CUDA. Nothing is computed: what comes out is not a picture of
/// anything. What is allocated, reserved and given back is real.
#[derive(Parser)]
struct Arguments {
    /// A card, in CUDA's order: memory in MiB, then what differs from the usual, such as
    /// `600,others=100,context=400,pci=3,capability=7.5,mig=81920,name=Small card`
    #[arg(long = "card", value_name = "MIB[,KEY=VALUE...]", value_parser = card)]
    cards: Vec<Card>,
    /// What each convolution of cuDNN asks for beside its maps
    #[arg(long, value_name = "MIB", default_value_t = 0)]
    workspace: u64,
    /// From this launch on, the card has failed
    #[arg(long, value_name = "N", default_value_t = 0)]
    fail_at_launch: u64,
    /// This allocation gets no memory
    #[arg(long, value_name = "N", default_value_t = 0)]
    refuse_allocation: u64,
    /// The newest CUDA that the driver knows
    #[arg(long, value_name = "VERSION", default_value_t = 13_000)]
    driver: u64,
    /// Which management library there is
    #[arg(long, value_enum, default_value_t)]
    nvml: Nvml,
    /// The management library does not tell this process's memory
    #[arg(long)]
    hide_process: bool,
    /// The command
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let usual = Settings::default();
    let mut cards = if arguments.cards.is_empty() { usual.cards } else { arguments.cards };
    for (number, card) in (1..).zip(&mut cards) {
        if card.pci_bus == 0 {
            card.pci_bus = number;
        }
    }
    let settings = Settings {
        cards,
        fail_at_launch: arguments.fail_at_launch,
        refuse_allocation: arguments.refuse_allocation,
        cudnn_workspace_bytes: arguments.workspace * MIB,
        driver_version: arguments.driver,
        nvml_hides_process: arguments.hide_process,
    };
    let stand_in = StandIn::new(&settings, arguments.nvml)?;
    eprintln!("stand-in: there is no GPU here. Masks and cutouts are made up: not pictures.");
    let (program, words) = arguments.command.split_first().ok_or("no command")?;
    let mut command = Command::new(program);
    command.args(words).envs(stand_in.environment());
    // For scripts that compare with PyTorch.
    let python = env::var_os("PYTHONPATH").unwrap_or_default();
    let python = [gpu_stand_in::pytorch()].into_iter().chain(env::split_paths(&python));
    let status = command.env("PYTHONPATH", env::join_paths(python)?).status()?;
    let books = stand_in.books();
    eprintln!("stand-in: {} launches, {} allocations", books.launches, books.allocations);
    for (card, books) in settings.cards.iter().zip(&books.cards) {
        eprintln!(
            "stand-in: {}: {} bytes at most, {} at the end; {} cudaMalloc, {} cudaFree, {} refused",
            card.name,
            books.peak_held_bytes,
            books.held_bytes,
            books.allocations,
            books.frees,
            books.refusals
        );
    }
    eprintln!("stand-in: what was written above is not a result of a network.");
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Reads a card as the help says.
fn card(text: &str) -> Result<Card, String> {
    let mut parts = text.split(',');
    let mib = |word: &str| {
        let mib = word.parse::<u64>().map_err(|_| format!("{word:?} is no number of MiB"));
        mib.map(|mib| mib * MIB)
    };
    let total_bytes = mib(parts.next().unwrap_or_default())?;
    let mut card = Card { total_bytes, pci_bus: 0, ..Card::default() };
    for pair in parts {
        let (key, value) =
            pair.split_once('=').ok_or_else(|| format!("{pair:?} is not KEY=VALUE"))?;
        match key {
            "name" => value.clone_into(&mut card.name),
            "others" => card.others_bytes = mib(value)?,
            "context" => card.context_bytes = mib(value)?,
            "driver" => card.driver_bytes = mib(value)?,
            "mig" => card.mig_parent_bytes = mib(value)?,
            "pci" => card.pci_bus = value.parse().map_err(|_| format!("{value:?} is no bus"))?,
            "capability" => {
                let parts = value.split_once('.');
                let read = parts
                    .and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
                card.capability = read.ok_or_else(|| format!("{value:?} is not MAJOR.MINOR"))?;
            }
            _ => {
                return Err(format!(
                    "{key:?} is none of name, others, context, driver, mig, pci, capability"
                ));
            }
        }
    }
    Ok(card)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_read_as_the_help_says() {
        let read = card("600,others=100,pci=3,capability=7.5,name=Small card").unwrap();
        assert_eq!((read.total_bytes, read.others_bytes), (600 * MIB, 100 * MIB));
        assert_eq!((read.pci_bus, read.capability, read.name.as_str()), (3, (7, 5), "Small card"));
        for (wrong, reason) in [
            ("", "number of MiB"),
            ("600,others", "KEY=VALUE"),
            ("600,others=x", "number of MiB"),
            ("600,colour=red", "none of"),
            ("600,capability=8", "MAJOR.MINOR"),
        ] {
            let refused = card(wrong).unwrap_err();
            assert!(refused.contains(reason), "{wrong}: {refused}");
        }
    }
}

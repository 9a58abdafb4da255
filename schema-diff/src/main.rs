//! The `schema-diff` command: arguments, streams and exit status. All the work is the library's.

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

use clap::Parser;
use mimalloc::MiMalloc;
use schema_diff_cli::{Cli, EXIT_FAILED, Interruption, Screen, run};

/// A schema is many small texts, with which the allocator of the system took a third of the processor's time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let color = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let interactive = std::io::stderr().is_terminal() && std::io::stdin().is_terminal();
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    let mut screen = Screen::new(&mut out, &mut err, color, interactive);
    watch_signals(screen.interruption.clone());
    let result = run(&cli, &mut screen);
    screen.quiet();
    match result {
        Ok(status) => ExitCode::from(status),
        Err(error) if error.is_interruption() => end(&screen.interruption),
        // Whoever reads the output has enough of it.
        Err(error) if error.is_broken_pipe() => ExitCode::from(EXIT_FAILED),
        Err(error) => {
            // Where standard error is gone there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "{}", error.render(color).trim_end());
            ExitCode::from(EXIT_FAILED)
        }
    }
}

/// An interrupted run ends at once: the private server ends with it, a migration is written whole or not at all, and what is
/// left on another server is removed by the next run.
fn watch_signals(interruption: Interruption) {
    #[cfg(unix)]
    if let Ok(mut signals) =
        signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM])
    {
        std::thread::spawn(move || {
            if signals.forever().next().is_some() {
                end(&interruption);
            }
        });
    }
}

/// Says what the interruption means, once, whoever notices it first.
fn end(interruption: &Interruption) -> ! {
    static ONCE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _held = ONCE.lock();
    // A prompt hides the cursor; `^C` stands on the line.
    let cursor = if std::io::stderr().is_terminal() {
        "\x1b[?25h\r\n"
    } else {
        ""
    };
    let _ = writeln!(std::io::stderr(), "{cursor}{}", interruption.message());
    std::process::exit(i32::from(EXIT_FAILED))
}

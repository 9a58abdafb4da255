//! The `schema-diff` command: arguments, streams and exit status. The library does the work.

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

use clap::Parser;
use mimalloc::MiMalloc;
use schema_diff_cli::{Cli, EXIT_FAILED, Interruption, Screen, run};

/// A schema consists of many small texts, for which the system's allocator took a third of the CPU time.
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
    screen.clear_progress();
    match result {
        Ok(status) => ExitCode::from(status),
        Err(error) if error.is_interruption() => end(&screen.interruption),
        // The reader of the output has closed it, and needs no message.
        Err(error) if error.is_broken_pipe() => ExitCode::from(EXIT_FAILED),
        Err(error) => {
            // If standard error is closed, there is no other place for messages.
            let _ = writeln!(std::io::stderr(), "{}", error.render(color).trim_end());
            ExitCode::from(EXIT_FAILED)
        }
    }
}

/// Ends the run immediately when it is interrupted: the private server ends with it, a migration is written completely
/// or not at all, and the next run removes what remains on another server.
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

/// Reports the interruption, once, whichever thread notices it first.
fn end(interruption: &Interruption) -> ! {
    static ONCE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _held = ONCE.lock();
    // A prompt hides the cursor, and `^C` is on the line.
    let cursor = if std::io::stderr().is_terminal() {
        "\x1b[?25h\r\n"
    } else {
        ""
    };
    let _ = writeln!(std::io::stderr(), "{cursor}{}", interruption.message());
    std::process::exit(i32::from(EXIT_FAILED))
}

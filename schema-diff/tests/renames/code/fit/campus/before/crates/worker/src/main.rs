mod certificates;
mod progress;
mod reminders;

fn main() {
    println!("campus-worker {}", env!("CARGO_PKG_VERSION"));
}

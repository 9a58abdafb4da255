pub mod account;
pub mod episode;
pub mod play;
pub mod show;

pub use account::Account;
pub use episode::{Episode, EpisodeStatus};
pub use play::Play;
pub use show::Show;

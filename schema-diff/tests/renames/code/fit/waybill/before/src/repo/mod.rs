pub mod depots;
pub mod parcels;
pub mod shipments;

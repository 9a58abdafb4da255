pub mod flats;
pub mod leases;
pub mod payments;
pub mod repairs;
pub mod schema;
pub mod tenants;

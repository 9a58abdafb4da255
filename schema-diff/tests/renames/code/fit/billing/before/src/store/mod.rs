pub mod customers;
pub mod invoices;
pub mod payments;
pub mod subscriptions;

//! Compiles the embedded migrations again when one is added: a macro cannot see a new directory by itself.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}

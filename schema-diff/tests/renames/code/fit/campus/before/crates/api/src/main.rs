mod courses;
mod marking;
mod profile;

fn main() {
    println!("campus-api {}", env!("CARGO_PKG_VERSION"));
}

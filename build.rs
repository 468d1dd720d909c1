//! Rebuilds the program when embedded data changes: `include_dir!` does not tell cargo which files it read.

fn main() {
    for folder in ["lexicons", "seeds"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}

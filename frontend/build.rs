//! Keeps the relocations in the linked client: the build needs them to cut it into parts.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg-cdylib=--emit-relocs");
}

#![doc = include_str!("../README.md")]

pub mod replay;
pub mod score;
pub mod table;
pub mod world;

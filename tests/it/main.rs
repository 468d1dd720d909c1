//! The one integration test binary.

mod architecture;
mod audit;
mod cli;
mod county_plan;
mod desk;
mod fetch;
mod findings;
mod frontier;
mod page;
mod patrol;
mod practice;
mod refused;
mod seeds;
mod storage;
mod text;
mod vision;

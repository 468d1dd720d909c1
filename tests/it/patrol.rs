//! The corridor, end to end: the practice web patrolled with the real pipeline, and a patrol that is killed.

mod import;
mod kill;
mod practice_web;
mod reaudit;

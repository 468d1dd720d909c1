//! The corridor, end to end: the practice web patrolled with the real pipeline, and a patrol that is killed.

mod discover;
mod hostile;
mod import;
mod kill;
mod polite;
mod practice_web;
mod reaudit;
mod signals;
mod vantage;
mod watch;

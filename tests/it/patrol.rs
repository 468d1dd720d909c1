//! The corridor, end to end: the practice web patrolled with the real pipeline.

mod practice_web;

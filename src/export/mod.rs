//! Values to bytes: the findings report (HTML), tables, JSON lines. Pure.

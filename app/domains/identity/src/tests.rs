//! Stories through the acts, on both engines.

//! Pages and their addresses.

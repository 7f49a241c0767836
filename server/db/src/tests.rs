//! Stories of the funnel, and of the program's own schema and statements, on both engines.

mod funnel;
mod schema;
mod statements;
mod wall;

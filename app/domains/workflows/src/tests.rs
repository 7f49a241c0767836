//! Stories and properties of this domain.

mod api;
mod approval;
mod automation;
mod bpmn;
mod bulk;
mod deciding;
mod definition;
mod design;
mod diagram;
mod due;
mod engine;
mod fields;
mod filter;
mod form;
mod guard;
mod hours;
mod insight;
mod intake;
mod interchange;
mod layout;
mod rest;
mod route;
mod rules;
mod template;
